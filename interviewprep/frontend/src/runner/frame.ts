// One sandboxed frame as the page sees it: only what really comes from that frame is heard.

type Message = { type?: unknown } & Record<string, unknown>;

const REPLACED = "its frame was led elsewhere.";
const HELLO_PATIENCE_MS = 20_000;

/** A frame in `host`, out of sight. It is used once: what goes wrong in it ends with `remove`. */
export class Frame {
  #iframe: HTMLIFrameElement;
  #heard: (message: Message) => void;
  #listen = (event: MessageEvent): void => this.#receive(event);
  #greeted: () => void = () => {};
  #wasGreeted = false;
  readonly hello: Promise<void>;

  constructor(host: HTMLElement, address: string, title: string, heard: (message: Message) => void) {
    this.#heard = heard;
    const iframe = document.createElement("iframe");
    iframe.setAttribute("sandbox", "allow-scripts");
    iframe.setAttribute("aria-hidden", "true");
    iframe.tabIndex = -1;
    iframe.title = title;
    iframe.referrerPolicy = "no-referrer";
    // Not hidden: a frame without a size measures no letters, and browsers slow its timers down.
    const looks = { position: "fixed", left: "-10000px", top: "0", width: "800px", height: "600px", border: "0" };
    for (const [name, value] of Object.entries(looks)) iframe.style.setProperty(name, value);
    iframe.src = address;
    let loads = 0;
    iframe.addEventListener("load", () => {
      loads += 1;
      if (loads > 1) this.#heard({ type: "failed", sentence: REPLACED });
    });
    this.#iframe = iframe;
    this.hello = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the frame did not load")), HELLO_PATIENCE_MS);
      this.#greeted = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.hello.catch(() => {});
    addEventListener("message", this.#listen);
    host.append(iframe);
  }

  /** Send; the origin of the frame is opaque, so that no target but `*` can be named. */
  post(message: unknown): void {
    this.#iframe.contentWindow?.postMessage(message, "*");
  }

  remove(): void {
    removeEventListener("message", this.#listen);
    this.#iframe.remove();
  }

  #receive(event: MessageEvent): void {
    if (event.source !== this.#iframe.contentWindow || event.origin !== "null") return;
    const message: unknown = event.data;
    if (typeof message !== "object" || message === null) return;
    if ((message as Message).type !== "hello") return this.#heard(message as Message);
    // A second greeting comes from another document: whatever led the frame there, it gets nothing.
    if (this.#wasGreeted) return this.#heard({ type: "failed", sentence: REPLACED });
    this.#wasGreeted = true;
    this.#greeted();
  }
}

/** What a frame says is text of at most `longest` characters, or nothing. */
export function textOf(value: unknown, longest: number): string {
  return typeof value === "string" ? value.slice(0, longest) : "";
}

export function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
