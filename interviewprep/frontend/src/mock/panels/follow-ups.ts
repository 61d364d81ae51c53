// Follow-ups, one by one; after each the learner says whether it was answered.

import type { Context, Panel } from "../context.ts";
import { button, changes, el, frame, prose } from "../dom.ts";
import type { FollowUp, Item } from "../types.ts";

export function followUpsPanel(context: Context): Panel {
  const { element, body, aside } = frame("follow-ups", "Follow-ups");
  const list = el("ol", { class: "given-list follow-ups-list", "aria-live": "polite" });
  const next = button("Next follow-up", () => void hearNext());
  const note = el("p", { class: "hint" });
  body.append(list, next, note);
  const isNew = changes();
  let item: Item | null = null;

  async function hearNext(): Promise<void> {
    if (!item?.follow_ups.left || next.disabled) return;
    next.disabled = true;
    await context.act("follow-up", { item: item.position });
    next.disabled = false;
  }

  async function mark(n: number, answered: boolean): Promise<void> {
    if (!item) return;
    await context.act("follow-up/answered", { item: item.position, n, answered });
    list.querySelector<HTMLElement>(`[data-mark="${n} ${answered}"]`)?.focus();
  }

  function row({ question_html, answered }: FollowUp, n: number): HTMLElement {
    const choice = (value: boolean, label: string): HTMLElement =>
      el(
        "button",
        { type: "button", "aria-pressed": String(answered === value), "data-mark": `${n} ${value}`, onclick: () => void mark(n, value) },
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

  return {
    element,
    update(_state, now) {
      item = now;
      const { shown, left } = now.follow_ups;
      element.hidden = shown.length + left === 0;
      if (!isNew([now.position, shown, left])) return;
      list.replaceChildren(...shown.map(row));
      list.hidden = shown.length === 0;
      aside.textContent = shown.length ? `${shown.length} of ${shown.length + left}` : "";
      next.hidden = left === 0;
      next.textContent = shown.length ? "Next follow-up" : "First follow-up";
      note.textContent = left ? "" : "That was the last one.";
      note.hidden = left > 0;
    },
  };
}
