"""The report of a mock as Markdown, to keep or to send: what people wrote stands in fences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ...core.card_titles import card_title
from ...core.interviews.verdicts import LABELS
from ...core.plain_markdown import escaped, fenced
from ..learner import Learner
from .reports import LOOP_RULE, RULE, ItemReport, Report, RoundReport
from .sheets import Given, SheetRow

ANSWERED = {True: "answered", False: "missed", None: "not judged"}
TEXT_NAMES = {"notes": "Notes", "diagram": "Diagram", "calculator": "Calculator"}
TEXT_INFO = {"diagram": "mermaid"}


def report_markdown(report: Report, learner: Learner) -> str:
    """Return the whole report. Days are the learner's."""
    mock = report.mock
    started = mock.started_at.astimezone(learner.zone)
    parts = [
        f"# Mock: {escaped(report.title)}",
        f"{report.label}, {started.day} {started:%B %Y}, {started:%H:%M}."
        + (" As on the day." if mock.is_bare else ""),
        f"**{LABELS.get(mock.verdict, mock.verdict)}{_score(mock.score_hundredths)}.** "
        + report.meaning,
        RULE if len(report.rounds) < 2 else f"{RULE} {LOOP_RULE}",
    ]
    for number, each in enumerate(report.rounds, 1):
        name = f"Round {number}: {each.label}" if len(report.rounds) > 1 else each.label
        parts += [f"## {escaped(name)}", *_round(each)]
    parts += _afterwards(report)
    return "\n\n".join(parts) + "\n"


def _round(each: RoundReport) -> Iterator[str]:
    yield (
        f"{LABELS.get(each.sheet.round.verdict, '')}{_score(each.sheet.round.score_hundredths)},"
        f" {each.minutes_taken} of {each.sheet.round.minutes} minutes."
    )
    rows = [
        f"| {escaped(one.label)} | {_time(one.planned_seconds)} | {_time(one.seconds)} |"
        for one in each.stages
    ]
    yield "\n".join(["| Stage | Planned | Taken |", "| --- | ---: | ---: |", *rows])
    for item in each.items:
        yield from _item(item)


def _item(item: ItemReport) -> Iterator[str]:
    prompt, row = item.sheet.prompt, item.sheet.item
    yield f"### {escaped(prompt.title)}"
    facts = [f"level {prompt.level}"]
    facts += [prompt.difficulty] if prompt.difficulty else []
    if prompt.hints:
        facts.append(f"{row.hints} of {len(prompt.hints)} hints")
    if item.sheet.is_exercise:
        facts.append(item.sheet.tests_said)
    if item.story_title:
        facts.append(f"story “{item.story_title}”")
    words = ", ".join(facts)
    yield f"{escaped(words[0].upper() + words[1:])}."
    yield prompt.opening
    yield _rubric(item.sheet.rows)
    if item.facts:
        yield _list("Asked for:", (f"{fact.asked}: {fact.answer}" for fact in item.facts))
    if item.change is not None:
        yield f"The requirement changed: {item.change.question}"
    if row.questions:
        graded = (
            f"{escaped(card_title('basic', one['markup'], [one['question']], 0))}:"
            f" {one['grade'] or 'not graded'}"
            for one in row.questions
        )
        yield _list("Questions:", graded)
    if item.follow_ups:
        told = (
            f"{one.question} ({ANSWERED[answered]}) — {one.good_answer}"
            for one, answered in item.follow_ups
        )
        yield _list("Follow-ups:", told)
    if item.attempts:
        code = item.attempts[-1]
        yield f"The code as last {'submitted' if code.kind == 'submit' else 'run'}:"
        yield fenced(code.code, prompt.language)
    if item.outcomes:
        yield _list(
            "Tests:",
            (
                f"{'passed' if one.get('passed') else 'failed'}: "
                + escaped(str(one.get("label") or one.get("name", "")))
                for one in item.outcomes
            ),
        )
    for name, label in TEXT_NAMES.items():
        if name in item.texts:
            yield f"{label}:"
            yield fenced(item.texts[name], TEXT_INFO.get(name, ""))
    if prompt.strong_signals:
        yield _list("Strong signals:", prompt.strong_signals)
    if prompt.weak_signals:
        yield _list("Weak signals:", prompt.weak_signals)
    for label, text in (("Outline", prompt.outline), ("Numbers", prompt.numbers)):
        if text:
            yield f"{label}:\n\n{text}"


def _rubric(rows: Iterable[SheetRow]) -> str:
    lines = []
    for row in rows:
        lines.append(f"- **{escaped(row.rubric.dimension)}** (weight {row.rubric.weight})")
        for who, given in (
            ("First", row.first),
            ("Revised", row.revised),
            ("Interviewer", row.interviewer),
        ):
            if given is not None:
                lines.append(f"    - {who}: {_given(row, given)}")
    return "\n".join(lines)


def _given(row: SheetRow, given: Given) -> str:
    said = f" {escaped(given.evidence)}" if given.evidence else ""
    if given.level is None:
        return f"not seen.{said}"
    return f"{given.level}, {escaped(row.rubric.levels[given.level - 1])}.{said}"


def _afterwards(report: Report) -> Iterator[str]:
    if report.moves:
        state = " It was taken back since." if report.mock.undone_at else ""
        yield f"## What it did to the schedule\n\nThe prompt and the cards behind it.{state}"
        yield "\n".join(
            f"- {escaped(move.title)}: {move.grade or escaped(move.reason)},"
            f" due {_day(move.before_day)} before, {_day(move.after_day)} now"
            for move in report.moves
        )
    if report.weak:
        yield "## What to do next"
        yield "\n".join(
            f"- {escaped(dimension)} in {escaped(title)}"
            + (f": review {', '.join(escaped(tag) for tag in tags)}" if tags else "")
            for title, dimension, tags in report.weak
        )


def _list(title: str, lines: Iterable[str]) -> str:
    """A list whose lines are Markdown already; each stays one item."""
    return "\n".join([title, "", *(f"- {' '.join(line.split())}" for line in lines)])


def _score(hundredths: int | None) -> str:
    return "" if hundredths is None else f", {hundredths / 100:.2f} of 4"


def _time(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _day(day: date | None) -> str:
    return "not" if day is None else day.isoformat()
