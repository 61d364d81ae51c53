// Text to diagram: what is typed on one side is drawn on the other, in a sealed frame.

import { Diagrams, type Addresses, type Drawing } from "../../runner/index.ts";
import { nameFor, type Context, type Panel } from "../context.ts";
import { button, el, frame, part } from "../dom.ts";
import { writing, type Writing } from "./writing.ts";

const QUIET_MS = 500;
const STARTERS: [string, string][] = [
  ["Parts", "flowchart LR\n  user([User]) --> api[API]\n  api --> queue[(Queue)]\n  queue --> worker[Worker]\n  worker --> store[(Store)]"],
  ["Sequence", "sequenceDiagram\n  actor User\n  User->>API: request\n  API->>Store: read\n  Store-->>API: rows\n  API-->>User: answer"],
  ["Entities", "erDiagram\n  USER ||--o{ ORDER : places\n  ORDER {\n    id int\n    created_at timestamp\n  }"],
];

export function diagramPanel(context: Context): Panel {
  const { element, body, aside } = frame("diagram", "Diagram");
  const host = part("frames");
  const diagrams = new Diagrams(host, JSON.parse(part("mock").dataset.diagrams ?? "{}") as Addresses);
  const picture = el("div", { class: "diagram-picture", tabindex: "0", role: "region", "aria-label": "The drawing" });
  const wrong = el("p", { class: "error", role: "status" });
  const beside = el("div", { class: "diagram-beside" });
  const starters = el(
    "div",
    { class: "diagram-starters", role: "group", "aria-label": "Begin with" },
    ...STARTERS.map(([label, text]) => button(label, () => area?.insert(text), "quiet")),
  );
  body.append(
    el("div", { class: "diagram-head" }, el("span", { class: "hint" }, "Mermaid text. Begin with"), starters),
    beside,
    wrong,
  );
  let area: Writing | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest = "";
  let address = "";
  let shown = "";

  function later(text: string): void {
    if (text === newest) return;
    newest = text;
    clearTimeout(timer);
    timer = setTimeout(() => void draw(text), QUIET_MS);
  }

  async function draw(text: string): Promise<void> {
    if (!text.trim()) return clear("What you type is drawn here.");
    if (!address) picture.dataset.state = "drawing";
    const drawing = await diagrams.draw(text);
    if (text !== newest) {
      if (!("error" in drawing)) URL.revokeObjectURL(drawing.svg_url);
      return;
    }
    show(drawing);
  }

  function show(drawing: Drawing): void {
    picture.dataset.state = "";
    if ("error" in drawing) {
      wrong.textContent = inWords(drawing.error);
      picture.dataset.state = address ? "old" : "";
      return;
    }
    wrong.textContent = "";
    if (address) URL.revokeObjectURL(address);
    address = drawing.svg_url;
    const { width, height } = drawing;
    picture.replaceChildren(el("img", { src: address, width, height, alt: "Your diagram, drawn from the text beside it" }));
  }

  function clear(words: string): void {
    if (address) URL.revokeObjectURL(address);
    address = wrong.textContent = "";
    picture.replaceChildren(el("p", { class: "hint" }, words));
  }

  clear("What you type is drawn here.");
  const redraw = (): void => {
    if (newest.trim()) void draw(newest);
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

  return {
    element,
    update(_state, item) {
      const name = nameFor("diagram", item);
      if (name === shown) return;
      shown = name;
      newest = "";
      clear("What you type is drawn here.");
      area = writing(context, name, "The diagram as text", { mark: "%% ", code: true, rows: 10, onText: later });
      aside.replaceChildren(area.saving);
      beside.replaceChildren(area.area, picture);
    },
  };
}

/** Mermaid lists every sign it would have liked better; where it stopped is enough. */
function inWords(error: string): string {
  const near = /Parse error on line \d+:\s*(.*?)\s*-*\^\s*Expecting/s.exec(error)?.[1]?.replace(/^\.\.\./, "…");
  return near ? `Not drawn yet: the text cannot be read near “${near}”.` : `Not drawn yet: ${error}`;
}
