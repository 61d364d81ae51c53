// Hints: one at a time, the weakest first, and counted.

import type { Context, Panel } from "../context.ts";
import { button, changes, el, frame, growing, passFocus, prose, single } from "../dom.ts";
import type { Item } from "../types.ts";

export function hintsPanel(context: Context): Panel {
  const { element, body, aside } = frame("hints", "Hints");
  const list = el("ol", { class: "given-list", "aria-live": "polite" });
  const more = button("Take a hint", () => take(), "plain", { "aria-keyshortcuts": "Alt+H" });
  const note = el("p", { class: "hint" });
  body.append(list, more, note);
  const isNew = changes();
  let item: Item | null = null;

  const show = growing<string>(list, (html) => el("li", {}, prose(html)));
  const take = single(async () => {
    if (!item?.hints.left) return;
    const hadFocus = document.activeElement === more;
    const answered = await context.act("hint", { item: item.position });
    if (answered && hadFocus) passFocus(more, list.lastElementChild);
  });

  return {
    element,
    update(state, now) {
      item = now;
      const { taken, left } = now.hints;
      element.hidden = state.mock.is_bare || taken.length + left === 0;
      if (!isNew([now.position, taken, left])) return;
      aside.textContent = `${taken.length} of ${taken.length + left} taken`;
      show(now.position, taken);
      more.hidden = left === 0;
      more.textContent = taken.length ? "Take the next hint" : "Take a hint";
      note.textContent = left
        ? "The weakest comes first. Each one is counted and stands in the report."
        : "These were all the hints there are.";
    },
    hint() {
      if (element.hidden || !element.isConnected) return false;
      take();
      return true;
    },
  };
}
