// The page's line to the server: one thing done after the other, news fetched in between, and what is
// said while it is broken.

import { Refused, SignedOut, Unreachable } from "../page/http.ts";
import type { Connection, Notices } from "./notices.ts";
import type { Answered, Server } from "./server.ts";
import type { Saving } from "./text.ts";
import type { Texts } from "./texts.ts";
import type { State } from "./types.ts";

export type Hearing = {
  hear(state: State): void;
  /** The round is not there any more. */
  gone(): void;
};

export class Link {
  readonly #server: Server;
  readonly #notices: Notices;
  readonly #texts: Texts;
  readonly #hearing: Hearing;
  #connection: Connection = "clear";
  #queue: Promise<unknown> = Promise.resolve();
  #doing = 0;

  constructor(server: Server, notices: Notices, texts: Texts, hearing: Hearing) {
    this.#server = server;
    this.#notices = notices;
    this.#texts = texts;
    this.#hearing = hearing;
  }

  /** Do something after what is being done, and hear the state it leads to. */
  tryAct(path: string, body: object): Promise<Answered> {
    this.#doing += 1;
    const done = this.#queue.then(async () => {
      try {
        const answered = await this.#server.post(path, body);
        this.#linked("clear");
        // The tests' code is for the runner alone, and not part of what is known here.
        const { hidden_tests: _, submitted_code: __, ...state } = answered;
        this.#hearing.hear(state);
        return answered;
      } catch (error) {
        this.#failed(error);
        throw error;
      } finally {
        this.#doing -= 1;
      }
    });
    this.#queue = done.catch(() => {});
    return done;
  }

  /** Hear what has changed since that version, unless something is being done just now. */
  async poll(since?: number): Promise<void> {
    if (this.#doing > 0) return;
    const state = await this.try((server) => server.state(since));
    if (state && this.#doing === 0) this.#hearing.hear(state);
  }

  /** Null where it failed; the page says so by itself. */
  async try<T>(work: (server: Server) => Promise<T>): Promise<T | null> {
    try {
      const found = await work(this.#server);
      this.#linked("clear");
      return found;
    } catch (error) {
      this.#failed(error);
      return null;
    }
  }

  /** How a text is kept has changed. */
  saved(saving: Saving, message: string): void {
    if (saving === "signed-out") this.#connection = "signed-out";
    if (message) this.#notices.say(message);
    this.#draw();
  }

  #failed(error: unknown): void {
    if (error instanceof SignedOut) this.#linked("signed-out");
    else if (error instanceof Unreachable) this.#linked("unreachable");
    else if (error instanceof Refused && error.status === 404) this.#hearing.gone();
  }

  #linked(connection: Connection): void {
    const before = this.#connection;
    this.#connection = connection;
    this.#draw();
    if (connection === "clear" && before !== "clear") void this.#texts.flush();
  }

  #draw(): void {
    this.#notices.connection(this.#connection, this.#texts.isStuck, this.#texts.isKept);
  }
}
