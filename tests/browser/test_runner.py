"""Learners' code in the browser: what it says of every way to end, and that the next run works."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from .trials import TRIAL, Trial, opened_trial

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

TESTS = '''
def test_two():
    """two doubled"""
    assert double(2) == 4

def test_three():
    """three doubled"""
    assert double(3) == 6
'''
HIDDEN = '''
def test_secret():
    """a large number"""
    assert double(271828) == 543656
'''
RIGHT = "def double(number):\n    return 2 * number\n"
LATEST_S = 2.0
"""How long after its limit a run may take to end, the click and the reading of it included."""
STARTING_S = 4.0
"""A spare that is not ready yet, on a busy machine."""


@pytest.fixture(scope="module")
def trial(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with opened_trial(chromium, tmp_path_factory.mktemp("trial")) as trial:
        yield trial


def test_every_test_is_a_case_with_its_label_and_the_sum_is_said(trial: Trial) -> None:
    ran = trial.run(RIGHT, TESTS, HIDDEN)
    assert ran.kind == "finished"
    assert ran.sentence == "All 3 tests pass."
    assert [(one["name"], one["label"], one["hidden"]) for one in ran.result["outcomes"]] == [
        ("test_two", "two doubled", False),
        ("test_three", "three doubled", False),
        ("test_secret", "a large number", True),
    ]
    assert ran.passed == [True, True, True]
    assert ran.messages == ["", "", ""]
    assert 0 < ran.result["first_result_ms"] < 10_000


def test_a_failed_visible_test_shows_its_line_and_both_sides_a_hidden_one_nothing(
    trial: Trial,
) -> None:
    ran = trial.run("def double(number):\n    return 3 * number\n", TESTS, HIDDEN)
    assert ran.sentence == "0 of 3 tests pass. The first that fails: two doubled."
    assert ran.messages == [
        "assert double(2) == 4\ngot 6, expected 4",
        "assert double(3) == 6\ngot 9, expected 6",
        "Failed.",
    ]
    assert "271828" not in str(ran.result)
    assert "543656" not in str(ran.result)


def test_an_exception_names_the_learners_own_line_and_a_hidden_test_keeps_its_values(
    trial: Trial,
) -> None:
    code = "def double(number):\n    table = {2: 4}\n    return table[number]\n"
    ran = trial.run(code, TESTS, HIDDEN)
    assert ran.messages == [
        "",
        "KeyError: 3 (your line 3)",
        "Failed: KeyError (your line 3).",
    ]
    trace = ran.result["traceback"]
    assert 'File "your_code.py", line 3, in double\n    return table[number]' in trace
    assert "prep_" not in trace
    assert "271828" not in str(ran.result)


def test_the_tests_do_not_change_what_the_code_defined(trial: Trial) -> None:
    code = "def helper():\n    return 2\n\ndef double(number):\n    return helper() * number\n"
    tests = "def helper():\n    return 50\n" + TESTS
    assert trial.run(code, tests).passed == [True, True]


def test_output_is_streamed_so_that_a_time_out_does_not_lose_it(trial: Trial) -> None:
    code = "def double(number):\n    print('before the loop', number)\n    while True: pass\n"
    trial.fill(code, TESTS, "", "python", 4_000)
    trial.click()
    expect(trial.page.locator("[data-trial=output]")).to_have_text("before the loop 2\n")
    assert trial.page.locator(TRIAL).get_attribute("data-kind") == ""
    result = trial.wait()
    assert result["kind"] == "timeout"
    assert result["stdout"] == "before the loop 2\n"


ENDINGS = {
    "an endless loop": (
        "def double(number):\n    while True: pass\n",
        "timeout",
        r"Stopped after 1 second, in the test: two doubled\.",
    ),
    "an endless loop while loading": (
        "while True: pass\n",
        "timeout",
        r"Stopped after 1 second, before the first test\.",
    ),
    "an endless loop that catches everything": (
        "def double(n):\n while True:\n  try:\n   while True: pass\n  except BaseException: pass\n",
        "timeout",
        r"Stopped after 1 second",
    ),
    "output without end": (
        "def double(number):\n    while True: print(number)\n",
        "timeout",
        r"Stopped after 1 second",
    ),
    "a memory bomb": (
        "def double(number):\n    held = []\n    while True: held.append(bytearray(10**7))\n",
        "memory",
        r"more memory than a run may have \(512 MB\)",
    ),
    "a memory bomb at once": (
        "held = 'x' * 10**9 * 4\n",
        "memory|broken",
        r"more memory than a run may have|does not load: (Memory|Overflow)Error",
    ),
    "deep recursion": (
        "def double(number):\n    return double(number)\n",
        "finished",
        r"0 of 2 tests pass",
    ),
    "recursion without a limit": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef double(n):\n    return double(n + 1)\n",
        "broken|finished",
        r"called itself too deeply|0 of 2 tests pass",
    ),
    "input": (
        "def double(number):\n    return input('how much? ')\n",
        "finished",
        r"0 of 2 tests pass",
    ),
    "standard input": (
        "import sys\nnumber = sys.stdin.readline()\n",
        "broken",
        r"does not load: RuntimeError: nobody can type here",
    ),
    "a million lines": (
        "def double(number):\n    for line in range(10**6): print(line)\n    return 2 * number\n",
        "timeout|finished",
        r"It printed more than is shown\.|Stopped after",
    ),
    "leaving while loading": (
        "import sys\nsys.exit(3)\n",
        "broken",
        r"ends the program while it loads",
    ),
    "leaving in a test": (
        "import sys\ndef double(number):\n    sys.exit()\n",
        "finished",
        r"0 of 2 tests pass",
    ),
    "ending the process": (
        "import os\ndef double(number):\n    os._exit(1)\n",
        "broken",
        r"ended Python itself",
    ),
    "ending the worker": (
        "import js\ndef double(number):\n    js.close()\n    while True: pass\n",
        "timeout",
        r"Stopped after 1 second",
    ),
    "what does not parse": (
        "def double(number)\n    return 1\n",
        "broken",
        r"does not load: SyntaxError: expected ':' in line 1\.",
    ),
    "what does not load": (
        "one = 1\ntwo = one / 0\n",
        "broken",
        r"does not load: ZeroDivisionError: division by zero in line 2\.",
    ),
    "a thread": (
        "import threading\nthreading.Thread(target=print).start()\n",
        "broken",
        r"does not load: RuntimeError: can't start new thread in line 2\.",
    ),
    "a missing function": (
        "def triple(number):\n    return 3 * number\n",
        "finished",
        r"0 of 2 tests pass",
    ),
    "no code": ("", "finished", r"0 of 2 tests pass"),
    "a null byte": ("x = 1\0\n", "broken", r"does not load"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_each_ends_in_a_sentence_in_time_and_the_next_run_works(name: str, trial: Trial) -> None:
    code, kind, sentence = ENDINGS[name]
    ran = trial.run(code, TESTS, limit_ms=1_000)
    assert re.fullmatch(kind, ran.kind), ran.result
    assert re.search(sentence, ran.sentence), ran.sentence
    assert ran.took_s < 1.0 + LATEST_S + STARTING_S
    assert len(ran.stdout) < 101_000
    assert not any(ran.passed) or name == "a million lines"
    assert trial.run(RIGHT, TESTS).passed == [True, True]


def test_a_loop_ends_within_two_seconds_of_its_limit(trial: Trial) -> None:
    trial.fill("print('begun')\nwhile True: pass\n", TESTS, "", "python", 1_000)
    trial.click()
    expect(trial.page.locator("[data-trial=output]")).to_have_text("begun\n")
    began = time.monotonic()
    assert trial.wait()["kind"] == "timeout"
    assert time.monotonic() - began < 1.0 + LATEST_S


def test_a_million_lines_are_cut_and_the_cut_is_said(trial: Trial) -> None:
    ran = trial.run("for line in range(10**6): print(line)\n" + RIGHT, TESTS, limit_ms=20_000)
    assert ran.passed == [True, True]
    assert ran.sentence == "All 2 tests pass. It printed more than is shown."
    assert ran.stdout.startswith("0\n1\n2\n")
    assert "The output is cut here" in ran.stdout[-200:]


def test_the_learner_may_stop_a_run_and_begin_another(trial: Trial) -> None:
    trial.fill("print('begun')\nwhile True: pass\n", TESTS, "", "python", 20_000)
    trial.click()
    expect(trial.page.locator("[data-trial=output]")).to_have_text("begun\n")
    began = time.monotonic()
    trial.page.get_by_role("button", name="Stop").click()
    assert trial.wait()["kind"] == "stopped"
    assert time.monotonic() - began < LATEST_S
    assert trial.run(RIGHT, TESTS).passed == [True, True]


def test_no_run_sees_what_another_left_behind(trial: Trial) -> None:
    trial.run("import builtins, sys\nbuiltins.left = 1\nsys.modules['left'] = sys\n" + RIGHT, TESTS)
    ran = trial.run(
        "import builtins, sys\nprint(hasattr(builtins, 'left'), 'left' in sys.modules)\n" + RIGHT,
        TESTS,
    )
    assert ran.stdout == "False False\n"


def test_hashes_are_the_same_in_every_run(trial: Trial) -> None:
    code = "print(hash('a string'))\n" + RIGHT
    assert trial.run(code, TESTS).stdout == trial.run(code, TESTS).stdout


SCHEMA = """
CREATE TABLE t (name TEXT, score REAL);
INSERT INTO t VALUES ('a', 1), ('b', 2.5), ('c', NULL);
"""
EXPECTED = "a,1\nb,2.50\nc,\n"
AS_EXPECTED = "The query returns the expected rows."
QUERIES = {
    "SELECT name, score FROM t ORDER BY name": AS_EXPECTED,
    "-- the rows\nSELECT name, score FROM t ORDER BY name;\n": AS_EXPECTED,
    "SELECT name, score FROM t ORDER BY name DESC": "Row 1 is (c, NULL); expected (a, 1).",
    "SELECT name FROM t ORDER BY name": "A row has 1 column; expected 2 columns.",
    "SELECT name, score FROM t WHERE score ORDER BY name": "Row 3 is missing: expected (c, NULL).",
    "SELECT name, score FROM t UNION ALL SELECT 'd', 4": "Row 4 is one too many: (d, 4).",
    "SELECT nonsense FROM t": "SQLite says: no such column: nonsense.",
    "SELEC": 'SQLite says: near "SELEC": syntax error.',
    "DELETE FROM t": "The query returns no rows: write one SELECT statement.",
    "": "The query returns no rows: write one SELECT statement.",
    "SELECT 1; SELECT 2": "SQLite says: You can only execute one statement at a time.",
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_is_compared_row_by_row(query: str, trial: Trial) -> None:
    ran = trial.run(query, SCHEMA, EXPECTED, language="sql")
    assert ran.kind == "finished"
    assert ran.sentence == QUERIES[query]
    assert ran.passed == [QUERIES[query] == AS_EXPECTED]


def test_a_query_without_end_is_stopped(trial: Trial) -> None:
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    ran = trial.run(query, SCHEMA, EXPECTED, language="sql", limit_ms=1_000)
    assert ran.kind == "timeout"
    assert ran.passed == [False]


def test_loading_tells_how_far_it_has_come(trial: Trial) -> None:
    page = trial.page.context.new_page()
    page.goto(trial.page.url)
    page.evaluate(
        """() => {
          window.seen = [];
          const status = document.querySelector('[data-trial=status]');
          const note = () => window.seen.push(status.textContent);
          new MutationObserver(note).observe(status, {childList: true});
        }"""
    )
    page.get_by_role("button", name="Load Python").click()
    page.wait_for_selector(f"{TRIAL}[data-state=ready]")
    seen = page.evaluate("window.seen")
    page.close()
    parts = [
        float(found[1]) for one in seen if (found := re.search(r": ([\d.]+) of 13\.5 MB", one))
    ]
    assert parts == sorted(parts)
    assert parts[-1] == 13.5
    assert len(set(parts)) >= 3
    assert seen[-2:] == ["Starting Python.", "Python is ready."]


def test_a_file_that_does_not_come_is_said_and_may_be_tried_again(trial: Trial) -> None:
    page = trial.page.context.new_page()
    page.route("**/*.wasm", lambda route: route.abort())
    page.goto(trial.page.url)
    other = Trial(page, trial.server, trial.asked)
    ran = other.run(RIGHT, TESTS)
    assert ran.kind == "broken"
    assert ran.sentence.startswith("Python could not be loaded: ")
    page.unroute("**/*.wasm")
    assert other.run(RIGHT, TESTS).passed == [True, True]
    page.close()
