"""Scoring a round: every row of the rubric, first alone, then beside the model answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from ...core.grades import Grade
from ...core.interviews.verdicts import LABELS
from ...core.prompts import LEVELS, RubricRow
from ...errors import Conflict
from ...services.interviews.markup import html_of, html_of_code, media_of_cards
from ...services.interviews.rounds import SCORING, rounds_in, shown_follow_ups
from ...services.interviews.scoring import (
    LONGEST_EVIDENCE,
    UnusableScores,
    finish_scoring,
    next_round,
    save_scores,
)
from ...services.interviews.sheets import Given, Place, Sheet, SheetItem, load_sheet
from ...services.interviews.starting import label_of
from ...services.interviews.texts import load_texts
from ..api.session import account_key
from ..forms import form_page, go_to
from ..login import login_required, person
from ..transactions import now, reading, writing
from .blueprint import blueprint
from .places import go_to_mock

NOT_SEEN = "none"
SAVE, DONE = "save", "done"
_LEVELS = {str(level): level for level in range(1, LEVELS + 1)} | {NOT_SEEN: None}


@dataclass(frozen=True, slots=True)
class RowField:
    """One row as the form shows it. `name` ends the names of its controls; `chosen` is a level as
    text, `none` or nothing."""

    name: str
    rubric: RubricRow
    chosen: str
    evidence: str
    error: str


@blueprint.get("/mocks/<uuid:mock_id>/rounds/<int:position>/score")
@login_required
def score(mock_id: UUID, position: int) -> ResponseReturnValue:
    """:raise 404: for a round that does not exist, or is somebody else's."""
    with reading() as session:
        sheet = load_sheet(session, person.id, mock_id, position)
        if sheet.mock.ended_at is not None:
            return go_to("mocks.report", mock_id=mock_id)
        if not sheet.is_scored and sheet.round.state != SCORING:
            return go_to_mock(mock_id)
        return _page(session, sheet)


@blueprint.post("/mocks/<uuid:mock_id>/rounds/<int:position>/score")
@login_required
def do_score(mock_id: UUID, position: int) -> ResponseReturnValue:
    """Save the scores; then the same page with the answers, or, once they are done, on.

    :raise 404: for a round that does not exist, or is somebody else's.
    """
    given = dict(_given(request.form))
    is_done = request.form.get("do") == DONE
    try:
        with writing() as session:
            before = load_sheet(session, person.id, mock_id, position)
            was_scored = before.is_scored
            save_scores(session, person.id, mock_id, position, given, now())
            if was_scored and is_done:
                finish_scoring(session, person.id, mock_id, position)
    except UnusableScores as error:
        with reading() as session:
            return _page(session, load_sheet(session, person.id, mock_id, position), error)
    except Conflict:
        return go_to_mock(mock_id)
    if was_scored and is_done:
        return go_to_mock(mock_id)
    path = url_for("mocks.score", mock_id=mock_id, position=position)
    return redirect(f"{path}#{'answers' if not was_scored else 'scores'}", 303)


def _given(form: Mapping[str, str]) -> Iterator[tuple[Place, Given]]:
    """Yield the rows that have a level of ours, whatever else a form may hold."""
    for name, value in form.items():
        kind, _, place = name.partition("-")
        item, _, row = place.partition("-")
        small = all(part.isascii() and part.isdigit() and len(part) < 4 for part in (item, row))
        if kind == "level" and small and value in _LEVELS:
            evidence = form.get(f"evidence-{place}", "")
            yield (int(item), int(row)), Given(_LEVELS[value], evidence)


def _page(session: Session, sheet: Sheet, error: UnusableScores | None = None) -> Response:
    texts = load_texts(session, person.id, sheet.mock.id, sheet.round.position)
    media = media_of_cards(session, {item.item.card_id for item in sheet.items})

    def written(item: SheetItem, name: str) -> str:
        place = item.item.position
        found = texts.get(f"{name}-{place}" if place else name)
        return found.text if found is not None and found.text.strip() else ""

    def html(item: SheetItem, markdown: str) -> Markup:
        return Markup(html_of(markdown, media.get(item.item.card_id, {})))  # noqa: S704 - sanitised

    def code(item: SheetItem, text: str) -> Markup:
        return Markup(html_of_code(text, item.prompt.language))  # noqa: S704 - sanitised

    return form_page(
        "mocks/score.html",
        error=error,
        sheet=sheet,
        title=label_of(sheet.round.kind),
        rounds=rounds_in(session, sheet.mock),
        has_next=next_round(session, sheet) is not None,
        fields={item.item.position: _fields(item, error) for item in sheet.items},
        facts={item.item.position: list(_facts(item)) for item in sheet.items},
        stages=sheet.stage_times(now()),
        labels=LABELS,
        longest=LONGEST_EVIDENCE,
        follow_ups=lambda item: shown_follow_ups(item.item),
        written=written,
        html=html,
        code=code,
        recordings=account_key() if _records(sheet) else "",
    )


def _fields(item: SheetItem, error: UnusableScores | None) -> list[RowField]:
    """Return the rows with what was typed after an error, else with what is stored."""
    found = []
    for place, row in enumerate(item.rows):
        name = f"{item.item.position}-{place}"
        own, problem = row.own, ""
        chosen = "" if own is None else str(own.level or NOT_SEEN)
        evidence = "" if own is None else own.evidence
        if error is not None:
            chosen = request.form.get(f"level-{name}", "")
            evidence = request.form.get(f"evidence-{name}", "")
            problem = error.rows.get((item.item.position, place), "")
        found.append(RowField(name, row.rubric, chosen, evidence, problem))
    return found


def _facts(item: SheetItem) -> Iterator[str]:
    """Yield what happened, as it is put beside the scores."""
    prompt, row = item.prompt, item.item
    if item.is_exercise:
        yield item.tests_said
    if prompt.hints:
        yield f"{row.hints} of {len(prompt.hints)} hints used"
    if prompt.facts:
        yield f"{len(row.facts)} of {len(prompt.facts)} facts asked for"
    shown = shown_follow_ups(row)
    if shown:
        answered = sum(1 for _, was_answered in shown if was_answered)
        yield f"{answered} of {len(shown)} follow-ups answered"
    grades = Counter(one.get("grade") for one in row.questions if one.get("grade"))
    if grades:
        counts = ", ".join(f"{grades[g.label]} {g.label}" for g in Grade if grades[g.label])
        yield f"questions: {counts}"


def _records(sheet: Sheet) -> bool:
    return any("recorder" in stage["panels"] for stage in sheet.round.stages)
