// The small word beside a title that says where the text is.

import type { Saving } from "../text.ts";

const WORDS: Record<Saving, string> = {
  stored: "Stored",
  storing: "Storing …",
  kept: "Not stored yet",
  lost: "Not stored yet",
  "signed-out": "Not stored: signed out",
  refused: "Not stored",
};

export function showSaving(place: HTMLElement, saving: Saving): void {
  place.dataset.saving = saving;
  place.textContent = WORDS[saving];
}
