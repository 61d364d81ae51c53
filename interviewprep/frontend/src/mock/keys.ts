// Which key means what during a round. Alt with a letter works while typing too, the rest does not.

import type { Grade } from "./types.ts";

export type Act =
  | { act: "next" | "back" | "pause" | "hint" | "notes" | "keys" | "reveal" }
  | { act: "grade"; grade: Grade };

// Neither D, E nor F: browsers open their address line and menus with these.
const WITH_ALT: Record<string, Act> = {
  KeyN: { act: "next" },
  KeyB: { act: "back" },
  KeyP: { act: "pause" },
  KeyH: { act: "hint" },
  KeyW: { act: "notes" },
  KeyK: { act: "keys" },
};
const GRADES: readonly Grade[] = ["again", "hard", "good", "easy"];

export interface Press {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** The act of a key press; `isTyping` is whether the focus is where letters go. */
export function actOf(press: Press, isTyping: boolean): Act | null {
  if (press.ctrlKey || press.metaKey) return null;
  if (press.altKey) return press.shiftKey ? null : (WITH_ALT[press.code] ?? null);
  if (isTyping) return null;
  if (press.key === "?") return { act: "keys" };
  if (press.key === " " || press.key === "Enter") return { act: "reveal" };
  const digit = /^(?:Digit|Numpad)([1-4])$/.exec(press.code)?.[1] ?? /^[1-4]$/.exec(press.key)?.[0];
  const grade = digit ? GRADES[Number(digit) - 1] : undefined;
  return grade ? { act: "grade", grade } : null;
}

export function listen(acts: (act: Act) => boolean): void {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    const target = event.target as HTMLElement;
    const isTyping = target.matches("input:not([type=radio], [type=checkbox]), textarea, select") || target.isContentEditable;
    const act = actOf(event, isTyping);
    if (!act) return;
    if (act.act === "reveal" && target.closest("a, button, summary, [tabindex='0'], input")) return;
    if (event.repeat) return event.altKey ? event.preventDefault() : undefined;
    if (acts(act)) event.preventDefault();
  });
}
