// One run as the page keeps it: what has been told so far, checked, cut and put together.

import { numberOf, textOf } from "./frame.ts";
import type { Listeners, Outcome, RunRequest, RunResult } from "./index.ts";

const LONGEST_OUTPUT = 120_000;
const LONGEST_TEXT = 8_000;
const LONGEST_LABEL = 300;
const MOST_OUTCOMES = 500;
const KINDS = ["finished", "memory", "broken"] as const;
export const DEFAULT_LIMIT_MS = 10_000;

export class Run {
  readonly id = crypto.randomUUID();
  readonly limitMs: number;
  readonly result: Promise<RunResult>;
  isOver = false;
  #outcomes: Outcome[] = [];
  #stdout = "";
  #firstMs: number | null = null;
  #begunAt = performance.now();
  #underWay: { name: string; label: string; hidden: boolean } | null = null;
  #stagedAt = 0;
  #resolve!: (result: RunResult) => void;
  #on: Listeners;
  readonly request: RunRequest;

  constructor(request: RunRequest, on: Listeners) {
    this.request = request;
    this.#on = on;
    this.limitMs = Math.max(1, request.limit_ms ?? DEFAULT_LIMIT_MS);
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Take in what the worker told; the learner's code may have told it. */
  take(told: unknown): void {
    if (this.isOver || typeof told !== "object" || told === null) return;
    const message = told as Record<string, unknown>;
    if (message["type"] === "output") this.#output(textOf(message["text"], LONGEST_OUTPUT));
    else if (message["type"] === "outcome") this.#outcome(message);
    else if (message["type"] === "stage") this.#stage(message);
    else if (message["type"] === "end") {
      const kind = KINDS.find((one) => one === message["kind"]) ?? "broken";
      const sentence = textOf(message["sentence"], LONGEST_TEXT);
      this.#failUnderWay(sentence);
      this.end(kind, sentence, textOf(message["traceback"], LONGEST_TEXT));
    }
  }

  /** The worker is gone, and with it what the code was doing. */
  breakOff(sentence: string): void {
    this.#failUnderWay(sentence);
    this.end("broken", sentence);
  }

  timeOut(): void {
    const seconds = new Intl.NumberFormat("en", { maximumFractionDigits: 1 }).format(this.limitMs / 1000);
    const limit = `${seconds} ${seconds === "1" ? "second" : "seconds"}`;
    const test = this.#underWay;
    this.#failUnderWay(`Not finished within ${limit}.`);
    const where = test ? `in the test: ${test.label}` : "before the first test";
    this.end("timeout", `Stopped after ${limit}, ${where}. Is there a loop that does not end?`);
  }

  end(kind: RunResult["kind"], sentence: string, traceback = ""): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#resolve({
      kind,
      sentence,
      outcomes: this.#outcomes,
      stdout: this.#stdout,
      traceback,
      first_result_ms: this.#firstMs,
    });
  }

  #output(text: string): void {
    const fits = text.slice(0, Math.max(0, LONGEST_OUTPUT - this.#stdout.length));
    if (!fits) return;
    this.#stdout += fits;
    this.#on.output?.(fits);
  }

  #failUnderWay(message: string): void {
    if (!this.#underWay || this.isOver) return;
    const durationMs = performance.now() - this.#stagedAt;
    this.#outcome({ ...this.#underWay, passed: false, message, duration_ms: durationMs });
  }

  #stage(message: Record<string, unknown>): void {
    const name = textOf(message["name"], LONGEST_LABEL);
    const label = textOf(message["label"], LONGEST_LABEL);
    this.#stagedAt = performance.now();
    this.#underWay = name ? { name, label, hidden: message["hidden"] === true } : null;
  }

  #outcome(message: Record<string, unknown>): void {
    if (this.#outcomes.length >= MOST_OUTCOMES) return;
    this.#firstMs ??= performance.now() - this.#begunAt;
    this.#underWay = null;
    const outcome: Outcome = {
      name: textOf(message["name"], LONGEST_LABEL),
      label: textOf(message["label"], LONGEST_LABEL),
      passed: message["passed"] === true,
      message: textOf(message["message"], LONGEST_TEXT),
      hidden: message["hidden"] === true,
      duration_ms: numberOf(message["duration_ms"]),
    };
    this.#outcomes.push(outcome);
    this.#on.outcome?.(outcome);
  }
}
