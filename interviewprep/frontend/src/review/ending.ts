// The end of the session: what was done, what comes tomorrow. Also why there is no card just now.

import { part } from "./cardview.ts";
import { daysBetween } from "./grading.ts";
import type { ReviewData, Step } from "./types.ts";

export type Why = "finished" | "fetching" | "no-connection" | "signed-out";

const TITLES: Record<Exclude<Why, "finished">, string> = {
  fetching: "Fetching the next cards",
  "no-connection": "No more cards on this device",
  "signed-out": "Sign in to go on",
};

const LEADS: Record<Why, string> = {
  finished: "",
  fetching: "",
  "no-connection": "Your answers are kept here and sent when the connection returns; the next cards come with it.",
  "signed-out": "Your answers are kept on this device and sent once you have signed in again.",
};

export function showEnding(why: Why, data: ReviewData, steps: readonly Step[], openedAt: number): void {
  const answers = steps.filter((step) => step.kind === "answer");
  const here = answers.filter((step) => step.at >= openedAt);
  // A page kept for offline use may be older than what this device did since.
  const done = Math.max(data.done_today.answers + here.length, answers.length);
  const seconds = Math.max(data.done_today.seconds + spent_s(here), spent_s(answers));
  part("done-title").textContent = why === "finished" ? finishedTitle(data, done) : TITLES[why];
  part("done-lead").textContent = LEADS[why];
  part("done-lead").hidden = !LEADS[why];
  part("done-stats").hidden = why === "fetching" || !done;
  const minutes = Math.max(1, Math.round(seconds / 60));
  part("done-answers").textContent = String(done);
  part("done-answers-label").textContent = done === 1 ? "answer" : "answers";
  part("done-minutes").textContent = String(minutes);
  part("done-minutes-label").textContent = minutes === 1 ? "minute" : "minutes";
  const remembered = answers.filter((step) => step.grade !== "again").length;
  part("done-remembered-stat").hidden = answers.length === 0;
  part("done-remembered").textContent = `${Math.round((100 * remembered) / answers.length)} %`;
  const tomorrow = data.tomorrow + dueTomorrow(here, data.study_day);
  part("done-tomorrow").textContent =
    tomorrow === 0
      ? "Nothing is due tomorrow so far."
      : `${tomorrow} ${tomorrow === 1 ? "card comes" : "cards come"} back tomorrow.`;
  part("done-tomorrow").hidden = why !== "finished";
  part("done-more").hidden = why !== "finished";
  part("done-actions").hidden = why === "fetching";
  const question = document.getElementById("reminder-question"); // only until it was answered once, after answers in this visit
  if (question) question.hidden = why !== "finished" || !here.length;
}

/** Other decks may still have cards: a session of one deck speaks for that deck alone. */
function finishedTitle(data: ReviewData, done: number): string {
  if (data.deck_name) return `That is all of ${data.deck_name} for today`;
  return done ? "That is all for today" : "Nothing is due just now";
}

/** Cards whose last answer here puts them on the next study day. */
function dueTomorrow(steps: readonly Step[], study_day: string): number {
  const last = new Map(steps.map((step) => [step.held.card.card_id, step]));
  return [...last.values()].filter((step) => step.due_day && daysBetween(study_day, step.due_day) === 1).length;
}

function spent_s(steps: readonly Step[]): number {
  return steps.reduce((total, step) => total + step.duration_ms, 0) / 1000;
}
