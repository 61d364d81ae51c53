// Follow-ups, one by one; after each the learner says whether it was answered.

import type { Context, Panel } from "../context.ts";
import { button, changes, el, frame, growing, passFocus, prose, single } from "../dom.ts";
import type { FollowUp, Item } from "../types.ts";

export function followUpsPanel(context: Context): Panel {
  const { element, body, aside } = frame("follow-ups", "Follow-ups");
  const list = el("ol", { class: "given-list follow-ups-list", "aria-live": "polite" });
  const next = button("Next follow-up", () => hearNext());
  const note = el("p", { class: "hint" });
  body.append(list, next, note);
  const isNew = changes();
  let item: Item | null = null;

  const hearNext = single(async () => {
    if (!item?.follow_ups.left) return;
    const hadFocus = document.activeElement === next;
    const answered = await context.act("follow-up", { item: item.position });
    if (answered && hadFocus) passFocus(next, list.lastElementChild);
  });

  function mark(n: number, answered: boolean): void {
    if (item) void context.act("follow-up/answered", { item: item.position, n, answered });
  }

  function row({ question_html, answered }: FollowUp, n: number): HTMLElement {
    const choice = (value: boolean, label: string): HTMLElement =>
      el(
        "button",
        { type: "button", "aria-pressed": String(answered === value), "data-value": String(value), onclick: () => mark(n, value) },
        label,
      );
    return el(
      "li",
      {},
      prose(question_html),
      el(
        "div",
        { class: "segments", role: "group", "aria-label": `How follow-up ${n + 1} went` },
        choice(true, "Answered"),
        choice(false, "Missed"),
      ),
    );
  }

  const show = growing<FollowUp>(list, row, (standing, { answered }) => {
    for (const choice of standing.querySelectorAll<HTMLElement>("[data-value]")) {
      choice.setAttribute("aria-pressed", String(choice.dataset.value === String(answered)));
    }
  });

  return {
    element,
    update(_state, now) {
      item = now;
      const { shown, left } = now.follow_ups;
      element.hidden = shown.length + left === 0;
      if (!isNew([now.position, shown, left])) return;
      show(now.position, shown);
      aside.textContent = shown.length ? `${shown.length} of ${shown.length + left}` : "";
      next.hidden = left === 0;
      next.textContent = shown.length ? "Next follow-up" : "First follow-up";
      note.textContent = left ? "" : "That was the last one.";
      note.hidden = left > 0;
    },
  };
}
