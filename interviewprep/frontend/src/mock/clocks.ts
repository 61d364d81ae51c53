// The two clocks in the head, and the gentle sign that a stage takes longer than planned.

import { clockLabel, minutesSpoken, type Reading } from "./clock.ts";
import { part } from "./dom.ts";
import type { Stage } from "./types.ts";

export class Clocks {
  readonly #stage = part("clock-stage");
  readonly #whole = part("clock-whole");
  readonly #over = part("over");
  readonly #announce: (message: string) => void;
  #announced = new Set<string>();

  constructor(announce: (message: string) => void) {
    this.#announce = announce;
  }

  /** `isQuiet`: show, but do not announce, what was over before this page was opened. */
  draw(reading: Reading, stage: Stage, isQuiet: boolean): void {
    set(this.#stage, reading.stage_s, reading.stage_planned_s);
    set(this.#whole, reading.whole_s, reading.whole_planned_s);
    const over_s = reading.stage_s - reading.stage_planned_s;
    const words = over_s > 0 ? `Over its time by ${clockLabel(over_s)}. Go on when it suits you.` : "";
    if (this.#over.textContent !== words) this.#over.textContent = words;
    if (over_s > 0) this.#once(`stage ${stage.key}`, `${stage.label} has taken its ${minutesSpoken(stage.seconds)}.`, isQuiet);
    if (reading.whole_s > reading.whole_planned_s) this.#once("whole", "The time of the whole round is over.", isQuiet);
  }

  #once(what: string, message: string, isQuiet: boolean): void {
    if (this.#announced.has(what)) return;
    this.#announced.add(what);
    if (!isQuiet) this.#announce(message);
  }
}

function set(clock: HTMLElement, seconds: number, planned_s: number): void {
  clock.toggleAttribute("data-over", seconds > planned_s);
  const [now, plan] = [clock.querySelector("b"), clock.querySelector("small")];
  const [label, planned] = [clockLabel(seconds), `of ${clockLabel(planned_s)}`];
  if (now && now.textContent !== label) now.textContent = label;
  if (plan && plan.textContent !== planned) plan.textContent = planned;
}
