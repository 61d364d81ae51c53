// What a grade leads to on a card that was already answered today: clear it, or keep the repeat.
// The server works out the first answer of the day; these later ones change neither interval nor
// ease, so the device can say them by itself.

import type { Card, Grade, Outcome, Outcomes } from "./types.ts";

export const REPEAT_AFTER_MS = 10 * 60_000;
const DAY_MS = 86_400_000;

/** Whether this grade brings the card back on the same study day. */
export function repeatsToday(grade: Grade, outcome: Outcome): boolean {
  if (outcome.repeat_at !== undefined) return outcome.repeat_at !== null;
  return grade === "again" || (grade === "hard" && /\bmin\b/.test(outcome.label));
}

/** The card as it comes back later today, after an answer whose outcome was `first`. */
export function asRepeat(card: Card, first: Outcome, version: number, study_day: string, now: number): Card {
  return { ...card, version, change: null, outcomes: repeatOutcomes(first, study_day, now) };
}

export function repeatOutcomes(first: Outcome, study_day: string, now: number): Outcomes {
  const at = new Date(now + REPEAT_AFTER_MS).toISOString();
  const next = first.due_day;
  const days = next === null ? 1 : Math.max(1, daysBetween(study_day, next));
  const keep: Outcome = { due_at: at, due_day: next, label: "10 min", repeat_at: at };
  const clear: Outcome = {
    due_at: next ?? at,
    due_day: next,
    label: `done for today, next in ${days} d`,
    repeat_at: null,
  };
  return { again: keep, hard: keep, good: clear, easy: clear };
}

/** Whole days from one date (YYYY-MM-DD) to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** The words under a grade's name; a server may or may not repeat the name in front. */
export function outcomeLabel(grade: Grade, outcome: Outcome): string {
  return outcome.label.replace(new RegExp(`^${grade}\\s+`, "i"), "");
}
