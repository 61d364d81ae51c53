// The few requests of the HTTP API that the review makes, and the ways they can fail.

import type { Answer, Counts, Queue, Card, Result, UndoResult } from "./types.ts";

const PATIENCE_MS = 30_000;
const KEEPALIVE_BYTES = 60_000;

/** No answer at all, or one that asks to come back later (`retry_after_ms`). */
export class Unreachable extends Error {
  readonly retry_after_ms: number;

  constructor(retry_after_ms = 0) {
    super("the server cannot be reached");
    this.retry_after_ms = retry_after_ms;
  }
}

/** The session has ended. */
export class SignedOut extends Error {}

/** The server understood and said no. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

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

async function call<T>(method: string, path: string, csrf?: string, body?: object): Promise<T> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (text !== undefined) headers["Content-Type"] = "application/json";
  if (csrf !== undefined) headers["X-CSRFToken"] = csrf;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: text,
      credentials: "same-origin",
      cache: "no-store",
      // A page closed right after the last answer still delivers it.
      keepalive: text !== undefined && text.length < KEEPALIVE_BYTES,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Unreachable();
  }
  if (response.status === 401) throw new SignedOut();
  if (response.status === 429 || response.status >= 500) {
    throw new Unreachable(1000 * (Number(response.headers.get("Retry-After")) || 0));
  }
  // An error body may be HTML (a proxy's), so it is read only as far as it is ours.
  const said = (await response.json().catch(() => null)) as
    | (T & { error?: { code?: string; message?: string } })
    | null;
  if (!response.ok) {
    const message = said?.error?.message ?? `The server answered ${response.status}.`;
    throw new Refused(response.status, said?.error?.code ?? "", message);
  }
  if (said === null) throw new Unreachable();
  return said;
}
