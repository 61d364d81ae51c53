"""What the runs of a card say about it: the rules X01, X03, X04 and X07."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.core.prompts import named_tests
from interviewprep.formats.deck_running.limits import RunLimits
from interviewprep.formats.deck_running.pool import Outcome
from interviewprep.formats.deck_running.tasks import Task, fences
from interviewprep.formats.markdown_deck.grammar import Fence, ParsedCard

FEWEST_TESTS, FEWEST_HIDDEN = 6, 2
_RELATIVE_TOLERANCE = 1e-9
_MOST_SHOWN = 60
_NEEDED = {
    "coding": ("X03", "python", ("starter", "solution", "wrong", "tests", "hidden")),
    "sql": ("X07", "sql", ("schema", "solution", "wrong")),
}


def judged(task: Task, outcomes: Sequence[Outcome], limits: RunLimits) -> Iterator[Finding]:
    """Yield what is wrong with one block, from its outcomes: the first, and the second if any."""
    first = outcomes[0]
    if task.purpose == "check":
        yield from _check(task, first)
    elif task.purpose == "output":
        yield from _output(task, first)
    elif task.purpose in ("solution", "alt"):
        yield from _right(task, first, limits)
    elif task.purpose in ("starter", "wrong"):
        yield from _not_right(task, first)
    else:
        yield from _queried(task, first)
    if len(outcomes) > 1 and _can_compare(first) and not _is_same(first, outcomes[1]):
        yield _finding(
            task,
            "X04",
            task.fence.line,
            f"a second run of the {_name(task)} with another hash seed came out differently",
            "seed every generator, and sort what comes from a set",
        )


def structure(path: str, card: ParsedCard) -> Iterator[Finding]:
    """Yield what an exercise lacks before it can be run."""
    if card.kind not in _NEEDED:
        return
    rule, language, roles = _NEEDED[card.kind]

    def lacks(message: str, fix: str) -> Finding:
        return Finding(path, card.line, rule, ERROR, message, fix, card.id)

    missing = [role for role in roles if not fences(card, language, role)]
    if card.kind == "sql" and not fences(card, "csv", "expected"):
        missing.append("expected")
    for role in missing:
        yield lacks(
            f"the exercise has no `{role}` block",
            f"add a fence ```{'csv' if role == 'expected' else language} {role}",
        )
    if card.kind == "coding" and not {"tests", "hidden"} & set(missing):
        visible, hidden = (
            sum(len(named_tests(fence.code)) for fence in fences(card, "python", role))
            for role in ("tests", "hidden")
        )
        if visible + hidden < FEWEST_TESTS:
            yield lacks(
                f"the exercise has {visible + hidden} tests and needs {FEWEST_TESTS}",
                "add functions named `test_…` with plain asserts",
            )
        if hidden < FEWEST_HIDDEN:
            yield lacks(
                f"the exercise has {hidden} hidden tests and needs {FEWEST_HIDDEN}",
                "move a test from `tests` to `hidden`, or add one",
            )


def _check(task: Task, outcome: Outcome) -> Iterator[Finding]:
    if not outcome.is_done:
        yield _finding(
            task,
            "X01",
            outcome.line or task.fence.line,
            f"the check {_what_happened(task, outcome)}",
            "correct the number on the card, or the check",
        )


def _output(task: Task, outcome: Outcome) -> Iterator[Finding]:
    if not outcome.is_done:
        yield _finding(
            task,
            "X01",
            outcome.line or task.fence.line,
            f"the code of the question {_what_happened(task, outcome)}",
            "show code that runs; to show an error, catch it and print its name",
        )
        return
    answer = _answer(task.card)
    if answer is None:
        yield _finding(
            task,
            "X01",
            task.fence.line,
            "the answer has no `text` block to compare the output with",
            "put what is printed into a ```text block in the answer",
        )
        return
    printed, wanted = outcome.printed.strip(), answer.code.strip()
    if printed != wanted:
        got, said = _first_difference(printed, wanted)
        yield _finding(
            task,
            "X01",
            answer.line,
            f"the code prints {got} and the answer says {said}",
            "put what is printed into the answer",
        )


def _answer(card: ParsedCard) -> Fence | None:
    """Return the fence that says what is printed: in the answer, else anywhere but the question."""
    for label in ("A", "D", "N"):
        for fence in card.sides[label].fences if label in card.sides else ():
            if fence.language == "text":
                return fence
    return None


def _first_difference(printed: str, wanted: str) -> tuple[str, str]:
    if "\n" not in printed + wanted:
        return _quoted(printed), _quoted(wanted)
    got, said = printed.split("\n"), wanted.split("\n")
    count = max(len(got), len(said))
    pairs = zip(got + [""] * (count - len(got)), said + [""] * (count - len(said)), strict=True)
    number, (one, other) = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return f"{_quoted(one)} in line {number}", _quoted(other)


def _right(task: Task, outcome: Outcome, limits: RunLimits) -> Iterator[Finding]:
    if not outcome.is_done:
        yield _finding(
            task,
            "X04" if outcome.ended == "time" else "X03",
            task.fence.line,
            f"the {_name(task)} {_what_happened(task, outcome)}",
            "correct the code or the test"
            if outcome.ended != "time"
            else "make the code quicker or the tests smaller",
        )
    elif outcome.processor_s > limits.slow_s:
        yield _finding(
            task,
            "X04",
            task.fence.line,
            f"the {_name(task)} takes {outcome.processor_s:.1f} s for its tests and may take"
            f" {limits.slow_s:g} s",
            "make the code quicker or the tests smaller",
        )


def _not_right(task: Task, outcome: Outcome) -> Iterator[Finding]:
    if outcome.is_done:
        fix = (
            "leave the work to the learner: raise NotImplementedError"
            if task.purpose == "starter"
            else "add a test that this mistake fails"
        )
        yield _finding(task, "X03", task.fence.line, f"the {_name(task)} passes every test", fix)
    elif outcome.at in ("", "load"):
        yield _finding(
            task,
            "X03",
            outcome.line or task.fence.line,
            f"the {_name(task)} {_what_happened(task, outcome)}",
            "make it load: only a test may fail",
        )


def _queried(task: Task, outcome: Outcome) -> Iterator[Finding]:
    found = fences(task.card, "csv", "expected")
    if not found:
        return
    wanted = [row for row in csv.reader(io.StringIO(found[0].code.strip())) if row]
    difference = _row_difference(outcome.rows, wanted)
    if task.purpose == "wrong query":
        if outcome.at == "schema" or (not outcome.is_done and outcome.ended != "time"):
            yield _finding(
                task,
                "X07",
                task.fence.line,
                f"the wrong query {_what_happened(task, outcome)}",
                "make it run: only its rows may be wrong",
            )
        elif outcome.is_done and not difference:
            yield _finding(
                task,
                "X07",
                task.fence.line,
                "the wrong query gives the expected rows",
                "add rows to the tables that tell it from the solution",
            )
    elif not outcome.is_done:
        yield _finding(
            task,
            "X07",
            task.fence.line,
            f"the solution {_what_happened(task, outcome)}",
            "correct the query or the tables",
        )
    elif difference:
        yield _finding(
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


def _can_compare(outcome: Outcome) -> bool:
    return outcome.ended in ("done", "raised")


def _is_same(one: Outcome, other: Outcome) -> bool:
    return (one.ended, one.at, one.printed) == (other.ended, other.at, other.printed)


def _what_happened(task: Task, outcome: Outcome) -> str:
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
    doing = {"load": "does not load", "": "does not load", "tests": "stops the tests from loading"}
    if task.purpose in ("check", "output"):
        return f"raises {outcome.error}"
    return f"{doing.get(outcome.at, 'is refused')}{at_line}: {outcome.error}"


def _name(task: Task) -> str:
    return {"alt": "second solution", "wrong": "wrong solution", "output": "code"}.get(
        task.purpose, task.purpose
    )


def _quoted(text: str) -> str:
    short = text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
    return f"`{short}`" if short else "nothing"


def _finding(task: Task, rule: str, line: int, message: str, fix: str) -> Finding:
    return Finding(task.path, line, rule, ERROR, message, fix, task.card.id)
