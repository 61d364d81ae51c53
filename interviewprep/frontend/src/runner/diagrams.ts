// Draws Mermaid's texts in a frame of their own; what comes back is shown as an image, never as markup.

import { fetchFiles } from "./files.ts";
import { Frame, numberOf, textOf } from "./frame.ts";
import type { Addresses, Drawing } from "./index.ts";

const PATIENCE_MS = 10_000;
const START_PATIENCE_MS = 30_000;
const LONGEST_TEXT = 50_000;
const LONGEST_SVG = 5_000_000;
const LONGEST_ERROR = 1_000;
const LARGEST_PIXELS = 20_000;

/** Draws one text after the other; make one for each page. */
export class Diagrams {
  #host: HTMLElement;
  #addresses: Addresses;
  #ready: Promise<Frame> | null = null;
  #frame: Frame | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #waiting: { id: string; take: (message: Record<string, unknown>) => void } | null = null;

  constructor(host: HTMLElement, addresses: Addresses) {
    this.#host = host;
    this.#addresses = addresses;
  }

  /** Return the picture's address (a blob: revoke it once it is replaced) and its size in pixels. */
  draw(text: string): Promise<Drawing> {
    const drawing = this.#queue.then(() => this.#draw(text));
    this.#queue = drawing;
    return drawing;
  }

  async #draw(text: string): Promise<Drawing> {
    if (!text.trim()) return { error: "There is nothing to draw yet." };
    if (text.length > LONGEST_TEXT) return { error: `A diagram has at most ${LONGEST_TEXT} characters.` };
    try {
      this.#ready ??= this.#start();
      const frame = await this.#ready;
      return await this.#ask(frame, text);
    } catch (error) {
      this.#drop();
      return { error: (error as Error).message };
    }
  }

  #ask(frame: Frame, text: string): Promise<Drawing> {
    const id = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The diagram took too long to draw.")), PATIENCE_MS);
      this.#waiting = {
        id,
        take: (message) => {
          clearTimeout(timer);
          this.#waiting = null;
          resolve(drawn(message));
        },
      };
      frame.post({ type: "draw", id, text, dark: isDark() });
    });
  }

  async #start(): Promise<Frame> {
    const files = await fetchFiles(this.#addresses.files, () => {}).catch(() => {
      throw new Error("The drawing program could not be loaded. Try again.");
    });
    return new Promise((resolve, reject) => {
      const late = new Error("The drawing program did not start. Try again.");
      const timer = setTimeout(() => reject(late), START_PATIENCE_MS);
      const frame = new Frame(this.#host, this.#addresses.frame, "Diagrams", (message) => {
        if (message.type === "ready") {
          clearTimeout(timer);
          resolve(frame);
        } else if (message.type === "failed") {
          reject(late);
          this.#drop();
        } else if (this.#waiting && message["id"] === this.#waiting.id) this.#waiting.take(message);
      });
      this.#frame = frame;
      frame.hello.then(() => frame.post({ type: "files", files }), () => reject(late));
    });
  }

  #drop(): void {
    this.#frame?.remove();
    this.#frame = null;
    this.#ready = null;
    this.#waiting = null;
  }
}

function drawn(message: Record<string, unknown>): Drawing {
  const svg = textOf(message["svg"], LONGEST_SVG);
  if (!svg) return { error: textOf(message["error"], LONGEST_ERROR) || "The diagram could not be drawn." };
  const [width, height] = [message["width"], message["height"]].map((value) =>
    Math.min(LARGEST_PIXELS, Math.max(1, Math.round(numberOf(value)))),
  );
  const svgUrl = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  return { svg_url: svgUrl, width: width ?? 1, height: height ?? 1 };
}

function isDark(): boolean {
  const theme = document.documentElement.dataset["theme"];
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
