// Keeps the runner's frame: loads it, replaces it when it goes wrong, and gives it one run at a time.

import { fetchFiles, totalBytes } from "./files.ts";
import { Frame, textOf } from "./frame.ts";
import type { Addresses, Progress } from "./index.ts";
import type { Run } from "./run.ts";

/** How much later than the frame's own clock the page ends a run, with the whole frame. */
const GRACE_MS = 1_000;
const START_PATIENCE_MS = 60_000;
const MEGABYTE = 1_000_000;

export class Engine {
  #host: HTMLElement;
  #addresses: Addresses;
  #tell: (progress: Progress) => void;
  #files: Record<string, ArrayBuffer> | null = null;
  #frame: Frame | null = null;
  #ready: Promise<Frame> | null = null;
  #lost: (reason: Error) => void = () => {};
  #began: () => void = () => {};
  #run: Run | null = null;
  #total: number;
  #loaded = 0;

  constructor(host: HTMLElement, addresses: Addresses, tell: (progress: Progress) => void) {
    this.#host = host;
    this.#addresses = addresses;
    this.#tell = tell;
    this.#total = totalBytes(Object.keys(addresses.files));
  }

  /** Return the frame once it has a worker ready; rejects if it cannot be had, and may be tried again. */
  prepare(): Promise<Frame> {
    this.#ready ??= this.#start().catch((error: Error) => {
      this.#drop();
      this.#progress("failed", `Python could not be loaded: ${cause(error)}. Try again.`);
      throw error;
    });
    return this.#ready;
  }

  /** Carry out one run; resolves when it is over, whichever way. */
  async carryOut(run: Run): Promise<void> {
    let frame: Frame;
    try {
      frame = await this.prepare();
    } catch (error) {
      return run.end("broken", `Python could not be loaded: ${cause(error as Error)}. Try again.`);
    }
    if (run.isOver) return;
    this.#run = run;
    let timer = setTimeout(() => this.#giveUp("It took too long to start."), START_PATIENCE_MS);
    this.#began = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        run.timeOut();
        this.#drop();
      }, run.limitMs + GRACE_MS);
    };
    frame.post({ type: "run", id: run.id, request: run.request, limit_ms: run.limitMs });
    await run.result;
    clearTimeout(timer);
    this.#run = null;
    // Where the frame is gone, the next one gets ready at once, not at the next click.
    if (!this.#ready) this.prepare().catch(() => {});
  }

  stop(run: Run): void {
    this.#frame?.post({ type: "stop", id: run.id });
    run.end("stopped", "You stopped the run.");
  }

  async #start(): Promise<Frame> {
    this.#progress("loading", "Loading Python.");
    let isLost = false;
    this.#files ??= await fetchFiles(this.#addresses.files, (bytes) => {
      if (isLost) return; // the other files still come in after one has failed
      this.#loaded = bytes;
      const [part, whole] = [bytes, this.#total].map((number) => (number / MEGABYTE).toFixed(1));
      this.#progress("loading", `Loading Python: ${part} of ${whole} MB.`);
    }).catch((error: Error) => {
      isLost = true;
      this.#loaded = 0;
      throw error;
    });
    this.#progress("loading", "Starting Python.");
    const files = this.#files;
    return new Promise((resolve, reject) => {
      this.#lost = reject;
      const frame = new Frame(this.#host, this.#addresses.frame, "Code runner", (message) => {
        if (message.type === "ready") {
          clearTimeout(timer);
          this.#progress("ready", "Python is ready.");
          resolve(frame);
        } else this.#hear(message);
      });
      const timer = setTimeout(() => reject(new Error("it did not start in time")), START_PATIENCE_MS);
      this.#frame = frame;
      frame.hello.then(() => frame.post({ type: "files", files }), reject);
    });
  }

  #hear(message: Record<string, unknown>): void {
    if (message["type"] === "failed") {
      const sentence = textOf(message["sentence"], 300);
      this.#lost(new Error(sentence));
      return this.#giveUp(sentence);
    }
    const run = this.#run;
    if (!run || message["id"] !== run.id) return;
    if (message["type"] === "began") this.#began();
    else if (message["type"] === "told") run.take(message["told"]);
    else if (message["type"] !== "over") return;
    else if (message["how"] === "timeout") run.timeOut();
    else run.breakOff("The code ended Python itself, so no more tests could be run.");
  }

  /** The frame is of no use any more: the run under way ends, the next gets a new frame. */
  #giveUp(reason: string): void {
    this.#run?.breakOff(`The runner had to be started again: ${reason}`);
    this.#drop();
  }

  #drop(): void {
    this.#frame?.remove();
    this.#frame = null;
    this.#ready = null;
  }

  #progress(state: Progress["state"], sentence: string): void {
    const loaded = state === "ready" ? this.#total : Math.min(this.#loaded, this.#total);
    this.#tell({ loaded_bytes: loaded, total_bytes: this.#total, state, sentence });
  }
}

/** A failed fetch has a message of its own in every browser. */
function cause(error: Error): string {
  return error instanceof TypeError ? "the server did not answer" : error.message.replace(/\.$/, "");
}
