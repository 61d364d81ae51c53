"""What the rows of a query say about an SQL exercise: rule X07."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from interviewprep.core.deck_lint.findings import Finding
from interviewprep.formats.deck_running.pool import Outcome
from interviewprep.formats.deck_running.tasks import Task, fences
from interviewprep.formats.deck_running.wording import finding, what_happened
from interviewprep.formats.markdown_deck.grammar import ParsedCard

_RELATIVE_TOLERANCE = 1e-9


def judged_query(task: Task, outcome: Outcome) -> Iterator[Finding]:
    wanted = _expected(task.card)
    if wanted is None:
        return
    difference = _row_difference(outcome.rows, wanted)
    if task.purpose == "wrong query":
        if outcome.at == "query" and outcome.ended in ("raised", "died"):
            yield finding(
                task,
                "X07",
                task.fence.line,
                f"the wrong query {what_happened(task, outcome)}",
                "make it run: only its rows may be wrong",
            )
        elif outcome.is_done and not difference:
            yield finding(
                task,
                "X07",
                task.fence.line,
                "the wrong query gives the expected rows",
                "add rows to the tables that tell it from the solution",
            )
    elif not outcome.is_done:
        yield finding(
            task,
            "X07",
            task.fence.line,
            f"the solution {what_happened(task, outcome)}",
            "correct the query or the tables",
        )
    elif difference:
        yield finding(
            task,
            "X07",
            task.fence.line,
            f"the rows of the solution differ from `csv expected`: {difference}",
            "correct the query or the expected rows",
        )


def _row_difference(rows: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]]) -> str:
    for number, (row, other) in enumerate(zip(rows, wanted, strict=False), 1):
        if len(row) != len(other) or not all(map(_is_same_value, row, other)):
            return f"row {number} is {','.join(row)} and not {','.join(other)}"
    return f"{len(rows)} rows and not {len(wanted)}" if len(rows) != len(wanted) else ""


def _is_same_value(one: str, other: str) -> bool:
    """Compare as the runner in the browser does: as numbers where both are numbers."""
    try:
        first, second = float(one), float(other)
    except ValueError:
        return one.strip() == other.strip()
    return abs(first - second) <= _RELATIVE_TOLERANCE * max(1.0, abs(first), abs(second))


def gives_other_rows(card: ParsedCard, outcome: Outcome) -> bool:
    """Say whether the rows of a query differ from those that the card expects."""
    return bool(_row_difference(outcome.rows, _expected(card) or []))


def _expected(card: ParsedCard) -> list[list[str]] | None:
    found = fences(card, "csv", "expected")
    if not found:
        return None
    return [row for row in csv.reader(io.StringIO(found[0].code.strip())) if row]
