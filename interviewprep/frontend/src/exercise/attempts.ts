// Earlier attempts, newest first, each with its code and what the tests said.

import { codeBlock } from "../editor/parts.ts";
import { button, el, part } from "../mock/dom.ts";
import type { Attempt, Exercise } from "./server.ts";

const KINDS = { run: "Run", submit: "Submitted", "give-up": "Given up" };

export class Attempts {
  readonly #section = part("attempts");
  readonly #list = part("attempts-list");
  readonly #language: Exercise["language"];
  readonly #restore: (code: string) => void;

  constructor(language: Exercise["language"], attempts: Attempt[], restore: (code: string) => void) {
    this.#language = language;
    this.#restore = restore;
    this.#list.append(...attempts.map((attempt) => this.#row(attempt)));
    this.#section.hidden = attempts.length === 0;
  }

  /** A new attempt, or one that now has its outcomes. */
  put(attempt: Attempt): void {
    const row = this.#row(attempt);
    const known = this.#list.querySelector(`[data-attempt="${attempt.id}"]`);
    if (known) known.replaceWith(row);
    else this.#list.prepend(row);
    this.#section.hidden = false;
  }

  #row(attempt: Attempt): HTMLElement {
    const details = el("details", { class: "code-given" }, el("summary", {}, title(attempt)));
    // The code is only put in once somebody looks: there may be many.
    details.addEventListener("toggle", () => this.#fill(details, attempt), { once: true });
    return el("li", { "data-attempt": attempt.id }, details);
  }

  #fill(details: HTMLElement, attempt: Attempt): void {
    const failed = attempt.outcomes.filter((outcome) => !outcome.passed);
    if (failed.length) {
      const rows = failed.map((outcome) => el("li", {}, `${outcome.label}${outcome.hidden ? " (hidden)" : ""}`));
      details.append(el("p", { class: "hint" }, "Failed:"), el("ul", {}, ...rows));
    }
    if (!attempt.code.trim()) return details.append(el("p", { class: "hint" }, "There was no code."));
    details.append(
      codeBlock(attempt.code, this.#language),
      button("Put this code into the editor", () => this.#restore(attempt.code)),
    );
  }
}

/** Such as "Submitted, 3 May 2027, 14:05: 6 of 8 tests pass, 1 hint". */
export function title(attempt: Attempt): string {
  const at = new Date(attempt.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  const passed = attempt.outcomes.filter((outcome) => outcome.passed).length;
  const said = [];
  const number = attempt.outcomes.length;
  if (number === 1) said.push(passed ? "passed" : "failed");
  else if (number) said.push(`${passed} of ${number} tests pass`);
  if (attempt.hints) said.push(attempt.hints === 1 ? "1 hint" : `${attempt.hints} hints`);
  const where = attempt.in_mock ? " in a mock" : "";
  return `${KINDS[attempt.kind]}${where}, ${at}${said.length ? `: ${said.join(", ")}` : ""}`;
}
