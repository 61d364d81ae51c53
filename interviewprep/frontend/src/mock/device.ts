// What is written but not stored yet stays on this device, for each window by itself, until it is.

export type Kept = { text: string; base: string; version: number; at: number };
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** A window that still runs has stored, or rewritten, what it keeps within this time. */
const LIVELY_MS = 5_000;

export class Device {
  readonly #shelf: Shelf | null;
  readonly #place: string;
  readonly #window: string;

  /** `place` names the account and the round, `window` this window; a null shelf keeps nothing. */
  constructor(shelf: Shelf | null, place: string, window: string) {
    this.#shelf = shelf;
    this.#place = `interviewprep-mock:${place}:`;
    this.#window = window;
  }

  /** Whether it could be kept. */
  keep(name: string, kept: Kept): boolean {
    try {
      this.#shelf?.setItem(this.#key(name), JSON.stringify(kept));
      return this.#shelf !== null;
    } catch {
      return false; // full, or not allowed
    }
  }

  drop(name: string): void {
    this.#shelf?.removeItem(this.#key(name));
  }

  /** Take over what this window, or one that no longer runs, left of a text; oldest first. */
  leftovers(name: string, now: number): Kept[] {
    const found: [string, Kept][] = [];
    for (let place = 0; place < (this.#shelf?.length ?? 0); place++) {
      const key = this.#shelf?.key(place) ?? "";
      if (!key.startsWith(`${this.#place}${name}:`)) continue;
      const kept = parsed(this.#shelf?.getItem(key) ?? "");
      if (kept && (key === this.#key(name) || now - kept.at > LIVELY_MS)) found.push([key, kept]);
    }
    for (const [key] of found) this.#shelf?.removeItem(key);
    return found.map(([, kept]) => kept).sort((a, b) => a.at - b.at);
  }

  #key(name: string): string {
    return `${this.#place}${name}:${this.#window}`;
  }
}

function parsed(text: string): Kept | null {
  try {
    const { text: written, base, version, at } = JSON.parse(text) as Kept;
    return typeof written === "string" && typeof base === "string" ? { text: written, base, version, at } : null;
  } catch {
    return null;
  }
}

/** Storage of this browser, or null where it is switched off. */
export function shelfOf(kind: "localStorage" | "sessionStorage"): Storage | null {
  try {
    return globalThis[kind] ?? null;
  } catch {
    return null;
  }
}

/** A name that lives as long as the window does, reloads included. */
export function windowName(makeId: () => string): string {
  const shelf = shelfOf("sessionStorage");
  const name = shelf?.getItem("interviewprep-window") ?? makeId();
  try {
    shelf?.setItem("interviewprep-window", name);
  } catch {
    return name;
  }
  return name;
}
