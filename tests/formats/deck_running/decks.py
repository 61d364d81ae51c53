"""Small deck files for the tests of running them; each part can be replaced by a mistake."""

from __future__ import annotations

from pathlib import Path

from interviewprep.core.deck_lint.findings import Finding
from interviewprep.formats.deck_running import RunLimits, run_files

FRONT_MATTER = """---
name: Small
category: coding
description: A deck for a test.
licence: CC-BY-4.0
---

"""
STARTER = "def largest(numbers):\n    raise NotImplementedError\n"
SOLUTION = """def largest(numbers):
    best = numbers[0]
    for number in numbers[1:]:
        if number > best:
            best = number
    return best
"""
ALT = "def largest(numbers):\n    return sorted(numbers)[-1]\n"
WRONG = "def largest(numbers):\n    return numbers[-1]\n"
TESTS = """def test_example():
    assert largest([3, 9, 4]) == 9

def test_one():
    assert largest([5]) == 5

def test_negative():
    assert largest([-3, -1, -2]) == -1

def test_first():
    assert largest([7, 1]) == 7
"""
HIDDEN = """def test_last():
    assert largest([1, 2, 8]) == 8

def test_equal():
    assert largest([4, 4]) == 4
"""
SCHEMA = """CREATE TABLE sold (name TEXT, units INTEGER);
INSERT INTO sold VALUES ('kite', 9), ('ball', 7), ('yoyo', 2), ('drum', NULL);
"""
QUERY = "SELECT name, units FROM sold WHERE units > 2 ORDER BY name;\n"
WRONG_QUERY = "SELECT name, units FROM sold ORDER BY name;\n"
EXPECTED = "ball,7\nkite,9\n"


def fence(info: str, code: str) -> str:
    return f"```{info}\n{code.strip()}\n```\n\n"


def output_card(code: str, printed: str, meta: str = "") -> str:
    answer = fence("text", printed + "\n") if printed else ""
    return (
        f"## what-is-printed\nkind: output\n{meta}\nQ: What does this print?\n\n"
        f"{fence('python run', code)}A: This:\n\n{answer}"
    )


def check_card(code: str, meta: str = "") -> str:
    return f"## a-number\n{meta}\nQ: How many?\nA: 12.\n\n{fence('python check', code)}"


def exercise(
    *,
    card_id: str = "largest-number",
    starter: str = STARTER,
    solution: str = SOLUTION,
    alt: str = ALT,
    wrong: str = WRONG,
    tests: str = TESTS,
    hidden: str = HIDDEN,
) -> str:
    parts = [
        f"## {card_id}\nkind: coding\nentry: largest\n\n### Prompt\n\nFind it.\n\n",
        "### Starter\n\n" + (fence("python starter", starter) if starter else "None.\n\n"),
        "### Solution\n\n" + fence("python solution", solution) + fence("python alt", alt),
        "### Wrong\n\nTakes the last:\n\n" + fence("python wrong", wrong),
        "### Tests\n\n" + fence("python tests", tests) + fence("python hidden", hidden),
    ]
    return "".join(parts)


def sql_exercise(
    *, query: str = QUERY, wrong: str = WRONG_QUERY, expected: str = EXPECTED, schema: str = SCHEMA
) -> str:
    return (
        "## sold-well\nkind: sql\n\n### Prompt\n\nFind them.\n\n"
        f"### Starter\n\n{fence('sql schema', schema)}"
        f"### Solution\n\n{fence('sql solution', query)}"
        f"### Wrong\n\nForgets the condition:\n\n{fence('sql wrong', wrong)}"
        f"### Tests\n\n{fence('csv expected', expected)}"
    )


def write(folder: Path, *cards: str) -> Path:
    path = folder / "small.md"
    path.write_text(FRONT_MATTER + "".join(cards), encoding="utf-8")
    return path


def found_in(
    folder: Path, *cards: str, jobs: int = 2, limits: RunLimits | None = None
) -> list[Finding]:
    return list(run_files([write(folder, *cards)], jobs=jobs, limits=limits).findings)


def line_of(folder: Path, text: str, after: str = "") -> int:
    """Return the number of the first line that holds a text, below the one that holds `after`."""
    lines = (folder / "small.md").read_text("utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if after in line)
    return next(i for i, line in enumerate(lines) if i >= start and text in line) + 1
