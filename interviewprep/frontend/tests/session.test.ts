import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../src/review/session.ts";
import type { Card, Change } from "../src/review/types.ts";
import { MINUTE, NOON, TODAY, card, counts } from "./cards.ts";

function begun(cards: Card[]): Session {
  const session = new Session(TODAY, counts(cards.length));
  session.merge(cards, false, true);
  session.next(NOON);
  return session;
}

function sent(change: Change | null): unknown {
  const item = change?.send?.[0];
  return item?.kind === "answer" ? [item.answer.card_id, item.answer.version, item.answer.grade] : item;
}

test("an answer carries the version shown and the day its button promised", () => {
  const session = begun([card(1, { version: 7 }), card(2)]);
  const change = session.answer("good", "a", NOON, 3_000);
  const item = change?.send?.[0];
  assert.deepEqual(item, {
    kind: "answer",
    card_id: 1,
    answer: {
      id: "a",
      card_id: 1,
      version: 7,
      grade: "good",
      answered_at: "2026-11-20T12:00:00.000Z",
      duration_ms: 3_000,
      promised_due_day: "2026-11-21",
    },
  });
  assert.deepEqual(change?.versions, [[1, 8]]);
  assert.equal(session.next(NOON)?.card.card_id, 2);
  assert.equal(session.remaining, 1);
});

test("one card shown can be graded only once", () => {
  const session = begun([card(1)]);
  assert.ok(session.answer("good", "a", NOON, 1));
  assert.equal(session.answer("good", "b", NOON, 1), null);
});

test("a card graded Again comes back after ten minutes, before what is new", () => {
  const session = begun([card(1), card(2), card(3)]);
  session.answer("again", "a", NOON, 1);
  assert.equal(session.next(NOON + MINUTE)?.card.card_id, 2);
  session.answer("good", "b", NOON + 11 * MINUTE, 1);
  const back = session.next(NOON + 11 * MINUTE);
  assert.equal(back?.card.card_id, 1);
  assert.equal(back?.card.version, 1);
  assert.equal(back?.card.outcomes.hard.label, "10 min");
  assert.equal(back?.card.outcomes.good.label, "done for today, next in 1 d");
});

test("at the end of the session a repeat does not wait for its time", () => {
  const session = begun([card(1)]);
  session.answer("again", "a", NOON, 1);
  assert.equal(session.next(NOON + 1_000)?.card.card_id, 1);
});

test("the device numbers a chain of answers and undos by itself", () => {
  const session = begun([card(1, { version: 4 })]);
  const versions: unknown[] = [sent(session.answer("again", "a", NOON, 1))];
  session.next(NOON);
  versions.push(sent(session.answer("hard", "b", NOON, 1)));
  session.undo();
  versions.push(session.current?.card.version);
  assert.deepEqual(versions, [[1, 4, "again"], [1, 5, "hard"], 7]);
});

test("Hard on a known card does not repeat, Hard on a new one does", () => {
  const known = card(1);
  known.outcomes.hard = { label: "15 d, ease −0.14", due_at: "", due_day: "2026-12-05" };
  const session = begun([known, card(2)]);
  session.answer("hard", "a", NOON, 1);
  assert.equal(session.atHand, 1);
  session.next(NOON);
  session.answer("hard", "b", NOON, 1);
  assert.equal(session.atHand, 1);
});

test("undo goes back through every answer, newest first, and then says there is none", () => {
  const session = begun([card(1), card(2), card(3)]);
  for (const id of ["a", "b"]) {
    session.answer("good", id, NOON, 1);
    session.next(NOON);
  }
  assert.deepEqual(sent(session.undo()), { kind: "undo", card_id: 2, id: "b" });
  assert.equal(session.current?.card.card_id, 2);
  assert.deepEqual(sent(session.undo()), { kind: "undo", card_id: 1, id: "a" });
  assert.equal(session.current?.card.card_id, 1);
  assert.equal(session.undo(), null);
  assert.equal(session.remaining, 3);
  const order = [1, 2, 3].map((_, at) => {
    const shown = at === 0 ? session.current : session.next(NOON);
    if (shown) session.answer("good", `again-${at}`, NOON, 1);
    return shown?.card.card_id;
  });
  assert.deepEqual(order, [1, 2, 3]);
});

test("an answer of another device that was taken back is asked next, at its new version", () => {
  const session = begun([card(1), card(2)]);
  const elsewhere = { ...card(9), version: 4 };
  const change = session.takenBack(elsewhere);
  assert.equal(session.current?.card.card_id, 9);
  assert.deepEqual(change.versions, [[9, 4]]);
  assert.deepEqual(
    session.held().map((held) => held.card.card_id),
    [9, 1, 2],
  );
});

test("siblings of an answered card leave the session and come back with undo", () => {
  const session = begun([card(1, { note_id: 9 }), card(2), card(3, { note_id: 9 })]);
  const change = session.answer("good", "a", NOON, 1);
  assert.deepEqual(change?.drop, [3, 1]);
  session.next(NOON);
  assert.equal(session.atHand, 0);
  session.undo();
  assert.equal(session.atHand, 2);
});

test("what is answered here is not shown again when the server still lists it", () => {
  const session = begun([card(1), card(2)]);
  session.answer("good", "a", NOON, 1);
  session.next(NOON);
  session.merge([card(1), card(2), card(3)], false, false);
  session.answer("good", "b", NOON, 1);
  assert.equal(session.next(NOON)?.card.card_id, 3);
  session.answer("good", "c", NOON, 1);
  assert.equal(session.next(NOON), null);
});

test("a card answered elsewhere leaves, also from the screen", () => {
  const session = begun([card(1), card(2), card(3)]);
  assert.equal(session.movedOn(2, 1), false);
  assert.equal(session.movedOn(1, 1), true);
  assert.equal(session.current, null);
  assert.equal(session.next(NOON)?.card.card_id, 3);
});

test("a stale answer cannot be taken back and its repeat is dropped", () => {
  const session = begun([card(1), card(2)]);
  session.answer("again", "a", NOON, 1);
  session.next(NOON);
  session.voided("a", 1, 3);
  assert.equal(session.atHand, 0);
  assert.equal(session.steps.length, 0);
  session.merge([card(1, { version: 2 })], false, true);
  assert.equal(session.atHand, 0);
  session.merge([card(1, { version: 3 })], false, true);
  assert.equal(session.atHand, 1);
});

test("a suspended card goes, and undo takes it up again", () => {
  const session = begun([card(1), card(2)]);
  assert.deepEqual(sent(session.suspend("s", NOON)), { kind: "mark", card_id: 1, mark: { suspended: true } });
  session.merge([card(1), card(2)], true, true);
  assert.equal(session.next(NOON)?.card.card_id, 2);
  assert.deepEqual(sent(session.undo()), { kind: "mark", card_id: 1, mark: { suspended: false } });
  assert.equal(session.current?.card.card_id, 1);
  assert.equal(session.current?.card.version, 0);
});

test("a restored session goes on where it was, repeats and undo included", () => {
  const first = begun([card(1), card(2), card(3)]);
  first.answer("again", "a", NOON, 1);
  first.next(NOON);
  const session = new Session(TODAY, counts(3));
  session.restore({
    held: first.held(),
    versions: new Map([[1, 1]]),
    steps: [...first.steps],
    waiting: [],
  });
  session.merge([card(1), card(2), card(3)], false, false);
  assert.equal(session.next(NOON)?.card.card_id, 2);
  assert.equal(session.atHand, 2);
  assert.deepEqual(sent(session.undo()), { kind: "undo", card_id: 1, id: "a" });
});

test("a repeat that the server tells of keeps its time", () => {
  const session = begun([card(1), card(2, { repeat_at: "2026-11-20T12:10:00Z" }), card(3), card(4)]);
  session.answer("good", "a", NOON, 1);
  assert.equal(session.next(NOON + MINUTE)?.card.card_id, 3);
  session.answer("good", "b", NOON + 10 * MINUTE, 1);
  assert.equal(session.next(NOON + 10 * MINUTE)?.card.card_id, 2);
});

test("an answer that is still waiting hides its card even if nothing else was kept", () => {
  const first = begun([card(1, { version: 3 })]);
  const send = first.answer("good", "a", NOON, 1)?.send ?? [];
  const session = new Session(TODAY, counts(2));
  const waiting = send.map((item, seq) => ({ ...item, seq }));
  session.restore({ held: [], versions: new Map(), steps: [], waiting });
  session.merge([card(1, { version: 3 }), card(2)], false, false);
  assert.equal(session.next(NOON)?.card.card_id, 2);
  assert.equal(session.atHand, 0);
});

test("what the server no longer has was put aside elsewhere, also the card on screen", () => {
  const session = begun([card(1), card(2), card(3), card(4)]);
  session.answer("again", "a", NOON, 1);
  session.next(NOON);
  assert.equal(session.current?.card.card_id, 2);
  assert.equal(session.leaveOnly([card(2), card(3)]), false);
  assert.equal(session.current?.card.card_id, 2);
  assert.equal(session.atHand, 1);
  assert.equal(session.leaveOnly([card(3)]), true);
  assert.equal(session.next(NOON + 10 * MINUTE)?.card.card_id, 3);
  assert.equal(session.atHand, 0);
});
