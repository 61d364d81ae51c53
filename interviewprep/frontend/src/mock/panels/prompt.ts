// The task as it is given, with its title and, unless hidden until the end, its difficulty.

import type { Panel } from "../context.ts";
import { changes, el, frame, prose } from "../dom.ts";

export function promptPanel(): Panel {
  const { element, body, aside } = frame("prompt", "Prompt");
  const isNew = changes();
  return {
    element,
    update(_state, item) {
      if (!isNew([item.position, item.title, item.prompt_html, item.difficulty])) return;
      aside.replaceChildren(...(item.difficulty ? [el("span", { class: "badge" }, item.difficulty)] : []));
      body.replaceChildren(el("p", { class: "prompt-title" }, item.title), prose(item.prompt_html));
    },
  };
}
