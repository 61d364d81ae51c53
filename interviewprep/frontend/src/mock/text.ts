// One text of a round as it is typed: kept on the device at once, stored soon, and never overwritten
// by another window's (nor theirs by this one's).

import { Refused, SignedOut } from "../page/http.ts";
import type { Device } from "./device.ts";
import { merge } from "./merge.ts";
import type { StoredText } from "./types.ts";

const QUIET_MS = 400;
const LONGEST_WAIT_MS = 2_000;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];

export type Saving = "stored" | "storing" | "kept" | "lost" | "signed-out" | "refused";

export type Writes = {
  /** Store on the server; rejects with `Refused` 409 where `version` is no longer the newest. */
  put(name: string, text: StoredText): Promise<{ version: number }>;
  /** Called when the text changes by itself, with what it was. */
  onReplaced(text: string, before: string): void;
  onSaving(saving: Saving, message: string): void;
};

/** `mark` begins lines that are to be seen but not run or drawn; `initial` is there before anything
 * was stored, and need not be stored itself. */
export type Manner = { mark?: string; initial?: string };

export class RoundText {
  readonly name: string;
  readonly #writes: Writes;
  readonly #device: Device;
  readonly #mark: string;
  #text: string;
  #base: StoredText;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitingSince = 0;
  #failures = 0;
  #sending: Promise<void> | null = null;
  #saving: Saving = "stored";

  constructor(name: string, stored: StoredText, device: Device, writes: Writes, manner: Manner = {}, now = Date.now()) {
    this.name = name;
    this.#writes = writes;
    this.#device = device;
    this.#mark = manner.mark ?? "";
    this.#base = stored.version || stored.text ? stored : { text: manner.initial ?? "", version: 0 };
    this.#text = this.#base.text;
    for (const kept of device.leftovers(name, now)) {
      this.#text = merge(kept.base, kept.text, this.#text, this.#mark);
    }
    if (this.isPending) this.#changed();
  }

  get text(): string {
    return this.#text;
  }

  get isPending(): boolean {
    return this.#text !== this.#base.text;
  }

  /** The learner has typed. */
  type(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#changed();
  }

  /** The server has told of a newer version. */
  hear(stored: StoredText): void {
    if (stored.version <= this.#base.version || this.#sending) return;
    this.#rebase(stored);
    if (this.isPending) this.#changed();
    else this.#settled();
  }

  /** Begin anew with what the server holds; what was pending is given up. */
  restart(stored: StoredText): void {
    clearTimeout(this.#timer);
    this.#base = stored;
    this.#text = stored.text;
    this.#settled();
  }

  /** Store now what is pending; the promise ends when it is stored, or cannot be. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.isPending) {
      this.#sending ??= this.#send().finally(() => (this.#sending = null));
      await this.#sending;
      if (this.#saving !== "storing" && this.#saving !== "stored") return;
    }
  }

  #changed(): void {
    const kept = this.#device.keep(this.name, {
      text: this.#text,
      base: this.#base.text,
      version: this.#base.version,
      at: Date.now(),
    });
    if (!this.isPending) return this.#settled();
    if (this.#failures > 0) this.#say(kept ? "kept" : "lost");
    else this.#say("storing");
    const now = Date.now();
    this.#waitingSince ||= now;
    const wait = Math.max(0, Math.min(QUIET_MS, this.#waitingSince + LONGEST_WAIT_MS - now));
    if (this.#failures === 0) this.#later(wait);
  }

  #later(wait_ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), wait_ms);
  }

  async #send(): Promise<void> {
    const sent = this.#text;
    this.#waitingSince = 0;
    try {
      const { version } = await this.#writes.put(this.name, { text: sent, version: this.#base.version });
      this.#base = { text: sent, version };
      this.#failures = 0;
      if (this.isPending) this.#changed();
      else this.#settled();
    } catch (error) {
      const theirs = conflict(error);
      if (theirs) {
        this.#rebase(theirs);
        if (this.isPending) this.#changed();
        else this.#settled();
      } else this.#failed(error);
    }
  }

  /** Take up what another window stored, below what is not stored yet. */
  #rebase(theirs: StoredText): void {
    const before = this.#text;
    this.#text = merge(this.#base.text, before, theirs.text, this.#mark);
    this.#base = theirs;
    if (this.#text !== before) this.#writes.onReplaced(this.#text, before);
  }

  #settled(): void {
    this.#device.drop(this.name);
    this.#waitingSince = 0;
    this.#failures = 0;
    this.#say("stored");
  }

  #failed(error: unknown): void {
    if (error instanceof SignedOut) return this.#say("signed-out");
    if (error instanceof Refused) return this.#say("refused", error.message);
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 10_000;
    this.#failures += 1;
    this.#changed();
    this.#later(wait);
  }

  #say(saving: Saving, message = ""): void {
    this.#saving = saving;
    this.#writes.onSaving(saving, message);
  }
}

/** What the server holds instead, if that is why it refused. */
function conflict(error: unknown): StoredText | null {
  if (!(error instanceof Refused) || error.status !== 409) return null;
  const { text, version } = (error.said ?? {}) as Partial<StoredText>;
  return typeof text === "string" && typeof version === "number" ? { text, version } : null;
}
