// Learners' code and diagrams, run in sandboxed frames. Pages use this module and nothing below it.

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

/** Runs code, one run after the other; make one for each page. */
export class Runner {
  constructor(host: HTMLElement, addresses: Addresses) {
    void host;
    void addresses;
  }

  /** Load what a run needs, in the background; call it as often as you like. */
  prepare(): Promise<void> {
    return Promise.reject(new Error("not there yet"));
  }

  /** Call `listener` now and at every change. */
  onProgress(listener: (progress: Progress) => void): void {
    void listener;
  }

  /** Run after the runs before it; never rejects. */
  run(request: RunRequest, on: Listeners): Promise<RunResult> {
    void request;
    void on;
    return Promise.reject(new Error("not there yet"));
  }

  /** End the current run, which then is `stopped`. */
  stop(): void {}
}

export type Drawing = { svg_url: string; width: number; height: number } | { error: string };

/** Draws Mermaid's texts; make one for each page. */
export class Diagrams {
  constructor(host: HTMLElement, addresses: Addresses) {
    void host;
    void addresses;
  }

  /** Return the picture's address (a blob: revoke it when it is replaced) and its size in pixels. */
  draw(text: string): Promise<Drawing> {
    void text;
    return Promise.resolve({ error: "not there yet" });
  }
}
