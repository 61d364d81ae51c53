// What the page, the frame and the worker tell each other. Everything that comes up is checked and
// cut in the page: code that runs below may say anything.

export type Request = { language: string } & Record<string, unknown>;

export type ToFrame =
  | { type: "files"; files: Record<string, ArrayBuffer> }
  | { type: "run"; id: string; request: Request; limit_ms: number }
  | { type: "stop"; id: string };

/** `id` is put on by the frame: the worker never learns it. `told` is what the worker said. */
export type FromFrame =
  | { type: "hello" }
  | { type: "ready" }
  | { type: "failed"; sentence: string }
  | { type: "began"; id: string }
  | { type: "told"; id: string; told: unknown }
  | { type: "over"; id: string; how: "timeout" | "broken" };

export type ToWorker = {
  core: string;
  asm: string;
  wasm: WebAssembly.Module;
  std: ArrayBuffer;
  lock: string;
  port: MessagePort;
};
