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
    addEventListener("resize", () => this.#bringIntoView());
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
    this.#bringIntoView();
  }

  /** On a phone the row may be longer than the screen is wide. */
  #bringIntoView(): void {
    const step = this.#steps[this.#current]?.button;
    const row = step?.closest("ol");
    if (!step || !row) return;
    const [inner, outer] = [step.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
  }
}
