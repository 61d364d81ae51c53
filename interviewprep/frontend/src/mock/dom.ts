// Elements made in one expression, and the frame that all panels have.

import { tightenRoots } from "../page/roots.ts";

type Value = string | number | boolean | null | undefined | ((event: Event) => void);

/** `el("button", { type: "button", onclick: act }, "Go")`; null, undefined and false leave out. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, Value> = {},
  ...children: (Node | string | null)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.replace(/^on/, ""), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(key, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function button(label: string, act: () => void, kind = "plain", more: Record<string, Value> = {}): HTMLButtonElement {
  return el("button", { type: "button", class: `button button-${kind}`, onclick: act, ...more }, label);
}

/** Rendered text from the server, which has made it safe. */
export function prose(html: string, name = "prose"): HTMLElement {
  const element = el("div", { class: name });
  element.innerHTML = html;
  requestAnimationFrame(() => tightenRoots(element));
  return element;
}

export function part<Part extends HTMLElement = HTMLElement>(id: string): Part {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as Part;
}

export type Frame = { element: HTMLElement; body: HTMLElement; aside: HTMLElement };

/** A titled region; `aside` stands at the end of the title's line. */
export function frame(name: string, title: string): Frame {
  const id = `panel-${name}`;
  const body = el("div", { class: "panel-body" });
  const aside = el("div", { class: "panel-aside" });
  const element = el(
    "section",
    { class: `panel panel-${name}`, "aria-labelledby": id },
    el("div", { class: "panel-head" }, el("h2", { id }, title), aside),
    body,
  );
  return { element, body, aside };
}

/** Return a function that tells whether its value is another one than last time. */
export function changes(): (value: unknown) => boolean {
  let last: string | undefined;
  return (value) => {
    const now = JSON.stringify(value);
    if (now === last) return false;
    last = now;
    return true;
  };
}

/** Make a list that only ever grows: rows that stand are left alone, so that only new ones are read
 * out. `key` says whose list it is; `change` brings a row that stands up to date. */
export function growing<T>(
  list: HTMLElement,
  make: (value: T, n: number) => HTMLElement,
  change: (row: HTMLElement, value: T, n: number) => void = () => {},
): (key: unknown, values: T[]) => void {
  let last: unknown;
  let made: string[] = [];
  return (key, values) => {
    if (key !== last || values.length < made.length) {
      list.replaceChildren();
      made = [];
    }
    last = key;
    for (const [n, value] of values.entries()) {
      const text = JSON.stringify(value);
      const row = list.children[n];
      if (!row) list.append(make(value, n));
      else if (text !== made[n]) change(row as HTMLElement, value, n);
      made[n] = text;
    }
    list.hidden = values.length === 0;
  };
}

/** One at a time: calls while `act` still works do nothing. A button stays enabled meanwhile, for a
 * disabled one would lose the focus. */
export function single(act: () => Promise<unknown>): () => void {
  let isBusy = false;
  return () => {
    if (isBusy) return;
    isBusy = true;
    void act().finally(() => (isBusy = false));
  };
}

/** Where a control that had the focus is gone, what it brought has it now. */
export function passFocus(from: HTMLElement, to: Element | null): void {
  if (!(to instanceof HTMLElement) || !(from.hidden || from.matches("[hidden] *"))) return;
  to.tabIndex = -1;
  to.focus({ preventScroll: true });
}
