"""What runs below a learner's code in the browser, here under the Python of the tests."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "interviewprep/frontend/src/runner-frame/python"
PROGRAM = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
import prep_python, prep_sql
request = json.load(sys.stdin)
module = prep_sql if request["language"] == "sql" else prep_python
module.run(request, lambda told: os.write(1, json.dumps(told).encode() + b"\\n"))
"""
RIGHT = "def double(number):\n    print('doubling', number)\n    return 2 * number\n"
VISIBLE = '''
def test_two():
    """
    two doubled

    more
    """
    assert double(2) == 4
'''
HIDDEN = "def test_nine():\n    assert double(9) == 18\n"


def told(**request: Any) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, str(FOLDER)],
        input=json.dumps({"language": "python", "visible": "", **request}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def outcomes(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in said if one["type"] == "outcome"]


def message(test: str, code: str = RIGHT) -> str:
    """Return what is said of one visible test with this body."""
    (outcome,) = outcomes(told(code=code, visible=f"def test_it():\n    {test}\n"))
    return str(outcome["message"])


def test_each_test_is_announced_told_and_summed_up_in_order() -> None:
    said = told(code=RIGHT, visible=VISIBLE, hidden=HIDDEN)
    types = [kind for kind, _same in groupby(one["type"] for one in said)]
    assert types == ["stage", "output", "outcome", "stage", "output", "outcome", "end"]
    assert [(one["label"], one["hidden"], one["passed"]) for one in outcomes(said)] == [
        ("two doubled", False, True),
        ("test_nine", True, True),
    ]
    assert said[-1]["kind"] == "finished"
    assert said[-1]["sentence"] == "All 2 tests pass."


def test_what_is_printed_during_hidden_tests_can_be_kept_back() -> None:
    said = told(code=RIGHT, visible=VISIBLE, hidden=HIDDEN, only_visible_output=True)
    assert "".join(one["text"] for one in said if one["type"] == "output") == "doubling 2\n"


def test_a_missing_entry_is_named_before_any_test_runs() -> None:
    said = told(code="def treble(number): return 1", visible=VISIBLE, entry="double")
    assert outcomes(said) == []
    assert said[-1]["kind"] == "broken"
    assert said[-1]["sentence"] == "The tests call `double`, which your code does not define."


def test_hidden_tests_see_the_helpers_of_visible_ones_and_the_code_sees_neither() -> None:
    visible = "def helper(): return 4\n" + VISIBLE
    code = "def double(number):\n    return 2 * number if 'helper' not in globals() else 0\n"
    said = told(
        code=code, visible=visible, hidden="def test_h():\n    assert double(2) == helper()"
    )
    assert [one["passed"] for one in outcomes(said)] == [True, True]


MESSAGES = {
    "assert double(2) == 5": "assert double(2) == 5\ngot 4, expected 5",
    "assert double(2) != 4": "assert double(2) != 4\ngot 4, expected anything but 4",
    "assert double(2) < 4": "assert double(2) < 4\ngot 4, expected less than 4",
    "assert double(2) >= 5": "assert double(2) >= 5\ngot 4, expected at least 5",
    "assert double(2) in (1, 2)": "assert double(2) in (1, 2)\ngot 4, expected one of (1, 2)",
    "assert double(2) is None": "assert double(2) is None\ngot 4, expected None",
    "assert not double(2)": "assert not double(2)",
    "assert 1 < double(2) < 3": "assert 1 < double(2) < 3",
    "assert double(2) == 5, 'too little'": "assert double(2) == 5, 'too little'\ntoo little",
    "raise AssertionError('wanted more')": "raise AssertionError('wanted more')\nwanted more",
    "double()": "TypeError: double() missing 1 required positional argument: 'number'",
    "assert double('x' * 999) == 1": "expected 1",
    "assert double(2) == 4": "",
}


@pytest.mark.parametrize("test", MESSAGES)
def test_a_failed_assert_says_what_it_compared(test: str) -> None:
    found = message(test)
    assert found.endswith(MESSAGES[test]) if "999" in test else found == MESSAGES[test]
    assert len(found) < 400


def test_an_assert_of_the_learners_own_is_not_taken_for_one_of_the_test() -> None:
    assert message("double(2)", "def double(n):\n    assert n > 2, 'small'\n") == (
        "AssertionError: small (your line 2)"
    )


def test_a_value_that_cannot_be_shown_is_no_trouble() -> None:
    code = "class Odd:\n    def __repr__(self): raise ValueError\ndef double(n): return Odd()\n"
    found = message("assert double(2) == 4", code)
    assert "Odd" in found
    assert found.endswith("expected 4")


def test_a_class_of_the_learner_knows_its_module() -> None:
    code = "from dataclasses import dataclass\n@dataclass\nclass Pair:\n    one: int = 1\n"
    said = told(code=code, visible="def test_it():\n    assert Pair().one == 1\n")
    assert [one["passed"] for one in outcomes(said)] == [True]


def test_no_tests_at_all_is_said() -> None:
    assert told(code="x = 1")[-1]["sentence"] == "The code ran; there are no tests."


def test_broken_tests_are_not_blamed_on_the_learner() -> None:
    said = told(code=RIGHT, visible="def test_x(:\n")
    assert said[-1]["sentence"] == "The tests do not load: SyntaxError."


def test_tables_that_cannot_be_made_are_said() -> None:
    said = told(language="sql", code="SELECT 1", schema="CREATE TABLE", expected="1\n")
    assert said[-1]["kind"] == "broken"
    assert said[-1]["sentence"].startswith("The tables of this exercise cannot be made: ")


@pytest.mark.parametrize(
    ("query", "expected", "passes"),
    [
        ("SELECT 1.0", "1", True),
        ("SELECT 0.1 + 0.2", "0.3", True),
        ("SELECT '1'", "1.00", True),
        ("SELECT NULL", '""', True),
        ("SELECT NULL", "0", False),
        ("SELECT 'a,b'", '"a,b"', True),
        ("SELECT x'ff'", "ff", True),
        ("SELECT 'A'", "a", False),
        ("SELECT 1 WHERE 0", "", True),
    ],
)
def test_values_are_compared_as_csv_would_hold_them(
    query: str, expected: str, passes: bool
) -> None:
    said = told(language="sql", code=query, schema="", expected=expected)
    (outcome,) = outcomes(said)
    assert outcome["passed"] is passes, outcome["message"]


def test_a_query_with_very_many_rows_is_refused() -> None:
    numbers = "SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000"
    query = f"WITH RECURSIVE n(i) AS ({numbers}) SELECT i FROM n"
    said = told(language="sql", code=query, schema="", expected="1\n")
    assert outcomes(said)[0]["message"] == "The query returns more than 10,000 rows."
