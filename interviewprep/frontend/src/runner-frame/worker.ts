// The worker of one run: starts Pyodide, waits for one request, runs it, and is ended by the frame.
// It has to be a classic worker, for an opaque origin gets no module workers; Pyodide takes it for a
// module worker because `importScripts` throws.

import prepAsserts from "./python/prep_asserts.py";
import prepOutput from "./python/prep_output.py";
import prepPython from "./python/prep_python.py";
import prepSql from "./python/prep_sql.py";
import prepTraces from "./python/prep_traces.py";
import type { Request, ToWorker } from "./protocol.ts";

const MODULES: Record<string, string> = {
  prep_asserts: prepAsserts,
  prep_output: prepOutput,
  prep_traces: prepTraces,
  prep_python: prepPython,
  prep_sql: prepSql,
};
const MOST_MEMORY_BYTES = 512 * 2 ** 20;
const WASM_PAGE_BYTES = 65_536;
const FOLDER = "/home/interviewprep";
// Pyodide makes addresses from these before it asks for anything; nothing ever answers there.
const NOWHERE = "https://pyodide.invalid/";
const START = `
import sys
sys.path.insert(0, ${JSON.stringify(FOLDER)})
import json, random, prep_python, prep_sql
def start(text, send):
    request = json.loads(text)
    module = prep_sql if request["language"] == "sql" else prep_python
    module.run(request, lambda told: send(json.dumps(told)))
start
`;

type Python = {
  FS: { mkdirTree(path: string): void; writeFile(path: string, text: string): void };
  runPython(source: string, options?: object): (text: string, send: (told: string) => void) => void;
  setStdin(options: { error: boolean }): void;
};
type Core = { loadPyodide(options: Record<string, unknown>): Promise<Python> };

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  self.onmessage = null;
  const { port } = data;
  begin(data).then(
    (start) => {
      port.onmessage = (event: MessageEvent<Request>) => run(start, port, event.data);
      port.postMessage({ type: "ready" });
    },
    (error: unknown) => port.postMessage({ type: "failed", sentence: String(error) }),
  );
};

async function begin({ core, asm, wasm, std, lock }: ToWorker): Promise<ReturnType<Python["runPython"]>> {
  const realFetch = self.fetch;
  const realStreaming = WebAssembly.instantiateStreaming;
  self.importScripts = () => {
    throw new Error("there is nothing to import here");
  };
  capMemory();
  self.fetch = (url) => Promise.resolve(new Response(String(url).endsWith(".zip") ? std : null));
  WebAssembly.instantiateStreaming = async (_source, imports) => ({
    module: wasm,
    instance: await WebAssembly.instantiate(wasm, imports),
  });
  const { loadPyodide } = (await import(core)) as Core;
  const createPyodideModule = ((await import(asm)) as { default: unknown }).default;
  const python = await loadPyodide({
    indexURL: NOWHERE,
    packageBaseUrl: NOWHERE,
    lockFileContents: lock,
    createPyodideModule,
    env: { PYTHONHASHSEED: "0", HOME: FOLDER },
    stdout: () => {},
    stderr: () => {},
  });
  self.fetch = realFetch;
  WebAssembly.instantiateStreaming = realStreaming;
  python.setStdin({ error: true });
  python.FS.mkdirTree(FOLDER);
  for (const [name, source] of Object.entries(MODULES)) python.FS.writeFile(`${FOLDER}/${name}.py`, source);
  const start = python.runPython(START);
  silence();
  return start;
}

function run(start: ReturnType<Python["runPython"]>, port: MessagePort, request: Request): void {
  try {
    start(JSON.stringify(request), (told) => port.postMessage(JSON.parse(told)));
  } catch (error) {
    port.postMessage({ type: "end", kind: "broken", sentence: explained(String(error)), traceback: "" });
  }
}

function explained(error: string): string {
  if (/call stack|stack overflow|RecursionError/i.test(error)) return "The code called itself too deeply for the browser.";
  if (/memory/i.test(error)) return "Your code asked for more memory than a run may have (512 MB).";
  return "The code ended Python itself, so no more tests could be run.";
}

/** Refuse to let WebAssembly's memory grow beyond the cap; Python then raises MemoryError. */
function capMemory(): void {
  const grow = WebAssembly.Memory.prototype.grow;
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + pages * WASM_PAGE_BYTES > MOST_MEMORY_BYTES) throw new RangeError("no more memory");
    return grow.call(this, pages);
  };
}

/** The frame listens to the port alone: take away the other way up, which could only flood it. */
function silence(): void {
  const scope = self as unknown as Record<string, unknown>;
  const prototype = Object.getPrototypeOf(self) as Record<string, unknown>;
  delete scope["postMessage"];
  delete prototype["postMessage"];
}
