// A round while it runs: holds what the server said, does what the learner asks, and shows it.

import { Refused, SignedOut } from "../page/http.ts";
import { newId } from "../review/ids.ts";
import { Arrangement } from "./arranging.ts";
import { read, type Reading } from "./clock.ts";
import { Clocks } from "./clocks.ts";
import type { Context } from "./context.ts";
import { Device, shelfOf, windowName } from "./device.ts";
import { part } from "./dom.ts";
import { drawStage } from "./drawing.ts";
import { Link } from "./link.ts";
import { Notices } from "./notices.ts";
import { Server, type Answered } from "./server.ts";
import { Stepper } from "./stepper.ts";
import type { Manner, RoundText } from "./text.ts";
import { Texts, type Hearing } from "./texts.ts";
import type { SessionData, Stage, State } from "./types.ts";

const POLL_MS = 2_000;
const TICK_MS = 500;
const RETRY_MS = 3_000;
const OFFLINE = "There is no connection, so that was not done. Try it again in a moment.";

export class Session implements Context {
  readonly data: SessionData;
  readonly nonce: string;
  readonly arrangement: Arrangement;
  readonly #notices: Notices;
  readonly #link: Link;
  readonly #clocks: Clocks;
  readonly #stepper: Stepper;
  readonly #texts: Texts;
  #state: State;
  #heardAt = Date.now();
  #stageToSend: number | null = null;
  #isLeaving = false;

  constructor(data: SessionData, nonce: string) {
    this.data = data;
    this.nonce = nonce;
    this.#state = data.state;
    const server = new Server(data.urls.api, data.csrf);
    this.#notices = new Notices(part("status"), part("connection"), data.urls.sign_in);
    const device = new Device(shelfOf("localStorage"), `${data.user}:${data.urls.api}`, windowName(newId));
    this.#texts = new Texts(
      server,
      device,
      data.state.texts,
      (saving, message) => this.#link.saved(saving, message),
      (version) => this.#movedTo(version),
    );
    this.#link = new Link(server, this.#notices, this.#texts, {
      hear: (state) => this.#hear(state),
      gone: () => location.replace(data.urls.mock),
    });
    this.#clocks = new Clocks((message) => this.announce(message));
    this.#stepper = new Stepper(part("stages"), data.state.round.stages, (stage) => void this.goTo(stage));
    this.arrangement = new Arrangement(this, part("given"), part("made"));
  }

  get state(): State {
    return this.#state;
  }

  get stage(): Stage {
    const { stages, stage } = this.#state.round;
    return stages[stage] ?? stages[0]!;
  }

  get isLast(): boolean {
    return this.#state.round.stage >= this.#state.round.stages.length - 1;
  }

  get reading(): Reading {
    return read(this.#state.round, Date.now() - this.#heardAt);
  }

  get share(): number {
    return this.reading.whole_s / Math.max(1, this.reading.whole_planned_s);
  }

  start(): void {
    this.#draw();
    this.#tick(true);
    setInterval(() => this.#tick(false), TICK_MS);
    setInterval(() => void this.#poll(this.#state.version), POLL_MS);
    const store = (): void => void this.#texts.flush();
    addEventListener("pagehide", store);
    addEventListener("online", store);
    document.addEventListener("visibilitychange", () => {
      store();
      if (!document.hidden) void this.#lookAgain();
    });
    addEventListener("beforeunload", (event) => {
      if (this.#texts.isPending && !this.#texts.isKept) event.preventDefault();
    });
  }

  // What panels ask for.

  text(name: string, manner?: Manner): RoundText {
    return this.#texts.get(name, manner);
  }

  onText(name: string, hearing: Hearing): void {
    this.#texts.listen(name, hearing);
  }

  announce(message: string): void {
    this.#notices.say(message);
  }

  async act(path: string, body: object = {}): Promise<Answered | null> {
    try {
      return await this.tryAct(path, body);
    } catch (error) {
      this.#notices.say(sentenceOf(error));
      return null;
    }
  }

  tryAct(path: string, body: object = {}): Promise<Answered> {
    return this.#link.tryAct(path, body);
  }

  // What the learner does with the round itself.

  /** The stage is shown at once; the server learns of it as soon as it can be reached. */
  async goTo(stage: number): Promise<void> {
    const { round } = this.#state;
    if (round.state === "paused") return this.announce("The clock is paused: go on first.");
    if (stage < 0 || stage >= round.stages.length || stage === round.stage || round.state !== "running") return;
    const { spent_s, whole_s } = this.reading;
    this.#state = { ...this.#state, round: { ...round, stage, elapsed_s: whole_s, stage_elapsed_s: spent_s } };
    this.#heardAt = Date.now();
    this.#draw();
    this.#tick(true);
    this.#showStageStart();
    part("announcer").textContent = `Stage ${stage + 1} of ${round.stages.length}: ${this.stage.label}.`;
    void this.#texts.flush();
    this.#stageToSend = stage;
    await this.#sendStage();
  }

  async finish(): Promise<void> {
    this.#isLeaving = true;
    this.announce("Storing what is left, and ending the round.");
    await Promise.all([this.#texts.flush(), this.arrangement.leave()]);
    if (this.#texts.isPending) {
      this.#notices.say("Something is not stored yet, so the round was not ended. Try it again in a moment.");
    } else if (await this.act("finish")) {
      return location.assign(this.data.urls.score);
    }
    this.#isLeaving = false;
  }

  /** A reading that starts where the new stage does, unless the learner is writing somewhere. */
  #showStageStart(): void {
    const focused = document.activeElement;
    if (focused && focused !== document.body && focused.closest("#made, #given")) return;
    part("stage-title").focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }

  async #sendStage(): Promise<void> {
    const stage = this.#stageToSend;
    if (stage === null) return;
    try {
      await this.tryAct("stage", { stage });
      if (this.#stageToSend === stage) this.#stageToSend = null;
    } catch (error) {
      if (this.#stageToSend !== stage) return;
      if (error instanceof Refused) this.#stageToSend = null;
      else setTimeout(() => void this.#sendStage(), RETRY_MS);
    }
  }

  // What the server says.

  /** A stage that is still to be sent counts, whatever the server says meanwhile. */
  async #poll(since?: number): Promise<void> {
    if (document.hidden || this.#stageToSend !== null || this.#isLeaving) return;
    await this.#link.poll(since);
  }

  /** Stories may have been written in another tab meanwhile. */
  async #lookAgain(): Promise<void> {
    if (!this.stage.panels.includes("stories")) return this.#poll(this.#state.version);
    const stories = await this.#link.try((server) => server.stories(this.data.urls.stories));
    if (stories) this.data.stories = stories;
    await this.#poll();
  }

  #hear(state: State): void {
    if (!state.round || state.version < this.#state.version) return;
    if (this.#stageToSend !== null && state.round.stage !== this.#stageToSend) return;
    const before = this.#state;
    this.#state = state;
    this.#heardAt = Date.now();
    this.#texts.hear(state.texts);
    if (!["waiting", "running", "paused"].includes(state.round.state) && !this.#isLeaving) {
      this.#isLeaving = true;
      return location.replace(this.data.urls.mock);
    }
    if (before.round.state === "waiting" && state.round.state !== "waiting") return location.reload();
    this.#draw();
    if (before.mock.has_interviewer !== state.mock.has_interviewer) this.announce(presence(state));
    if (before.round.stage !== state.round.stage) this.announce(`The stage is now: ${this.stage.label}.`);
    this.#tick(before.round.stage !== state.round.stage);
  }

  /** What this window stored itself need not be fetched, where nothing else has moved. */
  #movedTo(version: number): void {
    if (version === this.#state.version + 1) this.#state = { ...this.#state, version };
  }

  // What is on screen.

  #draw(): void {
    drawStage(this.#state, this.stage);
    if (this.#state.round.state === "running") this.arrangement.draw(this.#state);
    else void this.arrangement.leave();
  }

  #tick(isQuiet: boolean): void {
    if (this.#state.round.state === "waiting") return;
    const { reading, stage } = this;
    this.#clocks.draw(reading, stage, isQuiet);
    this.#stepper.draw(this.#state.round.stage, reading, this.#state.round.stages);
    for (const panel of this.arrangement.shown) panel.tick?.();
  }
}

function presence(state: State): string {
  return state.mock.has_interviewer ? "An interviewer is looking on." : "The interviewer has gone.";
}

function sentenceOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  if (error instanceof SignedOut) return "You are signed out, so that was not done.";
  return OFFLINE;
}
