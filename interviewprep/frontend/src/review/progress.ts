// How far today's session is, and about how long the rest takes.

import { part } from "./cardview.ts";
import { minutesLabel, minutesLeft, NO_PACE, withAnswer } from "./estimate.ts";

export class Progress {
  readonly #seconds_per_card: number;
  #done: number;
  #pace = NO_PACE;

  constructor(done: number, seconds_per_card: number) {
    this.#done = done;
    this.#seconds_per_card = seconds_per_card;
  }

  /** How many answers today has seen, on all devices as far as is known. */
  get done(): number {
    return this.#done;
  }

  answered(duration_ms: number, again: boolean): void {
    this.#done += 1;
    this.#pace = withAnswer(this.#pace, duration_ms, again);
  }

  takenBack(): void {
    this.#done = Math.max(0, this.#done - 1);
  }

  /** `remaining` answers are still to come; `going` while a card is on screen. */
  draw(remaining: number, going: boolean): void {
    const bar = part<HTMLProgressElement>("progress");
    bar.max = Math.max(1, this.#done + remaining);
    bar.value = this.#done;
    const left = going ? Math.max(1, remaining) : 0;
    part("left").textContent = minutesLabel(minutesLeft(left, this.#seconds_per_card, this.#pace));
    part("left").title = left ? `${left} to go` : "";
  }
}
