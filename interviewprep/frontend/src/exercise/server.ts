// What the page of an exercise asks of the server. Names and shapes are those of the HTTP API.

import type { NamedTest } from "../editor/panel.ts";
import { call, Refused } from "../page/http.ts";
import type { Grade, Outcomes } from "../review/types.ts";
import type { Outcome } from "../runner/index.ts";

export type Exercise = {
  card_id: number;
  title: string;
  language: "python" | "sql";
  minutes: number;
  entry: string;
  starter: string;
  tests: string;
  test_names: NamedTest[];
  hidden_names: NamedTest[];
  schema: string;
  expected: string;
};

export type Revealed = {
  solutions: string[];
  solution_html: string;
  wrong: { code_html: string; reason_html: string }[];
  complexity_html: string;
  pitfalls_html: string;
  follow_ups: { question_html: string; answer_html: string }[];
};

export type Grading = { version: number; proposed: Grade; outcomes: Outcomes };

export type State = {
  code: string;
  version: number;
  started_at: string | null;
  elapsed_s: number;
  submissions: number;
  passed: boolean;
  gave_up: boolean;
  hints: { taken: string[]; left: number };
  revealed: Revealed | null;
  grading: Grading | null;
};

export type Attempt = {
  id: string;
  at: string;
  kind: "run" | "submit" | "give-up";
  in_mock: boolean;
  code: string;
  hints: number;
  outcomes: { name: string; label: string; passed: boolean; hidden: boolean; message: string }[];
};

export type PageData = { exercise: Exercise; state: State; attempts: Attempt[]; csrf: string };
export type Attempted = { state: State; attempt: Attempt };
export type Graded = { id: string; status: string; reason: string | null; due_at: string | null; state: State };

export class Server {
  readonly #api: string;
  #csrf: string;

  constructor(card_id: number, csrf: string) {
    this.#api = `/api/v1/exercises/${card_id}`;
    this.#csrf = csrf;
  }

  save(text: string, version: number): Promise<{ version: number }> {
    return this.#send("PUT", "code", { text, version });
  }

  hint(taken: number): Promise<{ state: State }> {
    return this.#send("POST", "hint", { taken });
  }

  ran(code: string, outcomes: Outcome[]): Promise<Attempted> {
    return this.#send("POST", "attempts", { code, outcomes });
  }

  submit(code: string): Promise<Attempted & { hidden_tests: string }> {
    return this.#send("POST", "submit", { code });
  }

  outcomes(attempt: string, outcomes: Outcome[]): Promise<Attempted> {
    return this.#send("POST", "outcomes", { attempt, outcomes });
  }

  giveUp(code: string): Promise<Attempted> {
    return this.#send("POST", "give-up", { code });
  }

  beginAgain(): Promise<{ state: State }> {
    return this.#send("POST", "begin-again", {});
  }

  grade(id: string, version: number, grade: Grade, due_day: string | null): Promise<Graded> {
    return this.#send("POST", "grade", { id, version, grade, promised_due_day: due_day });
  }

  undo(id: string): Promise<Graded> {
    return this.#send("POST", "undo", { id });
  }

  /** With a fresh token where the page has outlived the one it came with. */
  async #send<T>(method: string, path: string, body: object): Promise<T> {
    try {
      return await call<T>(method, `${this.#api}/${path}`, this.#csrf, body);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 400 || error.code !== "csrf") throw error;
      this.#csrf = (await call<{ csrf: string }>("GET", "/api/v1/session")).csrf;
      return await call<T>(method, `${this.#api}/${path}`, this.#csrf, body);
    }
  }
}
