import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "../src/mock/calculator.ts";
import { clockLabel, minutesLabel, minutesSpoken, read } from "../src/mock/clock.ts";
import { caretAfter, merge } from "../src/mock/merge.ts";

test("what two windows appended stands one below the other", () => {
  assert.equal(merge("plan", "plan\nmine", "plan\ntheirs"), "plan\ntheirs\nmine");
  assert.equal(merge("", "mine", "theirs"), "theirs\nmine");
  assert.equal(merge("a", "a b", "a c"), "a c\n b");
});

test("where one window knows all of the other's text, nothing is doubled", () => {
  assert.equal(merge("a", "a b c", "a b"), "a b c");
  assert.equal(merge("a", "a b", "a b c"), "a b c");
  assert.equal(merge("a", "a b", "a b"), "a b");
  assert.equal(merge("a", "a", "b"), "b");
  assert.equal(merge("a", "b", "a"), "b");
});

test("changes in different lines are both made", () => {
  assert.equal(merge("1\n2\n3", "1\n2\n3 mine", "1 theirs\n2\n3"), "1 theirs\n2\n3 mine");
  assert.equal(merge("1\n2\n3", "zero\n1\n2\n3", "1\n2"), "zero\n1\n2");
});

test("where both rewrote one line both stay to be seen", () => {
  const merged = merge("x = 1\ny", "x = 2\ny", "x = 3\ny", "# ");
  assert.equal(merged, "x = 3\ny\n# Written in another window at the same time:\n# x = 2");
});

test("the caret stays behind the letters it stood behind", () => {
  assert.equal(caretAfter("abc", "abc\nmore", 2), 2);
  assert.equal(caretAfter("abc", "new\nabc", 1), 5);
  assert.equal(caretAfter("abc", "x", 3), 1);
});

const answers = (text: string): string[] =>
  evaluate(text).map((line) => (line === null ? "" : "said" in line ? line.said : `error: ${line.error}`));

test("the calculator reckons with names, units and short forms of numbers", () => {
  assert.deepEqual(answers("users = 500 M\nwrites = users * 2 per day\nwrites * 1 KB\nusers * 300 B in GB"), [
    "500 M ≈ 5 × 10⁸",
    "11.6 k/s ≈ 1.2 × 10⁴ /s",
    "11.6 MB/s ≈ 1.2 × 10⁷ B/s",
    "150 GB",
  ]);
  assert.deepEqual(answers("1 GiB / 1 MiB\n86_400 s\n3 TB / 100 Mbps\n10 k requests/s\n2 * 10^3 / day"), [
    "1.02 k ≈ 10³",
    "1 day ≈ 8.6 × 10⁴ s",
    "2.78 days ≈ 2.4 × 10⁵ s",
    "10 k/s ≈ 10⁴ /s",
    "2 k/day",
  ]);
});

test("brackets, signs, functions and comments are understood", () => {
  assert.deepEqual(answers("# estimate\n\n-(2 + 3) * 4 # why\n2^3^2\nceil(7 / 2)\nmax(1, 3, 2)\nsqrt(16)\n5%"), [
    "",
    "",
    "-20",
    "512",
    "4",
    "3",
    "4",
    "0.05",
  ]);
});

test("what cannot be reckoned is said in words, and the other lines go on", () => {
  assert.deepEqual(answers("1 +\n2 GB + 3 s\nx\n1/0\nmy users = 3\n(1\n10 m\n1; 2\n2"), [
    "error: something is still missing",
    "error: an amount of data and a time do not go together",
    "error: x is not known above or as a unit",
    "error: this divides by zero",
    "error: my is not known above or as a unit",
    "error: a bracket is not closed",
    "error: m is one too many here",
    "error: ; cannot be read here",
    "2",
  ]);
  assert.deepEqual(answers("constructor(1)\n__proto__"), [
    "error: constructor is not known above or as a unit",
    "error: __proto__ is not known above or as a unit",
  ]);
});

test("the clocks go on from what the server said, and stand in a pause", () => {
  const timing = {
    stage: 1,
    stages: [{ seconds: 120 }, { seconds: 300 }],
    elapsed_s: 150,
    stage_elapsed_s: [100, 50],
    running_since: "2026-11-20T10:00:00Z" as string | null,
  };
  assert.deepEqual(read(timing, 5_000), {
    stage_s: 55,
    stage_planned_s: 300,
    whole_s: 155,
    whole_planned_s: 420,
    spent_s: [100, 55],
  });
  assert.equal(read({ ...timing, running_since: null }, 5_000).stage_s, 50);
});

test("times are written as on a clock, plans in minutes", () => {
  assert.equal(clockLabel(65.9), "1:05");
  assert.equal(clockLabel(3_725), "1:02:05");
  assert.equal(clockLabel(-3), "0:00");
  assert.equal(minutesLabel(150), "2.5 min");
  assert.equal(minutesLabel(45), "45 s");
  assert.equal(minutesSpoken(60), "1 minute");
});
