// Which key means what. The page decides whether it may happen now.

import type { Grade } from "./types.ts";

export type Act =
  | { act: "reveal" }
  | { act: "grade"; grade: Grade }
  | { act: "undo" | "edit" | "suspend" | "flag" | "report" | "keys" };

const ACTS: Record<string, Act> = {
  " ": { act: "reveal" },
  Enter: { act: "reveal" },
  "1": { act: "grade", grade: "again" },
  "2": { act: "grade", grade: "hard" },
  "3": { act: "grade", grade: "good" },
  "4": { act: "grade", grade: "easy" },
  u: { act: "undo" },
  e: { act: "edit" },
  s: { act: "suspend" },
  f: { act: "flag" },
  r: { act: "report" },
  "?": { act: "keys" },
};

export interface Press {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The act of a key press, or null. Digits are found by place too: some keyboards shift them. */
export function actOf(press: Press): Act | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  const digit = /^(?:Digit|Numpad)([1-4])$/.exec(press.code)?.[1];
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return ACTS[key] ?? (digit ? (ACTS[digit] ?? null) : null);
}
