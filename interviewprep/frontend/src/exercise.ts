// The page on which one exercise is practised, outside any interview.

import { CodePanel } from "./editor/panel.ts";
import { Attempts } from "./exercise/attempts.ts";
import { Grades, named } from "./exercise/grades.ts";
import { showRevealed } from "./exercise/revealed.ts";
import { Server, type Attempted, type PageData, type State } from "./exercise/server.ts";
import { clockLabel } from "./mock/clock.ts";
import { Device, shelfOf, windowName } from "./mock/device.ts";
import { part, prose } from "./mock/dom.ts";
import { RoundText, type Saving } from "./mock/text.ts";
import { ask } from "./page/dialog.ts";
import { SignedOut, Unreachable } from "./page/http.ts";
import { newId } from "./review/ids.ts";
import type { Grade } from "./review/types.ts";
import { Runner, type Addresses, type Outcome } from "./runner/index.ts";

const SAVING: Record<Saving, string> = {
  stored: "",
  storing: "",
  kept: "Not stored yet: the server cannot be reached. Your code stays on this device.",
  lost: "Not stored yet: the server cannot be reached. Keep this page open.",
  "signed-out": "Not stored: you are signed out. Sign in in another window, then type on here.",
  refused: "Not stored.",
};
const LANGUAGES = { python: "Python", sql: "SQL" };
const MARKS = { python: "# ", sql: "-- " };

class Practice {
  readonly #page = part("exercise");
  readonly #data: PageData;
  readonly #server: Server;
  readonly #text: RoundText;
  readonly #panel: CodePanel;
  readonly #grades: Grades;
  readonly #attempts: Attempts;
  #state: State;
  #readAt = performance.now();
  #submitted = "";
  #gradeId = "";
  #isWaiting = false;

  constructor(data: PageData) {
    this.#data = data;
    this.#state = data.state;
    const { exercise, state } = data;
    this.#server = new Server(exercise.card_id, data.csrf);
    const device = new Device(shelfOf("localStorage"), `${this.#page.dataset.user}:exercise-${exercise.card_id}`, windowName(newId));
    const stored = { text: state.code, version: state.version };
    this.#text = new RoundText("code", stored, device, this.#writes(), { mark: MARKS[exercise.language], initial: exercise.starter });
    this.#panel = this.#makePanel();
    this.#attempts = new Attempts(exercise.language, data.attempts, (code) => {
      this.#panel.replaceCode(code);
      this.#panel.editor.focus();
    });
    this.#grades = new Grades(
      (grade) => void this.#grade(grade),
      () => void this.#takeBack(),
    );
    this.#listen();
    this.#draw();
    setInterval(() => this.#tick(), 1000);
    document.documentElement.dataset.ready = "yes";
  }

  #makePanel(): CodePanel {
    const { exercise, state } = this.#data;
    const runner = new Runner(part("frames"), JSON.parse(this.#page.dataset.runner ?? "") as Addresses);
    return new CodePanel(
      part("panel"),
      runner,
      {
        ...exercise,
        label: `Your solution, ${LANGUAGES[exercise.language]}`,
        nonce: this.#page.dataset.nonce ?? "",
        code: this.#text.text,
        is_closed: state.passed || state.gave_up,
      },
      {
        onChange: (code) => this.#text.type(code),
        onRun: async (outcomes, code) => this.#take(await this.#told(this.#server.ran(code, outcomes))),
        submit: (code) => this.#submit(code),
        onSubmitted: (outcomes) => this.#judge(outcomes),
        giveUp: async (code) => this.#take(await this.#told(this.#server.giveUp(code))),
      },
    );
  }

  async #submit(code: string): Promise<{ hidden_tests: string }> {
    await this.#text.flush();
    const answer = await this.#told(this.#server.submit(code));
    this.#submitted = answer.attempt.id;
    this.#attempts.put(answer.attempt);
    return { hidden_tests: answer.hidden_tests };
  }

  async #judge(outcomes: Outcome[]): Promise<void> {
    this.#take(await this.#told(this.#server.outcomes(this.#submitted, outcomes)));
    if (this.#state.passed) this.#panel.close();
    part(this.#state.passed ? "grading" : "panel").scrollIntoView({ block: "nearest" });
  }

  #take(answer: Attempted): void {
    this.#attempts.put(answer.attempt);
    this.#show(answer.state);
  }

  async #hint(): Promise<void> {
    await this.#alone(async () => this.#show((await this.#server.hint(this.#state.hints.taken.length)).state));
  }

  async #grade(grade: Grade): Promise<void> {
    const { grading } = this.#state;
    if (!grading) return;
    await this.#alone(async () => {
      this.#grades.wait();
      await this.#text.flush();
      this.#gradeId ||= newId();
      const { due_day, label } = grading.outcomes[grade];
      const answer = await this.#server.grade(this.#gradeId, grading.version, grade, due_day);
      if (answer.status === "stored" || answer.status === "repeated") {
        this.#panel.freeze();
        this.#grades.done(`Graded ${named(grade)}: ${label}.`);
      } else {
        this.#gradeId = "";
        this.#show(answer.state);
        this.#say(answer.reason ?? "That grade was not stored.");
      }
    });
  }

  async #takeBack(): Promise<void> {
    if (!this.#gradeId) return;
    await this.#alone(async () => {
      const answer = await this.#server.undo(this.#gradeId);
      if (answer.status === "refused") return this.#say(answer.reason ?? "That grade stays.");
      location.reload();
    });
  }

  async #beginAgain(): Promise<void> {
    const sure = await ask({
      title: "Begin this exercise again?",
      text: "The clock, the hints and the code start anew. Your attempts stay in the list below.",
      yes: "Begin again",
    });
    if (!sure) return;
    await this.#text.flush();
    await this.#alone(async () => {
      await this.#server.beginAgain();
      location.reload();
    });
  }

  #show(state: State): void {
    this.#state = state;
    this.#readAt = performance.now();
    this.#draw();
  }

  #draw(): void {
    const { exercise } = this.#data;
    const state = this.#state;
    const { taken, left } = state.hints;
    const shown = part("hints-taken");
    for (const html of taken.slice(shown.childElementCount)) {
      const item = document.createElement("li");
      item.append(prose(html));
      shown.append(item);
    }
    while (shown.childElementCount > taken.length) shown.lastElementChild?.remove();
    const isOver = state.passed || state.gave_up;
    part("hint-next").hidden = left === 0 || isOver;
    part("hints").hidden = taken.length === 0 && (left === 0 || isOver);
    part("hint-label").textContent = `${taken.length ? "Next hint" : "A hint"} (${left} left)`;
    part("begin-again").hidden = state.started_at === null;
    showRevealed(state.revealed);
    this.#grades.show(exercise, state);
    this.#tick();
  }

  #tick(): void {
    const { minutes } = this.#data.exercise;
    const clock = part("clock");
    const runs = this.#state.started_at !== null && !this.#state.passed && !this.#state.gave_up;
    const seconds = this.#state.elapsed_s + (runs ? (performance.now() - this.#readAt) / 1000 : 0);
    clock.hidden = this.#state.started_at === null;
    clock.dataset.late = seconds > minutes * 60 ? "yes" : "no";
    clock.textContent = `${clockLabel(seconds)} of ${minutes}:00`;
  }

  #writes() {
    return {
      put: async (_name: string, { text, version }: { text: string; version: number }) => {
        const saved = await this.#server.save(text, version);
        // The first save begins the exercise, and its clock.
        if (this.#state.started_at === null) this.#show({ ...this.#state, started_at: new Date().toISOString() });
        return saved;
      },
      onReplaced: (text: string) => {
        this.#panel.replaceCode(text);
        this.#say("Changed in another window: what it wrote is here now.");
      },
      onSaving: (saving: Saving, message: string) => {
        part("saving").textContent = saving === "refused" && message ? message : SAVING[saving];
      },
    };
  }

  #listen(): void {
    part("hint-next").addEventListener("click", () => void this.#hint());
    part("begin-again").addEventListener("click", () => void this.#beginAgain());
    part("graded-again").addEventListener("click", () => location.reload());
    addEventListener("pagehide", () => void this.#text.flush());
  }

  /** One request of the page's own at a time; what goes wrong is said. */
  async #alone(act: () => Promise<void>): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    try {
      await act();
    } catch (error) {
      this.#draw();
      this.#say(worded(error));
    } finally {
      this.#isWaiting = false;
    }
  }

  /** The panel tells what went wrong: in words for a learner. */
  async #told<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw new Error(worded(error));
    }
  }

  #say(sentence: string): void {
    part("said").textContent = sentence;
  }
}

function worded(error: unknown): string {
  if (error instanceof SignedOut) return "You are signed out. Sign in in another window, then try again.";
  if (error instanceof Unreachable) return "The server cannot be reached. Try again in a moment.";
  return error instanceof Error && error.message ? error.message : "That did not work. Try again.";
}

new Practice(JSON.parse(part("exercise-data").textContent ?? "") as PageData);
