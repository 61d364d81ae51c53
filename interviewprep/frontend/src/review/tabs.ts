// What one tab tells the account's other tabs: a card was answered here, or the server said so.

import type { Outcome } from "./sync.ts";

export type News =
  | { type: "moved"; card_id: number; version: number }
  | { type: "outcomes"; outcomes: Outcome[] };

export class Tabs {
  readonly #channel: BroadcastChannel | null;

  constructor(user: string, hear: (news: News) => void) {
    this.#channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`interviewprep-${user}`) : null;
    this.#channel?.addEventListener("message", (event: MessageEvent<News>) => hear(event.data));
  }

  tell(news: News): void {
    this.#channel?.postMessage(news);
  }
}
