// How long the rest of today takes: the answers still to give, times the seconds one takes this
// learner. The server's figure counts as twenty answers, so the session corrects it gently.

const PRIOR_ANSWERS = 20;
const PRIOR_AGAIN = 0.1;
const LONGEST_COUNTED_MS = 60_000;

export interface Pace {
  answers: number;
  again: number;
  counted_ms: number;
}

export const NO_PACE: Pace = { answers: 0, again: 0, counted_ms: 0 };

/** The pace with one more answer; a pause of more than a minute counts as a minute. */
export function withAnswer(pace: Pace, duration_ms: number, again: boolean): Pace {
  return {
    answers: pace.answers + 1,
    again: pace.again + (again ? 1 : 0),
    counted_ms: pace.counted_ms + Math.min(duration_ms, LONGEST_COUNTED_MS),
  };
}

export function minutesLeft(remaining: number, seconds_per_card: number, pace: Pace): number {
  const weight = PRIOR_ANSWERS + pace.answers;
  const seconds = (seconds_per_card * PRIOR_ANSWERS + pace.counted_ms / 1000) / weight;
  const again = (PRIOR_AGAIN * PRIOR_ANSWERS + pace.again) / weight;
  return (remaining * (1 + again) * seconds) / 60;
}

export function minutesLabel(minutes: number): string {
  if (minutes <= 0) return "";
  if (minutes < 1) return "under a minute";
  if (minutes < 90) return `about ${Math.round(minutes)} min`;
  return `about ${Math.round(minutes / 30) / 2} h`;
}
