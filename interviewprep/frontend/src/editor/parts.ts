// The elements of the panel, made here so that every page has the same ones.

import type { Progress } from "../runner/index.ts";
import { highlighted } from "./highlight.ts";
import type { PanelData } from "./panel.ts";

const LINE = /(File "your_code\.py", )(line (\d+))|\b(your |in )(line (\d+))/g;
let panels = 0;

export class PanelParts {
  readonly root: HTMLElement;
  readonly editor = element("div", "code-editor");
  readonly keys = element("p", "hint code-keys");
  readonly tools = element("div", "code-tools");
  readonly run = button("Run the tests", "button-plain", "Control+Enter Meta+Enter");
  readonly submit = button("Submit", "button-primary", "Control+Shift+Enter Meta+Shift+Enter");
  readonly stop = button("Stop", "button-danger");
  readonly reset = button("Reset …", "button-quiet");
  readonly giveUp = button("Give up …", "button-quiet");
  readonly status = element("p", "code-status");
  readonly tests = element("ol", "code-tests");
  #loading = element("div", "code-loading");
  #loadingWords = element("p", "hint");
  #bar = document.createElement("progress");
  #output = element("section", "code-output");
  #outputText = element("pre", "code-text");
  #trace = element("section", "code-output");
  #traceText = element("pre", "code-text");
  #announcer = element("p", "visually-hidden");

  constructor(host: HTMLElement, data: PanelData) {
    panels += 1;
    this.root = host;
    host.classList.add("code-panel");
    const isApple = /mac|iphone|ipad/i.test(navigator.platform);
    const meta = isApple ? "⌘" : "Ctrl";
    this.keys.id = `code-keys-${panels}`;
    this.keys.append(
      kbd(meta, "Enter"), " runs the tests, ", kbd(meta, "Shift", "Enter"), " submits. ",
      kbd("Tab"), " indents; ", kbd("Escape"), ", then ", kbd("Tab"), ", leaves the editor.",
    );
    this.tools.setAttribute("role", "group");
    this.tools.setAttribute("aria-label", "Your code");
    this.tools.append(this.run, this.stop, this.submit, this.reset, this.giveUp);
    this.status.setAttribute("role", "status");
    this.#announcer.setAttribute("role", "status");
    this.tests.setAttribute("aria-label", "Tests");
    this.#bar.className = "progress";
    this.#bar.setAttribute("aria-label", "Loading Python");
    this.#loading.append(this.#loadingWords, this.#bar);
    this.#loading.hidden = true;
    titled(this.#output, data.language === "sql" ? "Rows" : "Output", this.#outputText);
    titled(this.#trace, "Traceback", this.#traceText);
    host.replaceChildren(
      this.editor, this.tools, this.#loading, this.status, this.tests, this.#trace, this.#output,
      ...given(data), this.keys, this.#announcer,
    );
  }

  showOutput(text: string): void {
    this.#outputText.textContent = text;
    this.#output.hidden = !text;
  }

  addOutput(text: string): void {
    this.#outputText.append(text);
    this.#output.hidden = false;
  }

  showTrace(trace: DocumentFragment | null): void {
    this.#traceText.replaceChildren(trace ?? "");
    this.#trace.hidden = !trace;
  }

  /** Tell a screen reader without showing it. */
  announce(sentence: string): void {
    this.#announcer.textContent = "";
    requestAnimationFrame(() => (this.#announcer.textContent = sentence));
  }

  showProgress(progress: Progress): void {
    const isOver = progress.state === "ready" || progress.state === "idle";
    this.#loading.hidden = isOver;
    this.#loading.dataset["state"] = progress.state;
    this.#loadingWords.textContent = progress.sentence;
    this.#bar.max = progress.total_bytes || 1;
    this.#bar.value = progress.loaded_bytes;
    this.#bar.hidden = progress.state === "failed";
    this.root.dataset["runner"] = progress.state;
    if (progress.state === "failed") this.announce(progress.sentence);
  }
}

/** The text, with each line number of the learner's code as a link into the editor. */
export function inLines(text: string, goTo: (line: number) => void): DocumentFragment {
  const shown = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(LINE)) {
    const [, fileBefore, fileLine, fileNumber, wordBefore, wordLine, wordNumber] = found;
    const before = fileBefore ?? wordBefore ?? "";
    shown.append(text.slice(from, found.index) + before);
    shown.append(link(fileLine ?? wordLine ?? "", Number(fileNumber ?? wordNumber), goTo));
    from = found.index + found[0].length;
  }
  shown.append(text.slice(from));
  return shown;
}

function link(words: string, line: number, goTo: (line: number) => void): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = "#main";
  made.textContent = words;
  made.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(line);
  });
  return made;
}

/** What is given with the exercise: the visible tests, or the tables and the rows to return. */
function given(data: PanelData): HTMLElement[] {
  if (data.language === "python") {
    return data.tests ? [disclosure("The code of the visible tests", codeBlock(data.tests, "python"))] : [];
  }
  return [
    disclosure("The tables", codeBlock(data.schema, "sql"), true),
    disclosure("The expected rows", codeBlock(data.expected.trim(), null)),
  ];
}

export function codeBlock(code: string, language: PanelData["language"] | null): HTMLElement {
  const block = element("pre", "code-text");
  block.tabIndex = 0;
  const inner = document.createElement("code");
  inner.append(language ? highlighted(code.trimEnd(), language) : code);
  block.append(inner);
  return block;
}

export function disclosure(title: string, content: HTMLElement, isOpen = false): HTMLDetailsElement {
  const made = document.createElement("details");
  made.className = "code-given";
  made.open = isOpen;
  const summary = document.createElement("summary");
  summary.textContent = title;
  made.append(summary, content);
  return made;
}

function titled(section: HTMLElement, title: string, text: HTMLElement): void {
  const heading = element("h3", "code-heading");
  heading.textContent = title;
  section.setAttribute("aria-label", title);
  text.tabIndex = 0;
  section.append(heading, text);
  section.hidden = true;
}

function element(tag: string, className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}

function button(label: string, kind: string, keys = ""): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button ${kind}`;
  if (keys) made.setAttribute("aria-keyshortcuts", keys);
  const words = document.createElement("span");
  words.textContent = label;
  made.append(words);
  return made;
}

function kbd(...keys: string[]): DocumentFragment {
  const made = document.createDocumentFragment();
  keys.forEach((key, place) => {
    const one = document.createElement("kbd");
    one.textContent = key;
    made.append(...(place ? ["+", one] : [one]));
  });
  return made;
}
