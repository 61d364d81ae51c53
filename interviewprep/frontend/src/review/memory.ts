// The device's store for as long as the page lives, with the same promises as IndexedDB's.

import type { Keeping } from "./device.ts";
import type { Change, Held, Kept, Step, Waiting } from "./types.ts";

export class MemoryDevice implements Keeping {
  readonly lasting = false;
  #seq = 0;
  #outbox: Waiting[] = [];
  #held = new Map<number, Held>();
  #versions = new Map<number, number>();
  #steps: Step[] = [];

  async load(study_day: string): Promise<Kept> {
    return {
      held: [...this.#held.values()],
      versions: new Map(this.#versions),
      steps: this.#steps.filter((step) => step.study_day === study_day),
      waiting: [...this.#outbox],
    };
  }

  async write(change: Change): Promise<void> {
    for (const item of change.send ?? []) this.#outbox.push({ ...item, seq: ++this.#seq });
    for (const card_id of change.drop ?? []) this.#held.delete(card_id);
    for (const held of change.keep ?? []) this.#held.set(held.card.card_id, held);
    for (const [card_id, version] of change.versions ?? []) this.#versions.set(card_id, version);
    if (change.did) this.#steps.push(change.did);
    if (change.undid) this.#steps = this.#steps.filter((step) => step.id !== change.undid);
  }

  async hold(held: Held[]): Promise<void> {
    this.#held = new Map(held.map((item) => [item.card.card_id, item]));
  }

  async outbox(limit: number): Promise<Waiting[]> {
    return this.#outbox.slice(0, limit);
  }

  async sent(seqs: number[]): Promise<void> {
    this.#outbox = this.#outbox.filter((item) => !seqs.includes(item.seq));
  }

  async waiting(): Promise<number> {
    return this.#outbox.length;
  }

  async forget(others = false): Promise<void> {
    if (others) return;
    this.#held.clear();
    this.#versions.clear();
    this.#steps = [];
  }
}
