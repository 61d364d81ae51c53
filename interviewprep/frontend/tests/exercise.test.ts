import assert from "node:assert/strict";
import { test } from "node:test";
import type { PanelData } from "../src/editor/panel.ts";
import { allOutcomes, namedTests } from "../src/editor/tests.ts";
import { title } from "../src/exercise/attempts.ts";
import { reason } from "../src/exercise/grades.ts";
import type { Attempt, State } from "../src/exercise/server.ts";
import type { Outcome, RunResult } from "../src/runner/index.ts";

const data = {
  language: "python",
  test_names: [{ name: "test_one", label: "one" }],
  hidden_names: [{ name: "test_one", label: "the same name, hidden" }, { name: "test_two", label: "two" }],
} as unknown as PanelData;
const passed: Outcome = { name: "test_one", label: "", passed: true, message: "", hidden: false, duration_ms: 1 };

function result(...outcomes: Outcome[]): RunResult {
  return { kind: "finished", sentence: "", outcomes, stdout: "", traceback: "", first_result_ms: 1 };
}

test("tests that a run did not reach count as failed, each under its own name", () => {
  const kept = allOutcomes(namedTests(data), result(passed));
  assert.deepEqual(
    kept.map((one) => [one.label, one.hidden, one.passed, one.message]),
    [
      ["one", false, true, ""],
      ["the same name, hidden", true, false, "Not run."],
      ["two", true, false, "Not run."],
    ],
  );
});

test("what code claims beyond the tests there are is not kept", () => {
  const forged = { ...passed, name: "test_all", label: "All is well" };
  assert.deepEqual(allOutcomes(namedTests(data).slice(0, 1), result(forged)).map((one) => one.passed), [false]);
});

test("a query has one test", () => {
  assert.deepEqual(namedTests({ ...data, language: "sql" }).map((one) => one.name), ["expected_rows"]);
});

const state: State = {
  code: "",
  version: 1,
  started_at: "2026-05-04T10:00:00Z",
  elapsed_s: 60,
  submissions: 1,
  passed: true,
  gave_up: false,
  hints: { taken: [], left: 2 },
  revealed: null,
  grading: null,
};

test("what happened is told in one sentence", () => {
  const told = (change: Partial<State>): string => reason({ minutes: 20 }, { ...state, ...change });
  assert.equal(told({}), "Passed with the first submission.");
  assert.equal(told({ submissions: 3 }), "Passed with submission 3.");
  assert.equal(
    told({ elapsed_s: 1201, hints: { taken: ["a", "b"], left: 0 } }),
    "Passed with the first submission, after more than 20 minutes, with 2 hints.",
  );
  assert.equal(told({ gave_up: true, passed: false }), "You gave up.");
  assert.match(told({ passed: false }), /^Not every test passed/);
});

test("an attempt says what it was and how it went", () => {
  const outcome = { name: "a", label: "a", passed: true, hidden: false, message: "" };
  const attempt: Attempt = {
    id: "",
    at: "2026-05-04T10:00:00Z",
    kind: "submit",
    in_mock: false,
    code: "",
    hints: 1,
    outcomes: [outcome, { ...outcome, passed: false }],
  };
  assert.match(title(attempt), /^Submitted, .*2026.*: 1 of 2 tests pass, 1 hint$/);
  assert.match(title({ ...attempt, kind: "run", in_mock: true, hints: 0, outcomes: [outcome] }), /^Run in a mock, .*: passed$/);
  assert.match(title({ ...attempt, kind: "give-up", hints: 0, outcomes: [] }), /^Given up, [^:]*:\d\d$/);
});
