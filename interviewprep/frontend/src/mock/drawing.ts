// What the page says of the stage: its title, what the interviewer says, and the way on.

import { part } from "./dom.ts";
import type { Stage, State } from "./types.ts";

export function drawStage({ round, mock }: State, stage: Stage): void {
  const isPaused = round.state === "paused";
  part("mock").dataset.phase = round.state;
  document.body.dataset.phase = round.state;
  set("stage-title", isPaused ? "Paused" : stage.label);
  set("says-words", stage.says);
  part("says").hidden = !stage.says;
  part("looking-on").hidden = !mock.has_interviewer;
  set("stage-count", `Stage ${round.stage + 1} of ${round.stages.length}`);
  const next = round.stages[round.stage + 1];
  set("next-label", next ? `Next: ${next.label}` : "Finish and score");
  part<HTMLButtonElement>("back").disabled = round.stage === 0;
  const pause = part("pause");
  pause.hidden = mock.is_bare;
  pause.setAttribute("aria-pressed", String(isPaused));
}

function set(id: string, words: string): void {
  const element = part(id);
  if (element.textContent !== words) element.textContent = words;
}
