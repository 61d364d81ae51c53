// Cards as the server sends them, for the tests.

import type { Card, Counts } from "../src/review/types.ts";

export const TODAY = "2026-11-20";
export const NOON = Date.parse("2026-11-20T12:00:00Z");
export const MINUTE = 60_000;

export function card(card_id: number, more: Partial<Card> = {}): Card {
  return {
    card_id,
    version: 0,
    deck: { id: 1, name: "ML" },
    kind: "basic",
    tags: [],
    front_html: "<p>?</p>",
    back_html: "<p>!</p>",
    hint_html: "",
    note_html: "",
    outcomes: {
      again: { label: "10 min", due_at: "2026-11-20T12:10:00Z", due_day: "2026-11-21" },
      hard: { label: "10 min", due_at: "2026-11-20T12:10:00Z", due_day: "2026-11-21" },
      good: { label: "1 d", due_at: "2026-11-21T04:00:00Z", due_day: "2026-11-21" },
      easy: { label: "1 d, ease +0.10", due_at: "2026-11-21T04:00:00Z", due_day: "2026-11-21" },
    },
    replaces_front: false,
    typed_answer: "",
    typed: false,
    note_id: card_id,
    flag: 0,
    edit_url: `/notes/${card_id}/edit`,
    repeat_at: null,
    ...more,
  };
}

export function counts(due: number): Counts {
  return { new: 0, learning: 0, due };
}
