// All texts of a round, each made when a panel first asks for it.

import type { Device } from "./device.ts";
import type { Server } from "./server.ts";
import { RoundText, type Manner, type Saving } from "./text.ts";
import type { StoredText } from "./types.ts";

export type Hearing = { replaced(text: string, before: string): void; saving(saving: Saving): void };

const STUCK: readonly Saving[] = ["kept", "lost", "signed-out", "refused"];

export class Texts {
  readonly #server: Server;
  readonly #device: Device;
  readonly #onSaving: (saving: Saving, message: string) => void;
  readonly #onStored: (mock_version: number) => void;
  readonly #made = new Map<string, RoundText>();
  readonly #hearings = new Map<string, Hearing>();
  readonly #saving = new Map<string, Saving>();
  #stored: Record<string, StoredText>;

  constructor(
    server: Server,
    device: Device,
    stored: Record<string, StoredText>,
    onSaving: (saving: Saving, message: string) => void,
    onStored: (mock_version: number) => void,
  ) {
    this.#server = server;
    this.#device = device;
    this.#stored = stored;
    this.#onSaving = onSaving;
    this.#onStored = onStored;
  }

  get isPending(): boolean {
    return [...this.#made.values()].some((text) => text.isPending);
  }

  /** Whether something could not be stored when it was to be. */
  get isStuck(): boolean {
    return [...this.#saving.values()].some((saving) => STUCK.includes(saving));
  }

  /** Whether the device at least keeps it. */
  get isKept(): boolean {
    return ![...this.#saving.values()].includes("lost");
  }

  get(name: string, manner?: Manner): RoundText {
    let text = this.#made.get(name);
    if (!text) {
      const writes = {
        put: async (which: string, stored: StoredText) => {
          const saved = await this.#server.put(which, stored);
          this.#onStored(saved.mock_version);
          return saved;
        },
        onReplaced: (now: string, before: string) => this.#hearings.get(name)?.replaced(now, before),
        onSaving: (saving: Saving, message: string) => {
          this.#saving.set(name, saving);
          this.#hearings.get(name)?.saving(saving);
          this.#onSaving(saving, message);
        },
      };
      text = new RoundText(name, this.#stored[name] ?? { text: "", version: 0 }, this.#device, writes, manner);
      this.#made.set(name, text);
    }
    return text;
  }

  listen(name: string, hearing: Hearing): void {
    this.#hearings.set(name, hearing);
    hearing.saving(this.#saving.get(name) ?? "stored");
  }

  hear(stored: Record<string, StoredText>): void {
    this.#stored = stored;
    for (const [name, text] of this.#made) {
      const found = stored[name];
      if (found) text.hear(found);
    }
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#made.values()].map((text) => text.flush()));
  }
}
