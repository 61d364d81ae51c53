// The quiet lines at the foot of the page: what just happened, and how the connection is.

const SHOWN_MS = 7_000;
/** What is said this soon after something else stands beside it, and does not take its place. */
const TOGETHER_MS = 1_500;

export type Connection = "clear" | "unreachable" | "signed-out";

export class Notices {
  readonly #status: HTMLElement;
  readonly #connection: HTMLElement;
  readonly #signIn: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown = "";
  #saidAt = -Infinity;

  constructor(status: HTMLElement, connection: HTMLElement, signIn: string) {
    this.#status = status;
    this.#connection = connection;
    this.#signIn = signIn;
  }

  say(message: string): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    const before = now - this.#saidAt < TOGETHER_MS ? (this.#status.textContent ?? "") : "";
    this.#saidAt = now;
    this.#status.textContent = before.includes(message) ? before : `${before} ${message}`.trim();
    this.#timer = setTimeout(() => (this.#status.textContent = ""), SHOWN_MS);
  }

  /** `waiting`: something written is not stored yet; `kept`: it is at least on this device. */
  connection(connection: Connection, waiting: boolean, kept: boolean): void {
    const unstored = kept ? "Not stored yet; it stays on this device" : "Not stored yet; keep this page open";
    let message = "";
    if (connection === "signed-out") message = waiting ? `You are signed out. ${unstored}.` : "You are signed out.";
    else if (waiting) message = `${unstored}.`;
    else if (connection === "unreachable") message = "No connection. What you write stays on this device.";
    if (message === this.#shown) return;
    this.#shown = message;
    this.#connection.textContent = message;
    if (connection !== "signed-out") return;
    const link = document.createElement("a");
    link.href = this.#signIn;
    link.textContent = "Sign in";
    this.#connection.append(" ", link);
  }
}
