// What the editor can do: highlighting in the page's own colours, keys, and a way out by keyboard.

import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { sql, SQLite } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

export type Language = "python" | "sql";

// Class names only: editor.css gives them the colours of all other code, light and dark.
const TOKENS = HighlightStyle.define([
  { tag: [tags.comment, tags.docComment], class: "tok-comment" },
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null, tags.self], class: "tok-keyword" },
  { tag: [tags.string, tags.special(tags.string), tags.docString], class: "tok-string" },
  { tag: [tags.number, tags.literal], class: "tok-number" },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.definition(tags.variableName)),
      tags.definition(tags.className),
      tags.className,
      tags.typeName,
      tags.standard(tags.name),
      tags.meta,
    ],
    class: "tok-name",
  },
  { tag: [tags.operator, tags.punctuation, tags.bracket], class: "tok-operator" },
]);

export function languageOf(language: Language): Extension {
  return language === "python" ? python() : sql({ dialect: SQLite, upperCaseKeywords: true });
}

export function editing(label: string, keys: Record<string, () => void>, onChange: (text: string) => void): Extension[] {
  return [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("    "),
    EditorState.tabSize.of(4),
    bracketMatching(),
    highlightSelectionMatches(),
    syntaxHighlighting(TOKENS),
    EditorView.contentAttributes.of({
      "aria-label": label,
      spellcheck: "false",
      autocorrect: "off",
      autocapitalize: "off",
      autocomplete: "off",
      translate: "no",
      "data-gramm": "false",
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
    Prec.highest(keymap.of(Object.entries(keys).map(([key, act]) => ({ key, preventDefault: true, run: () => (act(), true) })))),
    // Escape lets the next Tab leave the editor for two seconds: CodeMirror's own `Escape` rule.
    keymap.of([
      { key: "Tab", run: indentMore, shift: indentLess },
      ...searchKeymap,
      ...defaultKeymap,
      ...historyKeymap,
    ]),
  ];
}
