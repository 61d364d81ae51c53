// What a round asks of the server, with a token that is renewed where the page outlived it.

import { ask, call, Refused } from "../page/http.ts";
import type { State, Story, StoredText } from "./types.ts";

export type Answered = State & { hidden_tests?: string; submitted_code?: string };

/** A text's version after it was stored, and the mock's. */
export type Saved = { version: number; mock_version: number };

export class Server {
  readonly #api: string;
  #csrf: string;

  constructor(api: string, csrf: string) {
    this.#api = api;
    this.#csrf = csrf;
  }

  /** Null where nothing has changed since that version. */
  state(since?: number): Promise<State | null> {
    return ask("GET", since === undefined ? this.#api : `${this.#api}?since=${since}`);
  }

  async stories(address: string): Promise<Story[]> {
    return (await call<{ stories: Story[] }>("GET", address)).stories;
  }

  post(path: string, body: object = {}): Promise<Answered> {
    return this.#withToken((csrf) => call("POST", `${this.#api}/${path}`, csrf, body));
  }

  put(name: string, text: StoredText): Promise<Saved> {
    return this.#withToken((csrf) => call("PUT", `${this.#api}/texts/${name}`, csrf, text));
  }

  async #withToken<T>(send: (csrf: string) => Promise<T>): Promise<T> {
    try {
      return await send(this.#csrf);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 400 || error.code !== "csrf") throw error;
      this.#csrf = (await call<{ csrf: string }>("GET", "/api/v1/session")).csrf;
      return await send(this.#csrf);
    }
  }
}
