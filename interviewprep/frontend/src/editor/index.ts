// The code editor. Pages use this module and panel.ts, nothing else here.

import { Compartment, EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { editing, languageOf, type Language } from "./setup.ts";

export { highlighted } from "./highlight.ts";
export type { Language } from "./setup.ts";

export type EditorOptions = {
  language: Language;
  text: string;
  /** What a screen reader calls the editor, such as "Your solution, Python". */
  label: string;
  /** The nonce of the page's policy: the editor's own styles carry it. */
  nonce: string;
  /** Called after every change by the learner or by `replace`. */
  onChange?: (text: string) => void;
  /** The id of an element that says more about it. */
  describedBy?: string;
};

export type Editor = {
  text(): string;
  /** Put other text in its place; the cursor stays where the text stays. Undo brings it back. */
  replace(text: string): void;
  focus(): void;
  /** Put the cursor at the beginning of a line, from 1, and bring it into view. */
  goToLine(line: number): void;
  setReadOnly(isReadOnly: boolean): void;
  destroy(): void;
};

/** Put an editor into `host`, which should be empty. */
export function createEditor(host: HTMLElement, options: EditorOptions): Editor {
  const readOnly = new Compartment();
  const view = new EditorView({
    parent: host,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        EditorView.cspNonce.of(options.nonce),
        readOnly.of([]),
        ...editing(options.label, options.describedBy, options.onChange ?? (() => {})),
        languageOf(options.language),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace(text) {
      view.dispatch({ changes: difference(view.state.doc.toString(), text) });
    },
    focus: () => view.focus(),
    goToLine(line) {
      const place = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines)).from;
      view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: "center" }) });
      view.focus();
    },
    setReadOnly(isReadOnly) {
      view.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(isReadOnly)) });
    },
    destroy: () => view.destroy(),
  };
}

/** The one piece of `before` to replace so that it becomes `after`. */
function difference(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from += 1;
  let end = 0;
  while (end < shorter - from && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}
