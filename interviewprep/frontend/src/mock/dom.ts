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
