// The capacity calculator: lines on the left, what each comes to on the right.

import { evaluate } from "../calculator.ts";
import { nameFor, type Context, type Panel } from "../context.ts";
import { el, frame } from "../dom.ts";
import { writing } from "./writing.ts";

const EXAMPLE = "users = 20 M\nwrites = 2 * users / day\nwrites * 1 KB\n5 year * writes * 1 KB in TB";

export function calculatorPanel(context: Context): Panel {
  const { element, body, aside } = frame("calculator", "Capacity calculator");
  const results = el("output", { class: "calculator-results", for: "text-calculator" });
  const rows = el("div", { class: "calculator-rows" });
  const lines = (text: string): void => {
    results.replaceChildren(
      ...evaluate(text).map((line) => {
        if (line === null) return el("p", {}, "\u00a0");
        return "said" in line
          ? el("p", {}, line.said)
          : el("p", { class: "calculator-wrong" }, line.error);
      }),
    );
  };
  let shown = "";
  body.append(
    rows,
    el(
      "p",
      { class: "hint" },
      "One line each, “name = expression”. Units: k M G T, KB to PB, KiB to TiB, Mbps, ms to year, per or /; “in GB” converts.",
    ),
  );

  return {
    element,
    update(_state, item) {
      const name = nameFor("calculator", item);
      if (name === shown) return;
      shown = name;
      const { area, saving } = writing(context, name, "Lines to reckon", {
        code: true,
        rows: 6,
        placeholder: EXAMPLE,
        onText: lines,
      });
      area.setAttribute("wrap", "off");
      area.addEventListener("scroll", () => (results.scrollTop = area.scrollTop));
      aside.replaceChildren(saving);
      rows.replaceChildren(area, results);
    },
  };
}
