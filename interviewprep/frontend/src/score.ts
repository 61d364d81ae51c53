// The page on which a round is scored: one's own recordings to hear again, and what was typed kept
// in this tab until it is saved.

import { getRecording, placeOf } from "./mock/recordings.ts";

const page = document.querySelector<HTMLElement>("[data-recordings-of]");
const user = page?.dataset.recordingsOf;
if (page && user) {
  for (const place of page.querySelectorAll<HTMLElement>("[data-recordings]")) void offer(place, user);
}
const form = document.querySelector<HTMLFormElement>("form[data-keep-typed]");
if (form) keepTyped(form, `score/${form.dataset.keepTyped}`);

async function offer(place: HTMLElement, user: string): Promise<void> {
  const { mock = "", round, item } = place.dataset;
  const found = await getRecording(placeOf(user, mock, Number(round), Number(item))).catch(() => null);
  if (!found) return;
  const words = document.createElement("p");
  words.textContent = "Your recording, from this device";
  const player = document.createElement("audio");
  player.controls = true;
  player.src = URL.createObjectURL(found.blob);
  player.setAttribute("aria-label", "Your recording");
  place.replaceChildren(words, player);
}

/** Keep the form's text and choices through a reload; a page that was refused has its own. */
function keepTyped(form: HTMLFormElement, name: string): void {
  const wasRefused = form.querySelector(".field-wrong") !== null;
  if (wasRefused) form.querySelector<HTMLElement>(".field-wrong input")?.focus();
  else restore(form, sessionStorage.getItem(name));
  form.addEventListener("input", () => sessionStorage.setItem(name, JSON.stringify(typed(form))));
  form.addEventListener("submit", () => sessionStorage.removeItem(name));
}

function typed(form: HTMLFormElement): [string, string][] {
  return [...new FormData(form)]
    .filter((entry): entry is [string, string] => typeof entry[1] === "string")
    .filter(([name]) => /^(level|evidence)-/.test(name));
}

function restore(form: HTMLFormElement, kept: string | null): void {
  if (!kept) return;
  for (const [name, value] of JSON.parse(kept) as [string, string][]) {
    const control = form.elements.namedItem(name);
    if (control instanceof RadioNodeList || control instanceof HTMLTextAreaElement) control.value = value;
  }
  const details = form.querySelector("details");
  if (details) details.open = true;
}
