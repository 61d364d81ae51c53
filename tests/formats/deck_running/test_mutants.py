"""Mutants: which mistakes are made, and that weak tests are told from strong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.deck_running.mutants import MutantReport, run_mutants, share_killed
from interviewprep.formats.deck_running.mutating import mutants_of
from interviewprep.formats.deck_running.sql_mutating import sql_mutants_of

from . import decks
from .decks import exercise, line_of, sql_exercise

BLIND = "def test_{}():\n    largest([3, 9, 4])\n\n"


def changes(code: str) -> list[str]:
    return [mutant.change for mutant in mutants_of(code)]


def reported(folder: Path, *cards: str, most: int = 60) -> list[MutantReport]:
    return run_mutants([decks.write(folder, *cards)], jobs=2, most=most)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("a < b", "`a < b` became `a <= b`"),
        ("a == b", "`a == b` became `a != b`"),
        ("a is None", "`a is None` became `a is not None`"),
        ("a in b", "`a in b` became `a not in b`"),
        ("a <= b <= c", "`a <= b <= c` became `a <= b < c`"),
        ("a + b", "`a + b` became `a - b`"),
        ("a * b", "`a * b` became `a // b`"),
        ("a % b", "`a % b` became `a // b`"),
        ("a and b", "`a and b` became `a or b`"),
        ("min(a, b)", "`min(a, b)` became `max(a, b)`"),
        ("all(a)", "`all(a)` became `any(a)`"),
        ("-a", "`-a` became `a`"),
        ("not a", "`not a` became `a`"),
        ("range(n)", "`n` became `n + 1`"),
        ("range(0, n)", "`n` became `n - 1`"),
        ("a[1:]", "`1` became `2`"),
        ("[a for a in b if a]", "`a` became `not a`"),
        ("True", "`True` became `False`"),
        ("1.5", "`1.5` became `3.0`"),
        ("a == '('", "`'('` became `'(?'`"),
        ("{'(': ')'}", "`')'` became `')?'`"),
    ],
)
def test_an_expression_is_changed_in_the_way_of_its_kind(code: str, change: str) -> None:
    assert change in changes(f"x = {code}\n")


@pytest.mark.parametrize(
    ("statement", "change"),
    [
        ("x = 1", "`x = 1` became nothing"),
        ("x += y", "`x += y` became `x -= y`"),
        ("x.append(y)", "`x.append(y)` became nothing"),
        ("continue", "`continue` became nothing"),
        ("break", "`break` became `continue`"),
        ("return x", "`return x` became nothing"),
        ("raise ValueError('no')", "`raise ValueError('no')` became nothing"),
        ("if x > y:\n            pass", "`x > y` became `not x > y`"),
    ],
)
def test_a_statement_is_dropped_or_turned(statement: str, change: str) -> None:
    assert change in changes(f"def f(x, y):\n    while x:\n        {statement}\n")


def test_what_is_there_for_people_stays() -> None:
    assert changes("x = print('shown', end='')\n") == [
        "`x = print('shown', end='')` became nothing"
    ]
    code = (
        "from functools import lru_cache\n@lru_cache(maxsize=3)\ndef f(x: int = None) -> 'int':\n"
        '    """Return 3."""\n    raise ValueError(f"{x + 1} is too much")\n'
    )
    assert [change.partition(" became ")[2] for change in changes(code)] == ["nothing"]


def test_a_mutant_keeps_its_line_and_no_two_are_the_same() -> None:
    found = mutants_of(decks.SOLUTION)
    assert {mutant.line for mutant in found} <= {2, 3, 4, 5, 6}
    assert [mutant.line for mutant in found] == sorted(mutant.line for mutant in found)
    assert len({mutant.code for mutant in found}) == len(found)
    for mutant in found:
        compile(mutant.code, "mutant", "exec")


QUERY = """SELECT DISTINCT s.name, MAX(units) -- MAX of all
FROM sold s LEFT JOIN shop USING (name)
WHERE units >= 2 AND name <> 'AND 3'
GROUP BY name ORDER BY name;
"""


def test_a_query_is_changed_word_by_word_and_its_texts_and_comments_stay() -> None:
    found = [(mutant.line, mutant.change) for mutant in sql_mutants_of(QUERY)]
    assert found == [
        (1, "`DISTINCT` became nothing"),
        (1, "`MAX` became `MIN`"),
        (2, "`LEFT JOIN` became `JOIN`"),
        (3, "`>=` became `>`"),
        (3, "`2` became `3`"),
        (3, "`2` became `1`"),
        (3, "`AND` became `OR`"),
        (3, "`<>` became `=`"),
        (4, "`ORDER BY name` became `ORDER BY name DESC`"),
    ]


def test_strong_tests_kill_every_mutant_that_can_be_told(tmp_path: Path) -> None:
    (report,) = reported(tmp_path, exercise())
    assert (report.killed, report.total) == (7, 9)
    assert report.is_enough
    assert {survivor.change for survivor in report.survivors} == {  # and these change nothing
        "`number > best` became `number >= best`",
        "`1` became `0`",
    }


def test_weak_tests_are_found_out_with_the_line_of_each_survivor(tmp_path: Path) -> None:
    tests = "".join(BLIND.format(name) for name in "abcd")
    hidden = "".join(BLIND.format(name) for name in "ef")
    (report,) = reported(tmp_path, exercise(tests=tests, hidden=hidden))
    assert not report.is_enough
    survivor = next(each for each in report.survivors if each.change.startswith("`return best`"))
    assert survivor.line == line_of(tmp_path, "return best")


def test_a_mutant_without_an_end_is_killed(tmp_path: Path) -> None:
    solution = (
        "def largest(numbers):\n    numbers = list(numbers)\n    best = numbers.pop()\n"
        "    while numbers:\n        best = max(best, numbers.pop())\n    return best\n"
    )
    (report,) = reported(tmp_path, exercise(solution=solution))
    dropped = "`best = max(best, numbers.pop())` became nothing"
    assert dropped in changes(solution)
    assert dropped not in {survivor.change for survivor in report.survivors}


def test_the_same_mutants_are_drawn_every_time_and_no_more_than_asked(tmp_path: Path) -> None:
    weak = exercise(tests=BLIND.format("a"), hidden=BLIND.format("b"))
    (first,), (second,) = (reported(tmp_path, weak, most=7) for _ in range(2))
    assert first.total == second.total == 7
    assert first.survivors == second.survivors


def test_queries_have_mutants_too(tmp_path: Path) -> None:
    (strong,) = reported(tmp_path, sql_exercise())
    (weak,) = reported(
        tmp_path,
        sql_exercise(schema=decks.SCHEMA.replace("'yoyo', 2", "'yoyo', 0")),
    )
    assert strong.killed == strong.total - 1  # no row has 3 units either
    assert {survivor.change for survivor in weak.survivors} > {
        survivor.change for survivor in strong.survivors
    }


def test_the_share_is_of_all_mutants_not_the_mean_of_exercises() -> None:
    few = MutantReport("a.md", 1, "few", killed=1, total=10, survivors=())
    many = MutantReport("a.md", 9, "many", killed=90, total=90, survivors=())
    assert share_killed([few, many]) == pytest.approx(0.91)
    assert not few.is_enough
    assert share_killed([]) == 1.0


def test_a_solution_that_fails_is_told_first(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDeck, match="largest-number does not pass its own tests"):
        reported(tmp_path, exercise(solution=decks.WRONG))
