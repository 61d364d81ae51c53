import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, matches } from "../src/review/diff.ts";
import { minutesLabel, minutesLeft, NO_PACE, withAnswer } from "../src/review/estimate.ts";
import { daysBetween, outcomeLabel } from "../src/review/grading.ts";
import { newId } from "../src/review/ids.ts";
import { actOf } from "../src/review/keys.ts";
import { Stopwatch } from "../src/review/stopwatch.ts";

const plain = { code: "", ctrlKey: false, metaKey: false, altKey: false };

test("keys mean what the list of keys says", () => {
  assert.deepEqual(actOf({ ...plain, key: " " }), { act: "reveal" });
  assert.deepEqual(actOf({ ...plain, key: "Enter" }), { act: "reveal" });
  assert.deepEqual(actOf({ ...plain, key: "1" }), { act: "grade", grade: "again" });
  assert.deepEqual(actOf({ ...plain, key: "4" }), { act: "grade", grade: "easy" });
  assert.deepEqual(actOf({ ...plain, key: "U" }), { act: "undo" });
  assert.deepEqual(actOf({ ...plain, key: "?" }), { act: "keys" });
  assert.equal(actOf({ ...plain, key: "5" }), null);
});

test("digits are found by place on keyboards that shift them, and no shortcut of the browser is taken", () => {
  assert.deepEqual(actOf({ ...plain, key: "&", code: "Digit1" }), { act: "grade", grade: "again" });
  assert.equal(actOf({ ...plain, key: "f", ctrlKey: true }), null);
  assert.equal(actOf({ ...plain, key: "s", metaKey: true }), null);
});

test("a typed answer is compared letter by letter, case and spacing aside", () => {
  assert.ok(matches(compare(" Gradient  descent", "gradient descent") ?? []));
  assert.deepEqual(compare("harmnic mean", "harmonic"), [
    { kind: "same", text: "harm" },
    { kind: "missing", text: "o" },
    { kind: "same", text: "nic" },
    { kind: "extra", text: " mean" },
  ]);
  assert.deepEqual(compare("", "x"), [{ kind: "missing", text: "x" }]);
  assert.equal(compare("a".repeat(601), "b"), null);
});

test("the minutes left follow the learner's pace, and a pause counts as one minute", () => {
  const before = minutesLeft(60, 10, NO_PACE);
  assert.equal(Math.round(before), 11);
  const slow = withAnswer(NO_PACE, 5 * 60_000, false);
  assert.equal(slow.counted_ms, 60_000);
  assert.ok(minutesLeft(60, 10, slow) > before);
  assert.ok(minutesLeft(60, 10, slow) < before * 1.5);
  assert.equal(minutesLabel(0), "");
  assert.equal(minutesLabel(0.4), "under a minute");
  assert.equal(minutesLabel(6.4), "about 6 min");
  assert.equal(minutesLabel(100), "about 1.5 h");
});

test("days are counted between dates, over a month's end and a leap day", () => {
  assert.equal(daysBetween("2026-11-20", "2026-11-21"), 1);
  assert.equal(daysBetween("2028-02-28", "2028-03-01"), 2);
});

test("a label that repeats the grade's name is shown without it", () => {
  const outcome = { due_at: "", due_day: null, label: "Again 10 min" };
  assert.equal(outcomeLabel("again", outcome), "10 min");
  assert.equal(outcomeLabel("good", { ...outcome, label: "15 d" }), "15 d");
});

test("the stopwatch leaves out the time the page was hidden, and stops at ten minutes", () => {
  const watch = new Stopwatch();
  watch.start(1_000);
  watch.pause(4_000);
  watch.resume(60_000);
  assert.equal(watch.read(61_500), 4_500);
  assert.equal(watch.read(10_000_000), 600_000);
});

test("an id is a random UUID, also where the browser makes none", () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const bare = { getRandomValues: crypto.getRandomValues.bind(crypto) };
  assert.match(newId(), uuid);
  assert.match(newId(bare), uuid);
  assert.equal(new Set(Array.from({ length: 1_000 }, () => newId(bare))).size, 1_000);
});
