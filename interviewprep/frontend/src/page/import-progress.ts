// <div data-import="URL of the job in the API">: says how far an import is, and loads the page again
// when it has got to its next state. Without JavaScript the page loads itself again.

import { Refused, SignedOut, ask } from "./http.ts";

const PAUSE_MS = 400;
const SPOKEN_EVERY_MS = 5000;

interface Job {
  state: string;
  progress: { done: number; total: number | null };
}

export function followImport(): void {
  const place = document.querySelector<HTMLElement>("[data-import]");
  if (place?.dataset.import) void follow(place, place.dataset.import, place.dataset.state ?? "");
}

async function follow(place: HTMLElement, address: string, state: string): Promise<void> {
  const bar = place.querySelector("progress");
  const shown = place.querySelector<HTMLElement>("[data-import-count]");
  const spoken = place.querySelector<HTMLElement>("[data-import-spoken]");
  let spokenAt = performance.now();
  for (;;) {
    await new Promise((resume) => window.setTimeout(resume, PAUSE_MS));
    let job: Job | null = null;
    try {
      job = await ask<Job>("GET", address);
    } catch (error) {
      if (error instanceof Refused || error instanceof SignedOut) return location.reload();
      continue; // a server that is being restarted answers again soon
    }
    if (job === null) continue;
    if (job.state !== state) {
      // A question that is open on the page goes with what it asked about.
      return location.reload();
    }
    const { done, total } = job.progress;
    if (done === 0) continue;
    const words = total ? `${number(done)} of ${number(total)} notes` : `${number(done)} notes`;
    if (bar && total) {
      bar.max = total;
      bar.value = done;
    }
    if (shown) shown.textContent = words;
    if (spoken && performance.now() - spokenAt > SPOKEN_EVERY_MS) {
      spokenAt = performance.now();
      spoken.textContent = words;
    }
  }
}

function number(value: number): string {
  return value.toLocaleString("en-GB");
}
