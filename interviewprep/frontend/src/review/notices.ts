// The quiet line under the buttons: what just happened, and how the connection is.

import { part } from "./cardview.ts";
import type { Link } from "./sync.ts";

const SHOWN_MS = 6_000;

export class Notices {
  readonly #status = part("status");
  readonly #connection = part("connection");
  readonly #signInUrl: string;
  #timer = 0;
  #shown = "";

  constructor(signInUrl: string) {
    this.#signInUrl = signInUrl;
  }

  say(message: string): void {
    clearTimeout(this.#timer);
    this.#status.textContent = message;
    this.#timer = window.setTimeout(() => (this.#status.textContent = ""), SHOWN_MS);
  }

  connection(link: Link, waiting: number, lasting: boolean): void {
    const kept = waiting === 1 ? "1 answer" : `${waiting} answers`;
    const where = lasting ? "kept on this device" : "kept in this tab only";
    let message = "";
    if (link === "unreachable") {
      message = waiting ? `No connection: ${kept} ${where}` : "No connection: the cards at hand go on";
    } else if (link === "signed-out") {
      message = waiting ? `You are signed out: ${kept} ${where}.` : "You are signed out.";
    } else if (link === "other-account") {
      message = waiting ? `Another account is signed in: ${kept} ${where}.` : "Another account is signed in.";
    }
    if (message === this.#shown) return;
    this.#shown = message;
    this.#connection.textContent = message;
    if (link === "signed-out" || link === "other-account") {
      const sign = document.createElement("a");
      sign.href = link === "signed-out" ? this.#signInUrl : location.href;
      sign.textContent = link === "signed-out" ? "Sign in" : "Reload";
      this.#connection.append(" ", sign);
    }
  }
}
