// Which panels stand where at a stage. Panels are made once and keep what is in them.

import type { Context, Panel } from "./context.ts";
import { GIVEN, MADE, PANELS } from "./panels/index.ts";
import type { PanelName, State } from "./types.ts";

export class Arrangement {
  readonly #context: Context;
  readonly #given: HTMLElement;
  readonly #made: HTMLElement;
  readonly #panels = new Map<PanelName, Panel>();
  #shown: Panel[] = [];

  constructor(context: Context, given: HTMLElement, made: HTMLElement) {
    this.#context = context;
    this.#given = given;
    this.#made = made;
  }

  get shown(): readonly Panel[] {
    return this.#shown;
  }

  panel(name: PanelName): Panel | undefined {
    return this.#shown.find((panel) => panel === this.#panels.get(name));
  }

  /** What goes on in panels, such as a recording, ends and is kept. */
  async leave(): Promise<void> {
    await Promise.all(this.#shown.map((panel) => panel.leave?.()));
  }

  draw(state: State): void {
    const stage = state.round.stages[state.round.stage];
    const item = state.items[stage?.item ?? 0] ?? state.items[0];
    if (!stage || !item) return;
    const wanted = new Set(stage.panels);
    // Beside the editor the notes stand with the prompt, in view of the code.
    const besideCode = wanted.has("editor");
    const given = GIVEN.filter((name) => wanted.has(name)).concat(besideCode && wanted.has("notes") ? ["notes"] : []);
    const made = MADE.filter((name) => wanted.has(name) && !(besideCode && name === "notes"));
    const focused = document.activeElement;
    const before = this.#shown;
    this.#shown = [...given, ...made].map((name) => this.#panelOf(name));
    for (const panel of before) if (!this.#shown.includes(panel)) void panel.leave?.();
    for (const panel of this.#shown) panel.update(state, item);
    place(this.#given, given.map((name) => this.#panelOf(name).element));
    place(this.#made, made.map((name) => this.#panelOf(name).element));
    if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) {
      focused.focus({ preventScroll: true });
    }
  }

  #panelOf(name: PanelName): Panel {
    let panel = this.#panels.get(name);
    if (!panel) {
      panel = PANELS[name](this.#context);
      this.#panels.set(name, panel);
    }
    return panel;
  }
}

/** Put just these into the column, and touch nothing that stands right already. */
function place(column: HTMLElement, elements: HTMLElement[]): void {
  for (const child of [...column.children]) {
    if (!elements.includes(child as HTMLElement)) child.remove();
  }
  for (const [at, element] of elements.entries()) {
    if (column.children[at] !== element) column.insertBefore(element, column.children[at] ?? null);
  }
  column.hidden = elements.length === 0;
}
