// The four grades with what each leads to, the proposed one marked; and the way back.

import { el, part } from "../mock/dom.ts";
import { outcomeLabel } from "../review/grading.ts";
import { GRADES, type Grade } from "../review/types.ts";
import type { Exercise, State } from "./server.ts";

export class Grades {
  readonly #section = part("grading");
  readonly #why = part("grading-why");
  readonly #choices = part("grading-choices");
  readonly #graded = part("graded");
  readonly #said = part("graded-said");

  /** `choose` is called for a click or the keys 1 to 4, `undo` for a click or u. */
  constructor(choose: (grade: Grade) => void, undo: () => void) {
    for (const grade of GRADES) {
      this.#button(grade)?.addEventListener("click", () => choose(grade));
    }
    part("graded-undo").addEventListener("click", undo);
    document.addEventListener("keydown", (event) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (document.querySelector("dialog[open]") || target.isContentEditable) return;
      if (target.matches("input, textarea, select")) return;
      const digit = /^(?:Digit|Numpad)([1-4])$/.exec(event.code)?.[1];
      const grade = digit ? GRADES[Number(digit) - 1] : undefined;
      if (grade && !this.#section.hidden) choose(grade);
      else if (event.key.toLowerCase() === "u" && !this.#graded.hidden) undo();
    });
  }

  show(exercise: Exercise, state: State): void {
    const { grading } = state;
    this.#section.hidden = !grading;
    if (!grading) return;
    this.#why.textContent = `${reason(exercise, state)} Proposed: ${named(grading.proposed)}. You decide.`;
    for (const grade of GRADES) {
      const button = this.#button(grade);
      if (!button) continue;
      const isProposed = grade === grading.proposed;
      button.dataset.proposed = isProposed ? "yes" : "no";
      button.disabled = false;
      button.querySelector(".grade-outcome")?.replaceChildren(
        el("span", {}, outcomeLabel(grade, grading.outcomes[grade])),
        isProposed ? el("span", { class: "grade-proposed" }, "proposed") : "",
      );
    }
  }

  /** The grade is stored, and can be taken back. */
  done(sentence: string): void {
    const hadFocus = this.#section.contains(document.activeElement);
    this.#section.hidden = true;
    this.#graded.hidden = false;
    this.#said.textContent = sentence;
    if (hadFocus) part("graded-undo").focus();
  }

  wait(): void {
    for (const grade of GRADES) {
      const button = this.#button(grade);
      if (button) button.disabled = true;
    }
  }

  #button(grade: Grade): HTMLButtonElement | null {
    return this.#choices.querySelector(`[data-grade="${grade}"]`);
  }
}

export function named(grade: Grade): string {
  return grade.charAt(0).toUpperCase() + grade.slice(1);
}

/** What happened, in one sentence. */
export function reason(exercise: Pick<Exercise, "minutes">, state: State): string {
  if (state.gave_up) return "You gave up.";
  if (!state.passed) return "Not every test passed: submit again, give up, or grade it as it is.";
  const hints = state.hints.taken.length;
  const parts = [state.submissions > 1 ? `with submission ${state.submissions}` : "with the first submission"];
  if (state.elapsed_s > exercise.minutes * 60) parts.push(`after more than ${exercise.minutes} minutes`);
  if (hints) parts.push(hints === 1 ? "with a hint" : `with ${hints} hints`);
  return `Passed ${parts.join(", ")}.`;
}
