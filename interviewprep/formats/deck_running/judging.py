"""What the runs of a card say about it: the rules X01, X03, X04 and X07."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.core.prompts import named_tests
from interviewprep.formats.deck_running.limits import RunLimits
from interviewprep.formats.deck_running.pool import Outcome
from interviewprep.formats.deck_running.query_judging import judged_query
from interviewprep.formats.deck_running.tasks import Task, fences
from interviewprep.formats.deck_running.wording import finding, name_of, quoted, what_happened
from interviewprep.formats.markdown_deck.grammar import Fence, ParsedCard

FEWEST_TESTS, FEWEST_HIDDEN = 6, 2
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
        yield from judged_query(task, first)
    if len(outcomes) > 1 and _can_compare(first) and not _is_same(first, outcomes[1]):
        yield finding(
            task,
            "X04",
            task.fence.line,
            f"a second run of the {name_of(task)} with another hash seed came out differently",
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
        yield finding(
            task,
            "X01",
            outcome.line or task.fence.line,
            f"the check {what_happened(task, outcome)}",
            "correct the number on the card, or the check",
        )


def _output(task: Task, outcome: Outcome) -> Iterator[Finding]:
    if not outcome.is_done:
        yield finding(
            task,
            "X01",
            outcome.line or task.fence.line,
            f"the code of the question {what_happened(task, outcome)}",
            "show code that runs; to show an error, catch it and print its name",
        )
        return
    answer = _answer(task.card)
    if answer is None:
        yield finding(
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
        yield finding(
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
        return quoted(printed), quoted(wanted)
    got, said = printed.split("\n"), wanted.split("\n")
    count = max(len(got), len(said))
    pairs = zip(got + [""] * (count - len(got)), said + [""] * (count - len(said)), strict=True)
    number, (one, other) = next((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    return f"{quoted(one)} in line {number}", quoted(other)


def _right(task: Task, outcome: Outcome, limits: RunLimits) -> Iterator[Finding]:
    if not outcome.is_done:
        yield finding(
            task,
            "X04" if outcome.ended == "time" else "X03",
            task.fence.line,
            f"the {name_of(task)} {what_happened(task, outcome)}",
            "correct the code or the test"
            if outcome.ended != "time"
            else "make the code quicker or the tests smaller",
        )
    elif outcome.processor_s > limits.slow_s:
        yield finding(
            task,
            "X04",
            task.fence.line,
            f"the {name_of(task)} takes {outcome.processor_s:.1f} s for its tests and may take"
            f" {limits.slow_s:g} s",
            "make the code quicker or the tests smaller",
        )


def _not_right(task: Task, outcome: Outcome) -> Iterator[Finding]:
    if outcome.is_done:
        fix = (
            "leave the work to the learner, who finds a NotImplementedError"
            if task.purpose == "starter"
            else "add a test that this mistake fails"
        )
        yield finding(task, "X03", task.fence.line, f"the {name_of(task)} passes every test", fix)
    elif outcome.at in ("", "load"):
        yield finding(
            task,
            "X03",
            outcome.line or task.fence.line,
            f"the {name_of(task)} {what_happened(task, outcome)}",
            "make it load: only a test may fail",
        )


def _can_compare(outcome: Outcome) -> bool:
    return outcome.ended in ("done", "raised")


def _is_same(one: Outcome, other: Outcome) -> bool:
    return (one.ended, one.at, one.printed) == (other.ended, other.at, other.printed)
