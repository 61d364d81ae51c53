// Ask the interviewer: facts come only to those who ask for them, in their own words.

import type { Context, Panel } from "../context.ts";
import { el, frame, growing, prose, single } from "../dom.ts";
import type { Fact, Item } from "../types.ts";

const OPEN = "That is open. Assume something sensible, and say so.";

export function factsPanel(context: Context): Panel {
  const { element, body } = frame("facts", "Ask the interviewer");
  const list = el("dl", { class: "facts-list", "aria-live": "polite" });
  const input = el("input", {
    id: "ask",
    type: "text",
    maxlength: 300,
    autocomplete: "off",
    "aria-describedby": "ask-hint",
    placeholder: "How many users are there?",
  });
  const send = el("button", { type: "submit", class: "button button-plain" }, "Ask");
  const form = el(
    "form",
    { class: "ask-form" },
    el("label", { for: "ask" }, "Your question"),
    el("div", { class: "ask-row" }, input, send),
    el("p", { class: "hint", id: "ask-hint" }, "One thing at a time, in your own words."),
  );
  body.append(list, form);
  const show = growing<Fact>(list, ({ asked, answer_html }) =>
    el("div", {}, el("dt", {}, asked), el("dd", {}, answer_html === null ? OPEN : prose(answer_html))),
  );
  let item: Item | null = null;

  const ask = single(async () => {
    const asked = input.value.trim();
    if (!asked || !item) return;
    const answered = await context.act("facts", { item: item.position, asked });
    if (answered) input.value = "";
    input.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });

  return {
    element,
    update(_state, now) {
      item = now;
      show(now.position, now.facts);
    },
  };
}
