// Code in the page's own colours: in the editor, and where it only is shown.

import { pythonLanguage } from "@codemirror/lang-python";
import { SQLite } from "@codemirror/lang-sql";
import { HighlightStyle } from "@codemirror/language";
import { highlightCode, tags } from "@lezer/highlight";
import type { Language } from "./setup.ts";

// Class names only: editor.css gives them the colours of all other code, light and dark.
export const TOKENS = HighlightStyle.define([
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

/** Return code as it is shown, in spans with the classes of the editor's own. */
export function highlighted(code: string, language: Language): DocumentFragment {
  const parser = (language === "python" ? pythonLanguage : SQLite.language).parser;
  const shown = document.createDocumentFragment();
  highlightCode(
    code,
    parser.parse(code),
    TOKENS,
    (text, classes) => {
      if (!classes) return shown.append(text);
      const span = document.createElement("span");
      span.className = classes;
      span.textContent = text;
      shown.append(span);
    },
    () => shown.append("\n"),
  );
  return shown;
}
