// One learner's review, as a value that changes only by what the learner does and what the server
// says. No clock, no document, no storage: `now` is an argument (ms since 1970), and every act
// returns the change to be written to the device in one transaction.

import { asRepeat, repeatsToday, REPEAT_AFTER_MS } from "./grading.ts";
import type { Card, Change, Counts, Grade, Held, Kept, Step, Waiting } from "./types.ts";

export class Session {
  study_day: string;
  /** The card on screen. */
  current: Held | null = null;
  /** What is still to be answered today, repeats included, as far as is known. */
  remaining: number;

  #upcoming: Card[] = [];
  #repeats: (Held & { returns_at: number })[] = [];
  #steps: Step[] = [];
  #versions = new Map<number, number>();

  constructor(study_day: string, counts: Counts) {
    this.study_day = study_day;
    this.remaining = total(counts);
  }

  /** Take up what the device kept: cards at hand, known versions, today's steps. */
  restore(kept: Kept): void {
    this.#versions = new Map(kept.versions);
    this.#steps = [...kept.steps];
    for (const [card_id, version] of reached(kept.waiting)) {
      this.#versions.set(card_id, Math.max(version, this.#versions.get(card_id) ?? 0));
    }
    for (const held of kept.held) {
      if (held.card.version < this.#known(held.card)) continue;
      if (held.returns_at === null) this.#upcoming.push(held.card);
      else this.#repeats.push({ card: held.card, returns_at: held.returns_at });
    }
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  get atHand(): number {
    return this.#upcoming.length + this.#repeats.length;
  }

  /** The cards most likely to come next, for drawing them beforehand. */
  preview(count: number): Card[] {
    const repeats = this.#repeats.map((held) => held.card);
    return [...this.#upcoming.slice(0, count), ...repeats.slice(0, 1)];
  }

  /** The cards to keep on the device, the one on screen included. */
  held(): Held[] {
    const upcoming = this.#upcoming.map((card) => ({ card, returns_at: null }));
    return [...(this.current ? [this.current] : []), ...upcoming, ...this.#repeats];
  }

  /** Put the next card on screen: a repeat whose time has come, a new one, else the next repeat. */
  next(now: number): Held | null {
    this.#repeats.sort((a, b) => a.returns_at - b.returns_at);
    const due = this.#repeats[0];
    if (due && (due.returns_at <= now || this.#upcoming.length === 0)) {
      this.current = this.#repeats.shift() ?? null;
    } else {
      const card = this.#upcoming.shift();
      this.current = card ? { card, returns_at: null } : null;
    }
    return this.current;
  }

  /** Grade the card on screen. The caller shows `next` afterwards. */
  answer(grade: Grade, id: string, now: number, duration_ms: number): Change | null {
    const held = this.current;
    if (!held) return null;
    const { card } = held;
    const outcome = card.outcomes[grade];
    const version = card.version + 1;
    const repeats = repeatsToday(grade, outcome);
    const siblings = this.#takeSiblings(card);
    const step: Step = {
      id,
      kind: "answer",
      study_day: this.study_day,
      held,
      siblings,
      grade,
      due_day: outcome.due_day,
      repeats,
      duration_ms,
      at: now,
    };
    this.#steps.push(step);
    this.#versions.set(card.card_id, version);
    this.current = null;
    const change: Change = {
      send: [
        {
          kind: "answer",
          card_id: card.card_id,
          answer: {
            id,
            card_id: card.card_id,
            version: card.version,
            grade,
            answered_at: new Date(now).toISOString(),
            duration_ms,
            promised_due_day: outcome.due_day,
          },
        },
      ],
      drop: siblings.map((sibling) => sibling.card_id),
      versions: [[card.card_id, version]],
      did: step,
    };
    if (repeats) {
      const back = {
        card: asRepeat(card, outcome, version, this.study_day, now),
        returns_at: now + REPEAT_AFTER_MS,
      };
      this.#repeats.push(back);
      change.keep = [back];
    } else {
      this.remaining = Math.max(0, this.remaining - 1);
      change.drop?.push(card.card_id);
    }
    return change;
  }

  /** Set the card on screen aside for good, until the learner takes it up again. */
  suspend(id: string, now: number): Change | null {
    const held = this.current;
    if (!held) return null;
    const { card_id } = held.card;
    const step: Step = {
      id,
      kind: "suspend",
      study_day: this.study_day,
      held,
      siblings: [],
      grade: null,
      due_day: null,
      repeats: false,
      duration_ms: 0,
      at: now,
    };
    this.#steps.push(step);
    this.current = null;
    this.remaining = Math.max(0, this.remaining - 1);
    return { send: [{ kind: "mark", card_id, mark: { suspended: true } }], drop: [card_id], did: step };
  }

  /** Flag the card on screen, or take its flag off. */
  flag(): Change | null {
    if (!this.current) return null;
    const card = { ...this.current.card, flag: this.current.card.flag ? 0 : 1 };
    this.current = { ...this.current, card };
    return {
      send: [{ kind: "mark", card_id: card.card_id, mark: { flag: card.flag } }],
      keep: [this.current],
    };
  }

  /** Take back the last step and put its card on screen again; null if there is none. */
  undo(): Change | null {
    const step = this.#steps.pop();
    if (!step) return null;
    const { card_id } = step.held.card;
    this.#putBack(this.current);
    this.#forget(card_id);
    this.#upcoming = [...step.siblings, ...this.#upcoming];
    const change: Change = { undid: step.id };
    if (step.kind === "answer") {
      const version = this.#known(step.held.card) + 1;
      this.#versions.set(card_id, version);
      this.current = { ...step.held, card: { ...step.held.card, version } };
      this.remaining += step.siblings.length + (step.repeats ? 0 : 1);
      change.send = [{ kind: "undo", card_id, id: step.id }];
      change.versions = [[card_id, version]];
    } else {
      this.current = step.held;
      this.remaining += 1;
      change.send = [{ kind: "mark", card_id, mark: { suspended: false } }];
    }
    change.keep = [this.current, ...step.siblings.map((card) => ({ card, returns_at: null }))];
    return change;
  }

  /** Put a card on screen whose answer the server took back. */
  takenBack(card: Card): Change {
    this.#putBack(this.current);
    this.#forget(card.card_id);
    this.#versions.set(card.card_id, card.version);
    const returns_at = card.repeat_at ? Date.parse(card.repeat_at) : null;
    this.current = { card, returns_at };
    this.remaining += returns_at === null ? 1 : 0;
    return { keep: [this.current], versions: [[card.card_id, card.version]] };
  }

  /** Merge what the server has next. `whole`: it is all there is; `settled`: nothing is unsent. */
  merge(cards: Card[], whole: boolean, settled: boolean): void {
    const answeredNotes = new Set(
      settled ? [] : this.#steps.map((step) => step.held.card.note_id).filter(Boolean),
    );
    const fresh = new Map<number, Card>();
    for (const card of cards) {
      if (card.version < this.#known(card) || card.card_id === this.current?.card.card_id) continue;
      if (this.#isSuspended(card.card_id)) continue;
      const repeat = this.#repeats.find((held) => held.card.card_id === card.card_id);
      if (repeat) repeat.card = card;
      else if (card.repeat_at) this.#repeats.push({ card, returns_at: Date.parse(card.repeat_at) });
      else if (!answeredNotes.has(card.note_id)) fresh.set(card.card_id, card);
    }
    const repeats = new Set(this.#repeats.map((held) => held.card.card_id));
    const rest =
      whole && settled
        ? []
        : this.#upcoming.filter((card) => !fresh.has(card.card_id) && !repeats.has(card.card_id));
    this.#upcoming = [...fresh.values(), ...rest];
  }

  /**
   * `cards` are all that is left today, and nothing is unsent: whatever else is at hand here was
   * answered or put aside elsewhere. Returns true if that was on screen and must be replaced.
   */
  leaveOnly(cards: Card[]): boolean {
    const left = new Set(cards.map((card) => card.card_id));
    this.#repeats = this.#repeats.filter((held) => left.has(held.card.card_id));
    this.#upcoming = this.#upcoming.filter((card) => left.has(card.card_id));
    const replaced = this.current !== null && !left.has(this.current.card.card_id);
    if (replaced) this.current = null;
    return replaced;
  }

  /** The server's counts, which hold only while nothing is unsent. */
  recount(counts: Counts): void {
    this.remaining = Math.max(total(counts), this.atHand + (this.current ? 1 : 0));
  }

  /** A card has moved on elsewhere; returns true if it was on screen and must be replaced. */
  movedOn(card_id: number, version: number): boolean {
    const known = this.#versions.get(card_id) ?? -1;
    if (version <= known) return false;
    this.#versions.set(card_id, version);
    const gone = this.#forget(card_id);
    const shown = this.current?.card.card_id === card_id;
    if (shown) this.current = null;
    if (gone || shown) this.remaining = Math.max(0, this.remaining - 1);
    return shown;
  }

  /** An answer had no effect on the server: it cannot be taken back, nor does its repeat stand. */
  voided(id: string, card_id: number, version: number): boolean {
    this.#steps = this.#steps.filter((step) => step.id !== id);
    this.#versions.set(card_id, version);
    this.#forget(card_id);
    const shown = this.current?.card.card_id === card_id && this.current.card.version !== version;
    if (shown) this.current = null;
    return shown;
  }

  #putBack(held: Held | null): void {
    if (!held) return;
    if (held.returns_at === null) this.#upcoming.unshift(held.card);
    else this.#repeats.unshift({ card: held.card, returns_at: held.returns_at });
  }

  #forget(card_id: number): boolean {
    const before = this.atHand;
    this.#upcoming = this.#upcoming.filter((card) => card.card_id !== card_id);
    this.#repeats = this.#repeats.filter((held) => held.card.card_id !== card_id);
    return this.atHand < before;
  }

  /** Siblings of one note are not asked on the same day. */
  #takeSiblings(card: Card): Card[] {
    if (!card.note_id) return [];
    const siblings = this.#upcoming.filter((other) => other.note_id === card.note_id);
    if (siblings.length) {
      this.#upcoming = this.#upcoming.filter((other) => other.note_id !== card.note_id);
      this.remaining = Math.max(0, this.remaining - siblings.length);
    }
    return siblings;
  }

  #isSuspended(card_id: number): boolean {
    return this.#steps.some((step) => step.kind === "suspend" && step.held.card.card_id === card_id);
  }

  #known(card: Card): number {
    return this.#versions.get(card.card_id) ?? card.version;
  }
}

/** The version each card has once everything that waits is stored. */
function reached(waiting: Waiting[]): Map<number, number> {
  const versions = new Map<number, number>();
  for (const item of waiting) {
    if (item.kind === "answer") versions.set(item.card_id, item.answer.version + 1);
    else if (item.kind === "undo") versions.set(item.card_id, (versions.get(item.card_id) ?? 0) + 1);
  }
  return versions;
}

export function total(counts: Counts): number {
  return counts.new + counts.learning + counts.due;
}
