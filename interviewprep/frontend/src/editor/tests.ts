// The list of tests with what each of them said.

import type { Outcome, RunResult } from "../runner/index.ts";
import type { PanelData } from "./panel.ts";

export type NamedTest = { name: string; label: string; hidden?: boolean };

const SQL_TEST: NamedTest = { name: "expected_rows", label: "Returns the expected rows, in order", hidden: false };
const NOT_RUN = "Not run.";
const WORDS = { waiting: "not run", passed: "passed", failed: "failed" };
const SIGNS = { waiting: "·", passed: "✓", failed: "✗" };

/** All tests of an exercise, the visible ones first. */
export function namedTests(data: PanelData): NamedTest[] {
  if (data.language === "sql") return [SQL_TEST];
  return [
    ...data.test_names.map((test) => ({ ...test, hidden: false })),
    ...data.hidden_names.map((test) => ({ ...test, hidden: true })),
  ];
}

/** What is kept of a run: an outcome for each test, failed where the run ended before it. */
export function allOutcomes(tests: NamedTest[], result: RunResult): Outcome[] {
  return tests.map((test) => {
    const hidden = test.hidden === true;
    const found = result.outcomes.find((one) => one.name === test.name && one.hidden === hidden);
    if (found) return { ...found, label: test.label };
    return { name: test.name, label: test.label, passed: false, message: NOT_RUN, hidden, duration_ms: 0 };
  });
}

export class TestList {
  #list: HTMLElement;
  #link: (text: string) => DocumentFragment;
  #rows = new Map<string, HTMLLIElement>();

  constructor(list: HTMLElement, tests: NamedTest[], link: (text: string) => DocumentFragment) {
    this.#list = list;
    this.#link = link;
    for (const test of tests) this.#rows.set(key(test), this.#row(test));
    this.begin(tests);
  }

  /** These tests are about to be run: nothing is known of them. */
  begin(tests: NamedTest[]): void {
    for (const test of tests) this.#set(key(test), "waiting", "");
  }

  show(outcome: Outcome): void {
    // The one test of a query says what the whole run says.
    const message = outcome.name === SQL_TEST.name && this.#rows.size === 1 ? "" : outcome.message;
    this.#set(key(outcome), outcome.passed ? "passed" : "failed", message);
  }

  showAll(outcomes: Outcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.message !== NOT_RUN) this.show(outcome);
    }
  }

  /** A run that ended early leaves what it did not reach as it is. */
  end(result: RunResult): void {
    this.showAll(result.outcomes);
  }

  #set(name: string, state: keyof typeof WORDS, message: string): void {
    const row = this.#rows.get(name);
    if (!row) return;
    row.dataset["state"] = state;
    const [sign, , word, said] = row.children;
    if (sign) sign.textContent = SIGNS[state];
    if (word) word.textContent = WORDS[state];
    const lines = message.split("\n").filter(Boolean);
    said?.replaceChildren(this.#link(lines.join("\n")));
    if (said instanceof HTMLElement) said.hidden = !message;
  }

  #row(test: NamedTest): HTMLLIElement {
    const row = document.createElement("li");
    row.className = "code-test";
    row.dataset["test"] = test.name;
    const sign = document.createElement("span");
    sign.className = "code-test-sign";
    sign.setAttribute("aria-hidden", "true");
    const label = document.createElement("span");
    label.className = "code-test-label";
    label.textContent = test.label;
    if (test.hidden) {
      const badge = document.createElement("span");
      badge.className = "badge";
      badge.textContent = "hidden";
      label.append(" ", badge);
    }
    const word = document.createElement("span");
    word.className = "code-test-word";
    const said = document.createElement("pre");
    said.className = "code-test-message";
    row.append(sign, label, word, said);
    this.#list.append(row);
    return row;
  }
}

function key(test: { name: string; hidden?: boolean }): string {
  return `${test.hidden === true ? "hidden" : "visible"} ${test.name}`;
}
