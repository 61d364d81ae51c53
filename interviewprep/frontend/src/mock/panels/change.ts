// The requirement that changes half-way: a notice, and what it says once it is heard.

import type { Context, Panel } from "../context.ts";
import { button, changes, el, frame, passFocus, prose, single } from "../dom.ts";
import type { Item, State } from "../types.ts";

const HALF = 0.5;

export function changePanel(context: Context): Panel {
  const { element, body } = frame("change", "Something has changed");
  element.classList.add("panel-notice");
  const said = el("div", { "aria-live": "polite" });
  const words = el("p", {}, "The interviewer has news about the requirements.");
  const hear = button("Hear it", () => listen(), "primary");
  body.append(words, hear, said);
  const isNew = changes();
  let item: Item | null = null;
  let isLast = false;
  let announced = false;

  const listen = single(async () => {
    if (!item) return;
    const answered = await context.act("change", { item: item.position });
    if (answered) passFocus(hear, said);
  });

  function tick(): void {
    if (!item) return;
    const wasHidden = element.hidden;
    element.hidden = item.change === null && !(item.change_due && (isLast || context.share >= HALF));
    if (wasHidden && !element.hidden && item.change === null && element.isConnected && !announced) {
      announced = true;
      context.announce("The interviewer has news about the requirements.");
    }
  }

  return {
    element,
    tick,
    update(state, now) {
      item = now;
      isLast = !later(state).some((stage) => stage.panels.includes("change"));
      tick();
      if (!isNew([now.position, now.change])) return;
      words.hidden = hear.hidden = now.change !== null;
      said.replaceChildren(...(now.change === null ? [] : [prose(now.change)]));
    },
  };
}

function later({ round }: State): State["round"]["stages"] {
  return round.stages.slice(round.stage + 1);
}
