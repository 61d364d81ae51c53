// Notes of the whole round, stored as they are typed.

import type { Context, Panel } from "../context.ts";
import { frame } from "../dom.ts";
import { writing } from "./writing.ts";

export function notesPanel(context: Context): Panel {
  const { element, body, aside } = frame("notes", "Notes");
  const { area, saving } = writing(context, "notes", "Your notes", { rows: 9 });
  aside.append(saving);
  body.append(area);
  return { element, update() {}, focus: () => area.focus() };
}
