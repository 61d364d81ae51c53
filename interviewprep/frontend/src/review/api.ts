// The few requests of the HTTP API that the review makes, and the ways they can fail.

import { call } from "../page/http.ts";
import type { Answer, Counts, Queue, Card, Result, UndoResult } from "./types.ts";

export { Refused, SignedOut, Unreachable } from "../page/http.ts";

export interface Account {
  user: string;
  csrf: string;
}

export interface Stored {
  results: Result[];
  counts?: Counts;
  cards?: Card[];
}

export function account(): Promise<Account> {
  return call("GET", "/api/v1/session");
}

export function queue(limit: number, deck: number | null): Promise<Queue> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (deck !== null) query.set("deck", String(deck));
  return call("GET", `/api/v1/reviews/queue?${query}`);
}

/** `next` cards of the queue (of `deck`, if given) come back in the same answer. */
export function postAnswers(
  answers: Answer[],
  next: number,
  deck: number | null,
  csrf: string,
): Promise<Stored> {
  return call("POST", "/api/v1/reviews", csrf, { answers, next, ...(deck === null ? {} : { deck }) });
}

export function postUndo(id: string, csrf: string): Promise<UndoResult> {
  return call("POST", `/api/v1/reviews/${id}/undo`, csrf, {});
}

/** Take back today's newest answer, whichever device gave it. */
export function postUndoNewest(csrf: string): Promise<UndoResult> {
  return call("POST", "/api/v1/reviews/undo", csrf, {});
}

export function postMark(card_id: number, mark: object, csrf: string): Promise<unknown> {
  return call("POST", `/api/v1/cards/${card_id}/marks`, csrf, mark);
}
