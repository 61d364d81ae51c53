// Learners' code and diagrams, run in sandboxed frames. Pages use this module and nothing else here.

import { Engine } from "./engine.ts";
import { Run } from "./run.ts";

export { Diagrams } from "./diagrams.ts";

/** One test: `message` says what went wrong and is empty where it passed. */
export type Outcome = {
  name: string;
  label: string;
  passed: boolean;
  message: string;
  hidden: boolean;
  duration_ms: number;
};

/** How a run ended; `sentence` is for the learner, whatever `kind` is.
 *
 * `finished`: every test was run. `timeout`, `memory`: the run met that limit. `stopped`: by the
 * learner. `broken`: no test could be run, for the code does not load or the runner does not.
 * `outcomes` are those that were known by then, `first_result_ms` the time from `run` to the first.
 */
export type RunResult = {
  kind: "finished" | "timeout" | "memory" | "broken" | "stopped";
  sentence: string;
  outcomes: Outcome[];
  stdout: string;
  traceback: string;
  first_result_ms: number | null;
};

/** Python: `visible` and `hidden` are functions named `test_…`. SQL: `expected` is CSV without a header. */
export type RunRequest =
  | {
      language: "python";
      code: string;
      visible: string;
      hidden?: string;
      entry?: string;
      limit_ms?: number;
      only_visible_output?: boolean;
    }
  | { language: "sql"; code: string; schema: string; expected: string; limit_ms?: number };

export type Progress = {
  loaded_bytes: number;
  total_bytes: number;
  state: "idle" | "loading" | "ready" | "failed";
  sentence: string;
};

export type Addresses = { frame: string; files: Record<string, string> };

export type Listeners = { outcome?: (outcome: Outcome) => void; output?: (text: string) => void };

export type Drawing = { svg_url: string; width: number; height: number } | { error: string };

/** Runs code, one run after the other, with a worker ready in advance; make one for each page.
 *
 * `host` takes the frame, out of sight; `addresses` is what the server's `runner_addresses()` gives.
 */
export class Runner {
  #engine: Engine;
  #queue: Promise<unknown> = Promise.resolve();
  #current: Run | null = null;
  #listeners: ((progress: Progress) => void)[] = [];
  #progress: Progress = { loaded_bytes: 0, total_bytes: 0, state: "idle", sentence: "" };

  constructor(host: HTMLElement, addresses: Addresses) {
    this.#engine = new Engine(host, addresses, (progress) => {
      this.#progress = progress;
      for (const listener of this.#listeners) listener(progress);
    });
  }

  /** Load what a run needs, in the background; call it as often as you like. */
  async prepare(): Promise<void> {
    await this.#engine.prepare();
  }

  /** Call `listener` now and at every change. */
  onProgress(listener: (progress: Progress) => void): void {
    this.#listeners.push(listener);
    listener(this.#progress);
  }

  /** Run after the runs before it; never rejects. */
  run(request: RunRequest, on: Listeners): Promise<RunResult> {
    const run = new Run(request, on);
    this.#queue = this.#queue.then(async () => {
      this.#current = run;
      await this.#engine.carryOut(run);
      this.#current = null;
    });
    return run.result;
  }

  /** End the current run, which then is `stopped`. */
  stop(): void {
    if (this.#current) this.#engine.stop(this.#current);
  }
}
