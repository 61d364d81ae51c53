"""How what happened to a block is told, in words that go on from the name of the block."""

from __future__ import annotations

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.formats.deck_running.pool import Outcome
from interviewprep.formats.deck_running.tasks import Task

_MOST_SHOWN = 60


def what_happened(task: Task, outcome: Outcome) -> str:
    """Say it in words that go on from the name of the block."""
    in_test = outcome.at.startswith("test_")
    where = f" in {outcome.at}" if in_test else ""
    if outcome.ended == "time":
        return f"ran out of time{where} ({task.request.processor_s:g} s)"
    if outcome.ended == "died":
        return f"ended its process{where}"
    at_line = f" on line {outcome.line}" if outcome.line else ""
    if in_test:
        return f"fails {outcome.at}{at_line}: {outcome.error}"
    doing = {
        "": "does not load",
        "load": "does not load",
        "tests": "stops the tests from loading",
        "schema": "finds no tables",
    }
    if task.purpose in ("check", "output"):
        return f"raises {outcome.error}"
    return f"{doing.get(outcome.at, 'is refused')}{at_line}: {outcome.error}"


def name_of(task: Task) -> str:
    return {"alt": "second solution", "wrong": "wrong solution", "output": "code"}.get(
        task.purpose, task.purpose
    )


def quoted(text: str) -> str:
    short = text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
    return f"`{short}`" if short else "nothing"


def finding(task: Task, rule: str, line: int, message: str, fix: str) -> Finding:
    return Finding(task.path, line, rule, ERROR, message, fix, task.card.id)
