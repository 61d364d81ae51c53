// One request of the HTTP API, and the ways in which it can fail.

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

/** The server understood and said no; `said` is the whole of what it said, where that is JSON. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly said: unknown;

  constructor(status: number, code: string, message: string, said: unknown = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.said = said;
  }
}

/** Return the answer's JSON, or null where nothing changed (304). */
export async function ask<T>(method: string, path: string, csrf?: string, body?: object): Promise<T | null> {
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
      // What is sent as a page is closed still arrives.
      keepalive: text !== undefined && text.length < KEEPALIVE_BYTES,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Unreachable();
  }
  if (response.status === 304) return null;
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
    throw new Refused(response.status, said?.error?.code ?? "", message, said);
  }
  if (said === null) throw new Unreachable();
  return said;
}

/** As `ask`, where an answer always has a body. */
export async function call<T>(method: string, path: string, csrf?: string, body?: object): Promise<T> {
  const said = await ask<T>(method, path, csrf, body);
  if (said === null) throw new Unreachable();
  return said;
}
