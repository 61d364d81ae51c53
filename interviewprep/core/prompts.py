"""What an exercise or an interview prompt consists of; see `docs/deck-format.md`, sections 7 to 9.

Texts are Markdown unless a name says otherwise. Who may see which part, and when, is the business
of whoever shows them: only `title`, `opening` and what `Prompt` calls open are for everyone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LEVELS = 4
HIGHEST_LEVEL = 9
MOST_MINUTES = 24 * 60
LONGEST_LABEL = 300
_OPENING = re.compile(r"^### Prompt[ \t]*\n(?P<text>.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question an interviewer adds, and what a good answer contains (or what it probes)."""

    question: str
    good_answer: str


@dataclass(frozen=True, slots=True)
class RubricRow:
    """One dimension. `levels` describes the scores 1 to 4; `revise` are tags of cards."""

    dimension: str
    weight: int
    levels: tuple[str, str, str, str]
    revise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """What the interviewer says when asked for it."""

    asked: str
    answer: str


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage that the prompt itself asks for."""

    name: str
    minutes: int
    covers: str


@dataclass(frozen=True, slots=True)
class LadderQuestion:
    """One rung of a question ladder: `step` is define, intuition, when or trade-offs."""

    question: str
    step: str
    good_answer: str


@dataclass(frozen=True, slots=True)
class WrongSolution:
    """A plausible mistake, and one sentence of what is wrong with it."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class NamedTest:
    """A test as a learner may see it named: the function, and its docstring's first line."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One long card, read. What its kind does not have is empty.

    Open to a candidate from the start: `title`, `opening`, `starter`, `tests`, `schema`, `expected`
    and the names of the hidden tests. Everything else is given on request or afterwards.
    """

    kind: str
    title: str
    opening: str
    level: int = 1
    difficulty: str = ""
    minutes: int = 0
    pattern: str = ""
    entry: str = ""
    competency: str = ""
    starter: str = ""
    solutions: tuple[str, ...] = ()
    solution_text: str = ""
    wrong: tuple[WrongSolution, ...] = ()
    tests: str = ""
    hidden_tests: str = ""
    schema: str = ""
    expected: str = ""
    hints: tuple[str, ...] = ()
    complexity: str = ""
    pitfalls: str = ""
    facts: tuple[Fact, ...] = ()
    stages: tuple[PlannedStage, ...] = ()
    numbers: str = ""
    ladder: tuple[LadderQuestion, ...] = ()
    star: tuple[str, ...] = ()
    rubric: tuple[RubricRow, ...] = ()
    strong_signals: tuple[str, ...] = ()
    weak_signals: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    outline: str = ""
    example: str = ""

    @property
    def language(self) -> str:
        """What the learner writes in: `python`, `sql`, or nothing."""
        return {"coding": "python", "sql": "sql"}.get(self.kind, "")


def level_in(details: Mapping[str, Any]) -> int:
    """The level that a prompt's details give; 1 where they give none that could be one."""
    return _number(details.get("level"), 1, HIGHEST_LEVEL)


def minutes_in(details: Mapping[str, Any], otherwise: int = 0) -> int:
    """The minutes that a prompt's details give, else `otherwise`."""
    return _number(details.get("time"), otherwise, MOST_MINUTES)


def _number(given: object, otherwise: int, greatest: int) -> int:
    text = str(given)
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    return number if 0 < number <= greatest else otherwise


def opening(text: str) -> str:
    """The `### Prompt` section of a long card's text: the one part that anyone may read."""
    found = _OPENING.search(text)
    return found["text"].strip() if found else ""


def named_tests(code: str) -> tuple[NamedTest, ...]:
    """The `test_…` functions of a block, in order; none where it cannot be parsed."""
    return tuple(_named_tests(code))


def _named_tests(code: str) -> Iterator[NamedTest]:
    try:
        module = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first_line = (ast.get_docstring(node) or "").strip().partition("\n")[0]
            words = node.name.removeprefix("test_").replace("_", " ")
            yield NamedTest(node.name, _storable(first_line)[:LONGEST_LABEL] or words.capitalize())


def _storable(text: str) -> str:
    """Without what an escape in a string can make, and no database or page can hold."""
    return text.encode(errors="ignore").decode().replace("\x00", "")
