// Sends what the device keeps, in the order it was done, until nothing is left. One sender at a time
// over all tabs (a Web Lock); each answer has its id, so sending it twice stores it once.

import * as api from "./api.ts";
import type { Keeping } from "./device.ts";
import type { Answer, Counts, Card, Result, Waiting, UndoResult } from "./types.ts";

export type Link = "clear" | "unreachable" | "signed-out" | "other-account";

export interface Outcome {
  id: string;
  card_id: number;
  status: Result["status"];
  version: number;
  reason: string;
}

export interface Hearing {
  onLink?: (link: Link) => void;
  onOutcomes?: (outcomes: Outcome[]) => void;
  /** The server's queue after a batch: the next cards (if asked for) and the counts. Before `onSent`. */
  onReply?: (counts: Counts | undefined, cards: Card[] | undefined) => void;
  /** An undo had no effect; the card is as the server says. */
  onUndone?: (outcome: Outcome) => void;
  /** Something was refused for good; nothing of it is kept. */
  onRefused?: (message: string) => void;
  onSent?: () => void;
  /** How many next cards to ask for along with a batch of answers, and of which deck. */
  wanted?: () => { next: number; deck: number | null };
}

const BATCH = 100;
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

class OtherAccount extends Error {}

export class Sender {
  link: Link = "clear";
  readonly #device: Keeping;
  readonly #user: string;
  readonly #hearing: Hearing;
  #csrf: string;
  #verified = false;
  #running = false;
  #again = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(device: Keeping, user: string, csrf: string, hearing: Hearing) {
    this.#device = device;
    this.#user = user;
    this.#csrf = csrf;
    this.#hearing = hearing;
  }

  /** Send everything that waits. Safe to call at any time, as often as one likes. */
  drain(): void {
    clearTimeout(this.#timer);
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    this.#again = false;
    void this.#alone(() => this.#sendAll())
      .then(
        () => {
          this.#failures = 0;
          this.#say("clear");
        },
        (error: unknown) => this.#failed(error),
      )
      .finally(() => {
        this.#running = false;
        if (this.#again && this.link === "clear") this.drain();
      });
  }

  /** Fetch with this account's session, or not at all. */
  async read<T>(request: () => Promise<T>): Promise<T | null> {
    try {
      this.#verified = false;
      await this.#verify();
      const answer = await request();
      if (this.link !== "clear" && !this.#running) this.drain();
      return answer;
    } catch (error) {
      this.#failed(error);
      return null;
    }
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      const waiting = await this.#device.outbox(BATCH);
      if (!waiting.length) {
        // Nothing to send tells nothing about the connection: ask, if it was gone.
        if (this.link !== "clear") await this.#verify();
        return;
      }
      await this.#verify();
      await this.#sendHead(waiting);
      this.#say("clear");
      this.#hearing.onSent?.();
    }
  }

  /** Send the answers at the head of the line together, or the one other thing that stands there. */
  async #sendHead(waiting: Waiting[]): Promise<void> {
    const end = waiting.findIndex((item) => item.kind !== "answer");
    const answers = end < 0 ? waiting : waiting.slice(0, end);
    if (!answers.length) return this.#deliver(waiting.slice(0, 1));
    try {
      await this.#deliver(answers, answers.length > 1);
    } catch (error) {
      if (!(error instanceof api.Refused)) throw error;
      // One of them spoils the batch: find out which.
      for (const item of answers) await this.#deliver([item]);
    }
  }

  async #deliver(items: Waiting[], strict = false): Promise<void> {
    try {
      await this.#withToken(() => this.#post(items));
    } catch (error) {
      if (!(error instanceof api.Refused) || strict) throw error;
      this.#hearing.onRefused?.(error.message);
    }
    await this.#device.sent(items.map((item) => item.seq));
  }

  async #post(items: Waiting[]): Promise<void> {
    const [first] = items;
    if (!first) return;
    if (first.kind === "mark") {
      await api.postMark(first.card_id, first.mark, this.#csrf);
    } else if (first.kind === "undo") {
      const undone = await api.postUndo(first.id, this.#csrf);
      if (undone.status === "refused") {
        this.#hearing.onUndone?.({
          id: first.id,
          card_id: first.card_id,
          status: "refused",
          version: undone.version,
          reason: undone.reason ?? "That answer could not be taken back",
        });
      }
    } else {
      const cards = new Map<string, number>();
      const answers: Answer[] = [];
      for (const item of items) {
        if (item.kind !== "answer") continue;
        answers.push(item.answer);
        cards.set(item.answer.id, item.card_id);
      }
      const { next, deck } = this.#hearing.wanted?.() ?? { next: 0, deck: null };
      const stored = await api.postAnswers(answers, next, deck, this.#csrf);
      this.#hearing.onOutcomes?.(
        stored.results.map((result) => ({
          id: result.id,
          card_id: cards.get(result.id) ?? 0,
          status: result.status,
          version: result.version,
          reason: result.reason ?? "",
        })),
      );
      this.#hearing.onReply?.(stored.counts, stored.cards);
    }
  }

  /** Take back today's newest answer of any device; null if there is none or nobody to ask. */
  async undoNewest(): Promise<UndoResult | null> {
    let undone: UndoResult | null = null;
    try {
      await this.#verify();
      await this.#withToken(async () => {
        undone = await api.postUndoNewest(this.#csrf);
      });
    } catch (error) {
      if (!(error instanceof api.Refused)) this.#failed(error);
    }
    return undone;
  }

  /** A token can be out of date where the page is older than the session: fetch it and try again. */
  async #withToken(post: () => Promise<void>): Promise<void> {
    try {
      await post();
    } catch (error) {
      if (!(error instanceof api.Refused) || error.status !== 400) throw error;
      this.#verified = false;
      await this.#verify();
      await post();
    }
  }

  /** Nothing of one account is ever sent in another's session. */
  async #verify(): Promise<void> {
    if (this.#verified) return;
    const { user, csrf } = await api.account();
    if (user !== this.#user) throw new OtherAccount();
    this.#csrf = csrf;
    this.#verified = true;
  }

  #failed(error: unknown): void {
    this.#verified = false;
    if (error instanceof api.SignedOut) return this.#say("signed-out");
    if (error instanceof OtherAccount) return this.#say("other-account");
    this.#say("unreachable");
    const wait = WAITS_MS[Math.min(this.#failures, WAITS_MS.length - 1)] ?? 60_000;
    this.#failures += 1;
    const asked = error instanceof api.Unreachable ? error.retry_after_ms : 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.drain(), Math.max(asked, wait * (0.75 + Math.random() / 2)));
  }

  #say(link: Link): void {
    if (this.link === link) return;
    this.link = link;
    this.#hearing.onLink?.(link);
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    const locks = globalThis.navigator?.locks;
    if (locks) await locks.request(`interviewprep-send-${this.#user}`, work);
    else await work();
  }
}
