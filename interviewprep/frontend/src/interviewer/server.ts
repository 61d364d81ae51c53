// What the interviewer's page asks of the server, and the ways in which that can fail.

const PATIENCE_MS = 15_000;
const SEAT_GONE = "seat-gone";
const RELOAD = "That did not work; load the page again.";

/** The parts that may have moved, as HTML of the server's own templates. */
export interface State {
  mark: string;
  parts: Record<string, string>;
  said: string;
}

/** `over`: the seat is gone, and `sentence` says why. */
export interface Answer {
  state: State | null;
  sentence: string;
  over: boolean;
  unreachable: boolean;
}

class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class Server {
  #address: string;
  #round: string;
  #csrf: string;
  #mark: string;

  constructor(root: HTMLElement) {
    this.#address = root.dataset.interviewer ?? "";
    this.#round = root.dataset.round ?? "";
    this.#csrf = root.dataset.csrf ?? "";
    this.#mark = root.dataset.mark ?? "";
  }

  /** Return what moved since the last answer, or null. */
  poll(): Promise<State | null> {
    const query = new URLSearchParams({ round: this.#round, since: this.#mark });
    return this.#fetch(`${this.#address}?${query}`);
  }

  send(form: HTMLFormElement): Promise<State | null> {
    return this.#fetch(form.action, { method: "POST", body: new FormData(form) });
  }

  /** Do `work` and sort out how it ended. */
  async ask(work: () => Promise<State | null>): Promise<Answer> {
    const none = { state: null, sentence: "", over: false, unreachable: false };
    try {
      const state = await work();
      if (state) this.#mark = state.mark;
      return { ...none, state };
    } catch (error) {
      if (!(error instanceof Refused)) return { ...none, unreachable: true };
      return { ...none, sentence: error.message, over: error.code === SEAT_GONE };
    }
  }

  async #fetch(address: string, options: RequestInit = {}): Promise<State | null> {
    const response = await fetch(address, {
      ...options,
      headers: { Accept: "application/json", "X-CSRFToken": this.#csrf },
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status === 304) return null;
    if (response.status >= 500) throw new Error("the server is busy");
    const said = (await response.json().catch(() => null)) as
      | (State & { error?: { code?: string; message?: string } })
      | null;
    if (!response.ok || !said) throw new Refused(said?.error?.code ?? "", said?.error?.message ?? RELOAD);
    return said;
  }
}
