"""X01, X03, X04 and X07: a planted mistake is found, on its line, and the right thing is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewprep.formats.deck_running import RunLimits, run_files, run_findings
from interviewprep.formats.deck_running.pool import is_installed

from . import decks
from .decks import check_card, exercise, found_in, line_of, output_card, sql_exercise


def test_a_deck_without_mistakes_has_no_findings_and_counts_its_blocks(tmp_path: Path) -> None:
    path = decks.write(
        tmp_path,
        check_card("assert 3 * 4 == 12\n"),
        output_card("print([1, 2])\nprint()\n", "[1, 2]"),
        exercise(),
        sql_exercise(),
    )
    report = run_files([path], jobs=2)
    assert report.findings == ()
    assert (report.files, report.blocks, report.passed) == (1, 8, 8)


def test_a_check_that_does_not_hold_is_found_on_its_own_line(tmp_path: Path) -> None:
    (found,) = found_in(tmp_path, check_card("rows = 3\nassert rows * 4 == 13, rows\n"))
    assert (found.rule, found.level, found.card) == ("X01", "error", "a-number")
    assert found.line == line_of(tmp_path, "== 13")
    assert found.message == "the check raises AssertionError: 3"


def test_a_check_of_a_prompt_is_run_too(tmp_path: Path) -> None:
    card = "## a-design\nkind: design\n\n### Numbers\n\nFew.\n\n```python check\n1 / 0\n```\n"
    (found,) = found_in(tmp_path, card)
    assert found.message == "the check raises ZeroDivisionError: division by zero"
    assert found.line == line_of(tmp_path, "1 / 0")


@pytest.mark.parametrize(
    ("code", "printed", "message"),
    [
        ("print(1)\n", "2", "the code prints `1` and the answer says `2`"),
        ("print(1)\nprint(3)\n", "1\n2", "the code prints `3` in line 2 and the answer says `2`"),
        ("print(1)\n", "1\n2", "the code prints nothing in line 2 and the answer says `2`"),
        ("print()\n", "2", "the code prints nothing and the answer says `2`"),
        ("print(2)\n1 / 0\n", "2", "the code of the question raises ZeroDivisionError"),
        ("print(2)\n", "", "the answer has no `text` block to compare the output with"),
        ("import warnings\nwarnings.warn('old')\n", "2", "raises UserWarning: old"),
    ],
)
def test_an_output_that_the_answer_does_not_say_is_found(
    code: str, printed: str, message: str, tmp_path: Path
) -> None:
    (found,) = found_in(tmp_path, output_card(code, printed))
    assert found.rule == "X01"
    assert message in found.message


WHERE_RIGHT_GOES_WRONG = [
    ({"solution": decks.WRONG}, "the solution fails test_example on line"),
    ({"solution": "def largest(:\n"}, "the solution does not load on line"),
    ({"solution": "largest = missing\n"}, "the solution does not load on line"),
    ({"solution": "import os\nos._exit(0)\n"}, "the solution ended its process"),
    ({"alt": decks.WRONG}, "the second solution fails test_example on line"),
    ({"starter": decks.SOLUTION}, "the starter passes every test"),
    ({"starter": "def largest(numbers)\n"}, "the starter does not load on line"),
    ({"wrong": decks.ALT}, "the wrong solution passes every test"),
    ({"wrong": "import absent\n"}, "the wrong solution does not load on line"),
]


@pytest.mark.parametrize(("parts", "message"), WHERE_RIGHT_GOES_WRONG)
def test_a_solution_must_pass_and_a_mistake_must_fail(
    parts: dict[str, str], message: str, tmp_path: Path
) -> None:
    found = found_in(tmp_path, exercise(**parts))
    assert [each.rule for each in found] == ["X03"]
    assert found[0].message.startswith(message)
    (role,) = parts
    first = line_of(tmp_path, f"```python {role}")
    assert first <= found[0].line <= first + 2
    assert found[0].fix


def test_a_failing_test_is_named_with_its_line_and_the_end_of_the_traceback(tmp_path: Path) -> None:
    hidden = decks.HIDDEN + "\ndef test_empty():\n    assert largest([]) is None\n"
    found = found_in(tmp_path, exercise(hidden=hidden, alt=decks.SOLUTION))
    first, second = (
        line_of(tmp_path, "best = numbers[0]", after=f"python {role}")
        for role in ("solution", "alt")
    )
    last = "IndexError: list index out of range"
    assert [each.message for each in found] == [
        f"the solution fails test_empty on line {first}: {last}",
        f"the second solution fails test_empty on line {second}: {last}",
    ]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"tests": decks.TESTS.partition("def test_first")[0]}, "has 5 tests and needs 6"),
        ({"hidden": decks.HIDDEN.partition("def test_equal")[0]}, "has 5 tests and needs 6"),
        ({"hidden": decks.HIDDEN.partition("def test_equal")[0]}, "1 hidden tests and needs 2"),
        ({"starter": ""}, "the exercise has no `starter` block"),
    ],
)
def test_an_exercise_must_have_all_its_parts_and_enough_tests(
    parts: dict[str, str], message: str, tmp_path: Path
) -> None:
    found = found_in(tmp_path, exercise(**parts))
    assert {(each.rule, each.line) for each in found} == {("X03", line_of(tmp_path, "## largest"))}
    assert any(message in each.message for each in found)


def test_running_out_of_time_counts_as_failing(tmp_path: Path) -> None:
    endless = "def largest(numbers):\n    while True:\n        pass\n"
    assert found_in(tmp_path, exercise(wrong=endless), limits=RunLimits(wrong_s=0.3)) == []


SLOW = """import time

def largest(numbers):
    until = time.process_time() + 0.1
    while time.process_time() < until:
        pass
    return max(numbers)
"""


def test_a_slow_solution_is_found_and_one_without_an_end_is_stopped(tmp_path: Path) -> None:
    slow = found_in(tmp_path, exercise(solution=SLOW), limits=RunLimits(slow_s=0.5))
    stopped = found_in(
        tmp_path, exercise(solution=SLOW), limits=RunLimits(solution_s=0.25, slow_s=9)
    )
    assert [each.rule for each in (*slow, *stopped)] == ["X04", "X04"]
    assert slow[0].message.startswith("the solution takes 0.")
    assert stopped[0].message == "the solution ran out of time in test_negative (0.25 s)"


@pytest.mark.parametrize(
    "line",
    [
        "print(random.random())",
        "print({'some', 'few', 'words'})",
        "print(time.time_ns())",
        "print(object())",
    ],
)
def test_what_comes_out_differently_the_second_time_is_found(line: str, tmp_path: Path) -> None:
    solution = f"import random, time\n{line}\n{decks.SOLUTION}"
    found = found_in(tmp_path, exercise(solution=solution))
    assert [each.rule for each in found] == ["X04"]
    assert found[0].message.endswith("with another hash seed came out differently")


def test_a_seeded_generator_comes_out_the_same(tmp_path: Path) -> None:
    solution = f"import random\nprint(random.Random(3).random())\n{decks.SOLUTION}"
    assert found_in(tmp_path, exercise(solution=solution)) == []


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"expected": "kite,9\nball,7\n"}, "differ from `csv expected`: row 1 is ball,7 and not"),
        ({"expected": "ball,7\n"}, "differ from `csv expected`: 2 rows and not 1"),
        (
            {"query": "SELECT nothing FROM sold"},
            "the solution is refused: sqlite3.OperationalError",
        ),
        ({"query": "DELETE FROM sold"}, "the query returns no rows; write one SELECT statement"),
        ({"schema": "CREATE TABLE"}, "the solution finds no tables: sqlite3.OperationalError"),
        ({"wrong": decks.QUERY}, "the wrong query gives the expected rows"),
        (
            {"wrong": "SELECT nothing FROM sold"},
            "the wrong query is refused: sqlite3.OperationalError",
        ),
    ],
)
def test_a_query_must_give_the_rows_and_a_wrong_one_others(
    parts: dict[str, str], message: str, tmp_path: Path
) -> None:
    found = found_in(tmp_path, sql_exercise(**parts))
    assert {each.rule for each in found} == {"X07"}
    assert message in found[0].message


@pytest.mark.parametrize("expected", ["ball,7.0\nkite,9\n", "ball,7\n\nkite, 9\n"])
def test_numbers_are_compared_as_numbers(expected: str, tmp_path: Path) -> None:
    assert found_in(tmp_path, sql_exercise(expected=expected)) == []


def test_an_empty_value_is_null(tmp_path: Path) -> None:
    query = "SELECT name, units FROM sold WHERE units IS NULL;\n"
    assert found_in(tmp_path, sql_exercise(query=query, expected="drum,\n")) == []


def test_a_card_that_cannot_be_read_hides_no_other_and_is_no_business_of_the_linters_part(
    tmp_path: Path,
) -> None:
    broken = "## broken-card\n\nQ: Half a card?\n\n"
    cards = (broken, check_card("assert False\n"))
    assert [each.rule for each in found_in(tmp_path, *cards)] == ["S03", "X01"]
    assert [each.rule for each in run_findings([decks.write(tmp_path, *cards)])] == ["X01"]


def test_a_file_that_is_no_text_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "small.md"
    path.write_bytes(b"\xff\xfe")
    report = run_files([path])
    assert [str(each) for each in report.findings] == [
        f"{path}:1: S01 this is not UTF-8 text (fix: save the file as UTF-8)"
    ]
    assert report.blocks == 0


NUMPY_CHECK = "import numpy as np\nassert np.arange(4).sum() == 6\n"


@pytest.mark.skipif(not is_installed("numpy"), reason="numpy is not installed")
def test_numpy_is_there_for_a_check_that_says_so_and_for_no_exercise(tmp_path: Path) -> None:
    assert found_in(tmp_path, check_card(NUMPY_CHECK, meta="needs: numpy\n")) == []
    (undeclared,) = found_in(tmp_path, check_card(NUMPY_CHECK))
    assert "No module named 'numpy'" in undeclared.message
    solution = exercise(solution=f"import numpy\n{decks.SOLUTION}")
    (in_exercise,) = found_in(tmp_path, solution.replace("entry:", "needs: numpy\nentry:"))
    assert in_exercise.message.startswith("the solution does not load on line")


def test_a_block_that_cannot_run_here_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interviewprep.formats.deck_running.running.is_installed", lambda _: False)
    (found,) = found_in(tmp_path, check_card(NUMPY_CHECK, meta="needs: numpy\n"))
    assert found.message == "the block needs numpy, which is not installed here"
    assert found.fix == "pip install numpy"


def test_findings_come_in_order_of_files_and_lines_whatever_ends_first(tmp_path: Path) -> None:
    slow = "sum(range(3_000_000))\nassert False\n"
    cards = [check_card(slow), check_card("assert False\n").replace("a-number", "another")]
    found = found_in(tmp_path, *cards, jobs=4)
    assert [each.card for each in found] == ["a-number", "another"]
