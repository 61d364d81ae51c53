// The clocks of a round, from what the server said and the time that has passed since.

import type { Stage } from "./types.ts";

export type Timing = {
  stage: number;
  stages: Pick<Stage, "seconds">[];
  elapsed_s: number;
  stage_elapsed_s: number[];
  running_since: string | null;
};

export type Reading = {
  stage_s: number;
  stage_planned_s: number;
  whole_s: number;
  whole_planned_s: number;
  spent_s: number[];
};

/** What the clocks say `since_ms` after the server said `timing`; they stand while nothing runs. */
export function read(timing: Timing, since_ms: number): Reading {
  const passed = timing.running_since === null ? 0 : Math.max(0, since_ms) / 1000;
  const spent_s = timing.stages.map(
    (_, place) => (timing.stage_elapsed_s[place] ?? 0) + (place === timing.stage ? passed : 0),
  );
  return {
    stage_s: spent_s[timing.stage] ?? 0,
    stage_planned_s: timing.stages[timing.stage]?.seconds ?? 0,
    whole_s: timing.elapsed_s + passed,
    whole_planned_s: timing.stages.reduce((sum, stage) => sum + stage.seconds, 0),
    spent_s,
  };
}

/** 4:05, or 1:02:03 from an hour on. */
export function clockLabel(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number: number): string => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** 5 min, 2.5 min, 45 s: a plan, in words. */
export function minutesLabel(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 30) / 2;
  return `${minutes} min`;
}

/** 5 minutes, 1 minute, 45 seconds: a plan, to be read out. */
export function minutesSpoken(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} seconds`;
  const minutes = Math.round(seconds / 30) / 2;
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
