// What makes a reload without a connection work: the service worker, and the pictures of the cards
// at hand in its cache.

import type { Card } from "./types.ts";

const MEDIA = /(?:src|href)="(\/media\/[^"]+)"/g;

export function registerWorker(): void {
  void navigator.serviceWorker?.register("/sw.js", { scope: "/" }).then(
    () => keepPage(),
    // No worker (a private window, plain http): reviewing works, a reload without connection does not.
    () => undefined,
  );
}

/** The very first visit was loaded past the worker, so it is asked to fetch the page once itself. */
async function keepPage(): Promise<void> {
  const ready = await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller || performance.getEntriesByType("navigation").length) {
    ready.active?.postMessage({ type: "keep-page", url: location.pathname + location.search });
  }
}

/** Ask the worker to keep the pictures these cards show. */
export function keepPictures(cards: Card[]): void {
  const urls = new Set<string>();
  for (const card of cards) {
    for (const html of [card.front_html, card.back_html, card.hint_html, card.note_html]) {
      for (const found of html.matchAll(MEDIA)) if (found[1]) urls.add(found[1].replaceAll("&amp;", "&"));
    }
  }
  if (urls.size) navigator.serviceWorker?.controller?.postMessage({ type: "keep-media", urls: [...urls] });
}
