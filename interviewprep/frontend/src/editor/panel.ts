// Editor, tests and results in one: it runs code in the learner's browser and tells its page what came.

import { ask } from "../page/dialog.ts";
import type { Outcome, Progress, Runner, RunRequest, RunResult } from "../runner/index.ts";
import { createEditor, type Editor, type Language } from "./index.ts";
import { inLines, PanelParts } from "./parts.ts";
import { allOutcomes, namedTests, TestList, type NamedTest } from "./tests.ts";

export type { NamedTest } from "./tests.ts";

export type PanelData = {
  language: Language;
  /** What a screen reader calls the editor. */
  label: string;
  nonce: string;
  /** What the editor begins with, and what "Reset" brings back. */
  code: string;
  starter: string;
  entry: string;
  tests: string;
  test_names: NamedTest[];
  hidden_names: NamedTest[];
  schema: string;
  expected: string;
  /** Submitted for good, or given up: code still runs, but cannot be submitted. */
  is_closed: boolean;
  /** What the tests said last time, if anything. */
  outcomes?: Outcome[];
};

/** What the page does with what happens here. A rejection's message is shown to the learner. */
export type PanelActs = {
  onChange?(code: string): void;
  /** The visible tests were run; tests that were not reached count as failed. */
  onRun(outcomes: Outcome[], code: string): void | Promise<void>;
  /** Returns the hidden tests' code, which goes to the runner and nowhere else. */
  submit(code: string): Promise<{ hidden_tests: string }>;
  /** All tests of the submitted code were run. Call `close()` where that was the last word. */
  onSubmitted(outcomes: Outcome[], code: string): void | Promise<void>;
  giveUp(code: string): Promise<void>;
};

export class CodePanel {
  readonly editor: Editor;
  #runner: Runner;
  #data: PanelData;
  #acts: PanelActs;
  #parts: PanelParts;
  #tests: TestList;
  #isBusy = false;

  /** Put the panel into `host`, in place of what is there, and begin to load the runner. */
  constructor(host: HTMLElement, runner: Runner, data: PanelData, acts: PanelActs) {
    this.#runner = runner;
    this.#data = data;
    this.#acts = acts;
    this.#parts = new PanelParts(host, data);
    this.#tests = new TestList(this.#parts.tests, namedTests(data), (text) => this.#linked(text));
    this.editor = createEditor(this.#parts.editor, {
      language: data.language,
      text: data.code,
      label: data.label,
      nonce: data.nonce,
      describedBy: this.#parts.keys.id,
      onChange: (code) => acts.onChange?.(code),
    });
    if (data.outcomes?.length) this.#tests.showAll(data.outcomes);
    this.#listen();
    this.#draw();
    runner.onProgress((progress) => this.#showProgress(progress));
    runner.prepare().catch(() => {});
  }

  code(): string {
    return this.editor.text();
  }

  /** Show another text, such as that of another window. */
  replaceCode(code: string): void {
    this.editor.replace(code);
  }

  /** Say something where the results are told. */
  say(sentence: string): void {
    this.#parts.status.textContent = sentence;
  }

  /** No more submitting: the page shows the solutions now, or the round is over. */
  close(): void {
    this.#data = { ...this.#data, is_closed: true };
    this.#draw();
  }

  /** All is over: nothing can be written or run any more. */
  freeze(): void {
    this.editor.setReadOnly(true);
    this.#runner.stop();
    this.#data = { ...this.#data, is_closed: true };
    this.#parts.tools.hidden = true;
  }

  async run(): Promise<void> {
    if (this.#isBusy) return;
    const code = this.code();
    const visible = namedTests(this.#data).filter((test) => !test.hidden);
    await this.#alone(async () => {
      await this.#prepare();
      const result = await this.#carryOut(code, "", visible);
      await this.#acts.onRun(allOutcomes(visible, result), code);
    });
  }

  async submit(): Promise<void> {
    if (this.#isBusy || this.#data.is_closed) return;
    const code = this.code();
    await this.#alone(async () => {
      await this.#prepare();
      const { hidden_tests } = await this.#acts.submit(code);
      const tests = namedTests(this.#data);
      const result = await this.#carryOut(code, hidden_tests, tests);
      await this.#acts.onSubmitted(allOutcomes(tests, result), code);
    });
  }

  async giveUp(): Promise<void> {
    if (this.#isBusy || this.#data.is_closed) return;
    const sure = await ask({
      title: "Give up on this exercise?",
      text: "You then see the solutions, and cannot submit any more.",
      yes: "Give up",
      danger: true,
    });
    if (!sure) return;
    await this.#alone(async () => {
      await this.#acts.giveUp(this.code());
      this.close();
    });
  }

  async reset(): Promise<void> {
    const sure = await ask({
      title: "Reset the code?",
      text: "What you wrote is replaced by what was there at the start. Undo brings it back.",
      yes: "Reset",
      danger: true,
    });
    if (!sure) return;
    this.editor.replace(this.#data.starter);
    this.editor.focus();
  }

  /** Without the runner nothing is sent: it would be an attempt without a chance. */
  async #prepare(): Promise<void> {
    this.say("Getting ready to run.");
    await this.#runner.prepare().catch((error: Error) => {
      throw new Error(`Python could not be loaded: ${error.message}. Your code is still here; try again.`);
    });
  }

  async #carryOut(code: string, hidden: string, tests: NamedTest[]): Promise<RunResult> {
    this.#tests.begin(tests);
    this.#parts.showOutput("");
    this.#parts.showTrace(null);
    this.say("Running the tests.");
    const result = await this.#runner.run(this.#request(code, hidden), {
      outcome: (outcome) => this.#tests.show(outcome),
      output: (text) => this.#parts.addOutput(text),
    });
    this.#tests.end(result);
    this.#parts.showOutput(result.stdout);
    this.#parts.showTrace(result.traceback ? this.#linked(result.traceback) : null);
    this.#parts.status.replaceChildren(this.#linked(summary(result, tests.length)));
    return result;
  }

  #request(code: string, hidden: string): RunRequest {
    const { language, schema, expected, tests, entry } = this.#data;
    if (language === "sql") return { language, code, schema, expected };
    return { language, code, visible: tests, hidden, entry, only_visible_output: hidden !== "" };
  }

  /** One thing at a time; what fails is told, and the code stays as it is. */
  async #alone(act: () => Promise<void>): Promise<void> {
    this.#isBusy = true;
    this.#draw();
    try {
      await act();
    } catch (error) {
      this.say(sentenceOf(error));
    } finally {
      this.#isBusy = false;
      this.#draw();
    }
  }

  #draw(): void {
    const hadFocus = this.#parts.tools.contains(document.activeElement);
    const { run, submit, giveUp, stop, reset } = this.#parts;
    run.disabled = submit.disabled = giveUp.disabled = reset.disabled = this.#isBusy;
    stop.hidden = !this.#isBusy;
    run.hidden = this.#isBusy;
    submit.hidden = giveUp.hidden = this.#data.is_closed;
    // A button that is disabled or hidden loses the focus: it goes to the one that takes its place.
    if (hadFocus) (this.#isBusy ? stop : run).focus();
  }

  #linked(text: string): DocumentFragment {
    return inLines(text, (line) => this.editor.goToLine(line));
  }

  #showProgress(progress: Progress): void {
    this.#parts.showProgress(progress);
  }

  #listen(): void {
    const { run, submit, giveUp, stop, reset, root } = this.#parts;
    run.addEventListener("click", () => void this.run());
    submit.addEventListener("click", () => void this.submit());
    giveUp.addEventListener("click", () => void this.giveUp());
    stop.addEventListener("click", () => this.#runner.stop());
    reset.addEventListener("click", () => void this.reset());
    // Before the editor, where Ctrl+Enter would begin a new line.
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && this.#parts.editor.contains(event.target as Node)) {
        this.#parts.announce("Press Tab now to leave the editor.");
      }
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) void (event.shiftKey ? this.submit() : this.run());
    };
    root.addEventListener("keydown", onKey, { capture: true });
  }
}

/** The runner's own sentence, and how many tests passed where it does not say so. */
function summary(result: RunResult, number: number): string {
  if (result.kind === "finished" || number < 2) return result.sentence;
  const passed = result.outcomes.filter((outcome) => outcome.passed).length;
  return passed ? `${result.sentence} ${passed} of ${number} tests passed before.` : result.sentence;
}

function sentenceOf(error: unknown): string {
  const said = error instanceof Error ? error.message : "";
  const sentence = said ? said[0]?.toUpperCase() + said.slice(1) : "That did not work";
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}. Your code is still here; try again.`;
}
