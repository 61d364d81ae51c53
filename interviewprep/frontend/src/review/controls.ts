// Keys, buttons and taps of the review page become acts.

import { actOf, type Act } from "./keys.ts";
import { part } from "./cardview.ts";
import { GRADES } from "./types.ts";

const SECOND_TAP_MS = 300;

export interface Controlled {
  /** Whether the answer is on screen. */
  isRevealed(): boolean;
  act(act: Act): void;
}

export function listen(page: Controlled): void {
  const isSecondTap = secondTaps();
  document.addEventListener("keydown", (event) => onKey(event, page));
  part("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    page.act({ act: "reveal" });
  });
  part("reveal").addEventListener("click", (event) => {
    if (!isSecondTap(event)) page.act({ act: "reveal" });
  });
  part("card").addEventListener("click", (event) => {
    const target = event.target as Element;
    if (page.isRevealed() || target.closest("a, button, input, summary, details")) return;
    if (getSelection()?.toString() || isSecondTap(event)) return;
    if ((event as PointerEvent).pointerType === "touch") page.act({ act: "reveal" });
  });
  for (const button of document.querySelectorAll<HTMLElement>("[data-grade]")) {
    const grade = GRADES.find((name) => name === button.dataset.grade);
    button.addEventListener("click", (event) => {
      if (grade && !isSecondTap(event)) page.act({ act: "grade", grade });
    });
  }
  for (const button of document.querySelectorAll<HTMLElement>("[data-act]")) {
    button.addEventListener("click", () => {
      button.closest("details")?.removeAttribute("open");
      page.act({ act: button.dataset.act } as Act);
    });
  }
}

function onKey(event: KeyboardEvent, page: Controlled): void {
  if (document.querySelector("dialog[open]")) return;
  const act = actOf(event);
  if (!act || isControl(event.target, event.key)) return;
  // Below an answer the space bar scrolls, as it does on any page.
  if (act.act === "reveal" && page.isRevealed() && event.key === " " && !event.repeat) return;
  event.preventDefault();
  if (!event.repeat) page.act(act);
}

/** Keys that a control under the focus understands belong to it. */
function isControl(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("input, textarea, select") || target.isContentEditable) return true;
  return (key === " " || key === "Enter") && target.matches("a, button, summary");
}

/** The second half of a double tap lands on what has just taken the first one's place. */
function secondTaps(): (event: MouseEvent) => boolean {
  let tappedAt = -Infinity;
  return (event) => {
    const touch = (event as PointerEvent).pointerType === "touch";
    const second = event.detail > 1 || (touch && event.timeStamp - tappedAt < SECOND_TAP_MS);
    tappedAt = event.timeStamp;
    return second;
  };
}
