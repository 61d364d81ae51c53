// The stages with their minutes, of which any can be chosen.

import { clockLabel, minutesLabel, minutesSpoken, type Reading } from "./clock.ts";
import { el } from "./dom.ts";
import type { Stage } from "./types.ts";

export class Stepper {
  readonly #steps: { button: HTMLButtonElement; spent: HTMLElement }[];
  #current = -1;

  constructor(list: HTMLElement, stages: Stage[], choose: (stage: number) => void) {
    this.#steps = stages.map((stage, place) => {
      const spent = el("span", { class: "step-spent" });
      const button = el(
        "button",
        { type: "button", class: "step", onclick: () => choose(place), title: stage.label },
        el("span", { class: "step-number", "aria-hidden": "true" }, String(place + 1)),
        el("span", { class: "step-label" }, stage.label),
        el("span", { class: "visually-hidden" }, `, ${minutesSpoken(stage.seconds)}`),
        el("span", { class: "step-time", "aria-hidden": "true" }, spent, minutesLabel(stage.seconds)),
      );
      list.append(el("li", {}, button));
      return { button, spent };
    });
  }

  draw(stage: number, reading: Reading, planned: Pick<Stage, "seconds">[]): void {
    for (const [place, { button, spent }] of this.#steps.entries()) {
      const seconds = reading.spent_s[place] ?? 0;
      const words = seconds >= 1 ? `${clockLabel(seconds)} of ` : "";
      if (spent.textContent !== words) spent.textContent = words;
      button.dataset.state = place === stage ? "now" : seconds >= 1 ? "seen" : "";
      button.toggleAttribute("data-over", seconds > (planned[place]?.seconds ?? Infinity));
    }
    if (stage === this.#current) return;
    this.#current = stage;
    for (const [place, { button }] of this.#steps.entries()) {
      if (place === stage) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
    const row = this.#steps[stage]?.button.closest<HTMLElement>("ol");
    const step = this.#steps[stage]?.button;
    if (row && step) row.scrollLeft = step.offsetLeft - (row.clientWidth - step.clientWidth) / 2;
  }
}
