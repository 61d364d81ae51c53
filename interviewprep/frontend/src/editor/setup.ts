// What the editor can do: highlighting in the page's own colours, keys, and a way out by keyboard.

import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { sql, SQLite } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { TOKENS } from "./highlight.ts";

export type Language = "python" | "sql";

export function languageOf(language: Language): Extension {
  return language === "python" ? python() : sql({ dialect: SQLite, upperCaseKeywords: true });
}

export function editing(
  label: string,
  describedBy: string | undefined,
  onChange: (text: string) => void,
): Extension[] {
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
      ...(describedBy ? { "aria-describedby": describedBy } : {}),
      tabindex: "0",
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
    // Within two seconds after Escape, Tab leaves the editor: a rule of CodeMirror itself.
    keymap.of([
      { key: "Tab", run: indentMore, shift: indentLess },
      ...searchKeymap,
      ...defaultKeymap,
      ...historyKeymap,
    ]),
  ];
}
