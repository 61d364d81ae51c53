// What may be seen once the exercise is over.

import { el, part, prose } from "../mock/dom.ts";
import type { Revealed } from "./server.ts";

export function showRevealed(revealed: Revealed | null): void {
  const section = part("revealed");
  const body = part("revealed-body");
  section.hidden = revealed === null;
  if (revealed === null) return body.replaceChildren();
  if (body.childElementCount) return;
  body.append(...parts(revealed));
}

function parts(shown: Revealed): HTMLElement[] {
  const made: HTMLElement[] = [];
  const add = (title: string, isOpen: boolean, ...content: HTMLElement[]): void => {
    if (!content.length) return;
    made.push(el("details", { class: "code-given", open: isOpen }, el("summary", {}, title), ...content));
  };
  const text = (html: string): HTMLElement[] => (html ? [prose(html)] : []);
  const [first, ...others] = shown.solutions;
  // What is said between two solutions leads to the second.
  const words = text(shown.solution_html);
  add("A solution", true, ...text(first ?? ""), ...(others.length ? [] : words));
  if (others.length) add("Another solution", false, ...words, ...others.flatMap(text));
  add("Plausible, but wrong", false, ...shown.wrong.flatMap((one) => [...text(one.reason_html), ...text(one.code_html)]));
  add("Complexity", false, ...text(shown.complexity_html));
  add("Pitfalls", false, ...text(shown.pitfalls_html));
  const asked = shown.follow_ups.flatMap((one) => [
    el("div", { class: "follow-up" }, prose(one.question_html), el("details", {}, el("summary", {}, "A good answer"), prose(one.answer_html))),
  ]);
  add("What an interviewer asks next", false, ...asked);
  return made;
}
