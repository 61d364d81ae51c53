// Acts on their way into IndexedDB. That takes a few milliseconds, and a page closed within them takes
// the transaction along; localStorage is written before the key's handler returns. An act found here
// by the next page is written then.

import type { Change } from "./types.ts";

const PREFIX = "interviewprep-act";
let count = 0;

/** Note an act of this account; the key is for `settle`, or null where nothing can be noted. */
export function note(user: string, change: Change): string | null {
  const key = `${prefixOf(user)}${String(Date.now()).padStart(15, "0")}-${String(count++).padStart(6, "0")}`;
  try {
    localStorage.setItem(key, JSON.stringify(change));
    return key;
  } catch {
    return null; // full, or switched off: IndexedDB alone has to do
  }
}

/** The act is in IndexedDB. */
export function settle(key: string | null): void {
  if (key !== null) localStorage.removeItem(key);
}

/** The acts of this account that no page has seen settled, oldest first. */
export function unsettled(user: string): [string, Change][] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(prefixOf(user)))
      .sort()
      .map((key) => [key, JSON.parse(localStorage.getItem(key) ?? "{}") as Change]);
  } catch {
    return [];
  }
}

function prefixOf(user: string): string {
  return `${PREFIX}-${user}-`;
}
