// The panels a stage can show, by the names of interview_kinds/. A new panel is a module and a line.

import type { Context, Panel } from "../context.ts";
import type { PanelName } from "../types.ts";
import { calculatorPanel } from "./calculator.ts";
import { changePanel } from "./change.ts";
import { diagramPanel } from "./diagram.ts";
import { editorPanel } from "./editor.ts";
import { factsPanel } from "./facts.ts";
import { followUpsPanel } from "./follow-ups.ts";
import { hintsPanel } from "./hints.ts";
import { notesPanel } from "./notes.ts";
import { promptPanel } from "./prompt.ts";
import { questionsPanel } from "./questions.ts";
import { recorderPanel } from "./recorder.ts";
import { storiesPanel } from "./stories.ts";

export const PANELS: Record<PanelName, (context: Context) => Panel> = {
  change: changePanel,
  prompt: promptPanel,
  questions: questionsPanel,
  facts: factsPanel,
  hints: hintsPanel,
  "follow-ups": followUpsPanel,
  editor: editorPanel,
  diagram: diagramPanel,
  calculator: calculatorPanel,
  stories: storiesPanel,
  notes: notesPanel,
  recorder: recorderPanel,
};

/** What the interviewer gives stands on the left, in this order; what the candidate makes, right. */
export const GIVEN: readonly PanelName[] = ["change", "prompt", "facts", "hints", "follow-ups"];
export const MADE: readonly PanelName[] = ["questions", "editor", "diagram", "calculator", "stories", "notes", "recorder"];
