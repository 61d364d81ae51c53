// The frame of the runner: keeps Pyodide's files, makes one worker for each run and one in advance.
// Its origin is opaque and its policy allows no connection; the page posts everything in.

import type { FromFrame, Request, ToFrame, ToWorker } from "./protocol.ts";

declare const WORKER_SOURCE: string;

/** A run that goes on for so long lets the next spare start beside it. */
const SPARE_AFTER_MS = 1_500;

type Assets = Omit<ToWorker, "port">;
type Spare = { worker: Worker; port: MessagePort; ready: Promise<void> };

let assets: Assets | null = null;
let spare: Spare | null = null;
let current: { id: string; end: () => void } | null = null;
const workerUrl = blobUrl(WORKER_SOURCE);

addEventListener("message", (event: MessageEvent<ToFrame>) => {
  if (event.source !== parent) return;
  const message = event.data;
  if (message.type === "files") void takeFiles(message.files);
  else if (message.type === "run") void run(message.id, message.request, message.limit_ms);
  else if (current?.id === message.id) current.end();
});
tell({ type: "hello" });

function tell(message: FromFrame): void {
  parent.postMessage(message, "*");
}

function blobUrl(part: BlobPart): string {
  return URL.createObjectURL(new Blob([part], { type: "text/javascript" }));
}

async function takeFiles(files: Record<string, ArrayBuffer>): Promise<void> {
  try {
    assets = {
      core: blobUrl(file(files, "pyodide.mjs")),
      asm: blobUrl(file(files, "pyodide.asm.mjs")),
      wasm: await WebAssembly.compile(file(files, "pyodide.asm.wasm")),
      std: file(files, "python_stdlib.zip"),
      lock: new TextDecoder().decode(file(files, "pyodide-lock.json")),
    };
    await warm(assets).ready;
    tell({ type: "ready" });
  } catch (error) {
    spare?.worker.terminate();
    spare = null;
    tell({ type: "failed", sentence: String(error) });
  }
}

function file(files: Record<string, ArrayBuffer>, name: string): ArrayBuffer {
  const found = files[name];
  if (!found) throw new Error(`${name} is missing`);
  return found;
}

/** Return the worker that is ready or getting ready. */
function warm(from: Assets): Spare {
  if (spare) return spare;
  const worker = new Worker(workerUrl);
  const { port1: port, port2 } = new MessageChannel();
  const ready = new Promise<void>((resolve, reject) => {
    worker.onerror = () => reject(new Error("The worker did not start."));
    port.onmessage = ({ data }: MessageEvent<{ type: string; sentence?: string }>) =>
      data.type === "ready" ? resolve() : reject(new Error(data.sentence));
  });
  ready.catch(() => {});
  worker.postMessage({ ...from, port: port2 } satisfies ToWorker, [port2]);
  spare = { worker, port, ready };
  return spare;
}

async function run(id: string, request: Request, limitMs: number): Promise<void> {
  if (!assets) return tell({ type: "over", id, how: "broken" });
  const from = assets;
  const { worker, port, ready } = warm(from);
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    clearTimeout(next);
    worker.terminate();
    port.close();
    current = null;
    if (spare?.worker === worker) spare = null;
    warm(from);
  };
  current = { id, end };
  try {
    await ready;
  } catch {
    end();
    return tell({ type: "over", id, how: "broken" });
  }
  if (over) return;
  spare = null;
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (over) return;
    tell({ type: "told", id, told: data });
    if ((data as { type?: unknown } | null)?.type === "end") end();
  };
  worker.onerror = null; // what the code left to happen later may fail as it likes
  timer = setTimeout(() => {
    tell({ type: "over", id, how: "timeout" });
    end();
  }, limitMs);
  next = setTimeout(() => warm(from), SPARE_AFTER_MS);
  tell({ type: "began", id });
  port.postMessage(request);
}
