// How long a card was looked at. Time while the page is hidden does not count.

export const LONGEST_MS = 600_000;

export class Stopwatch {
  #since = 0;
  #gathered = 0;
  #running = false;

  start(now: number): void {
    this.#since = now;
    this.#gathered = 0;
    this.#running = true;
  }

  pause(now: number): void {
    if (this.#running) this.#gathered += now - this.#since;
    this.#running = false;
  }

  resume(now: number): void {
    if (this.#running) return;
    this.#since = now;
    this.#running = true;
  }

  /** Whole milliseconds so far, ten minutes at most. */
  read(now: number): number {
    const total = this.#gathered + (this.#running ? now - this.#since : 0);
    return Math.round(Math.min(LONGEST_MS, Math.max(0, total)));
  }
}
