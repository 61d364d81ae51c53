"""The report of a mock, as a page and as Markdown, and what can be done from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, make_response, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ...core.charts import time_bar
from ...core.interviews.verdicts import LABELS
from ...errors import Conflict
from ...services.interviews.choosing import Proposal, propose_round, proposed_kind
from ...services.interviews.kinds import get_kind
from ...services.interviews.markup import Media, html_of, html_of_code, media_of_cards
from ...services.interviews.report_text import report_markdown
from ...services.interviews.reports import (
    LOOP_RULE,
    RULE,
    Report,
    RoundReport,
    load_report,
)
from ...services.interviews.taking_back import undo_mock
from ...services.learner import Learner, learner_of
from ..card_rows import day_words
from ..forms import go_to
from ..login import login_required, person
from ..transactions import now, reading, writing
from .blueprint import blueprint
from .history import day_of
from .places import go_to_mock


@blueprint.get("/mocks/<uuid:mock_id>/report")
@login_required
def report(mock_id: UUID) -> ResponseReturnValue:
    learner = learner_of(person.account)
    try:
        with reading() as session:
            found = load_report(session, learner, mock_id, now())
            media = media_of_cards(session, found.card_ids)
            next_kind = proposed_kind(session.connection(), learner)
            proposal = propose_round(session.connection(), learner, get_kind(next_kind), now())
    except Conflict:
        return go_to_mock(mock_id)
    return render_template(
        "mocks/report.html", **_values(found, learner, next_kind, proposal), **_renderers(media)
    )


@blueprint.get("/mocks/<uuid:mock_id>/report.md")
@login_required
def report_text(mock_id: UUID) -> ResponseReturnValue:
    learner = learner_of(person.account)
    with reading() as session:
        found = load_report(session, learner, mock_id, now())
    answer = make_response(report_markdown(found, learner))
    answer.mimetype = "text/markdown"
    day = found.mock.started_at.astimezone(learner.zone).date()
    name = f"mock-{found.mock.kind}-{day.isoformat()}.md"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/mocks/<uuid:mock_id>/undo")
@login_required
def undo(mock_id: UUID) -> ResponseReturnValue:
    with writing() as session:
        done = undo_mock(session, learner_of(person.account), mock_id, now())
    if done.was_done:
        flash("This was taken back before.")
    else:
        cards = f"{done.restored} {'card stands' if done.restored == 1 else 'cards stand'}"
        flash(f"{cards} where {'it' if done.restored == 1 else 'they'} stood before.", "success")
    for title in done.kept:
        flash(f"“{title}” was answered since and keeps its new place.")
    if done.kept_drafts:
        flash(f"{done.kept_drafts} accepted since stay among your cards.")
    return go_to("mocks.report", mock_id=mock_id)


def _values(found: Report, learner: Learner, next_kind: str, proposal: Proposal) -> dict[str, Any]:
    today = learner.study_day(now())
    return {
        "report": found,
        "labels": LABELS,
        "rule": RULE if len(found.rounds) < 2 else f"{RULE} {LOOP_RULE}",
        "next_kind": get_kind(next_kind),
        "proposal": proposal,
        "has_diagram": any("diagram" in item.texts for each in found.rounds for item in each.items),
        "bars": bars_of,
        "day": lambda day: day_words(day, today),
        "day_of": lambda at: day_of(at, learner),
        "minutes": minutes_words,
    }


def bars_of(each: RoundReport) -> list[Markup]:
    """Draw a bar for each stage of a round, all to one scale."""
    longest = max((max(one.planned_seconds, one.seconds) for one in each.stages), default=0)
    return [
        Markup(  # noqa: S704 - charts escape what they are given
            time_bar(
                one.planned_seconds,
                one.seconds,
                longest,
                f"{one.label}: {minutes_words(one.seconds)}"
                f" of {minutes_words(one.planned_seconds)}",
            )
        )
        for one in each.stages
    ]


def minutes_words(seconds: float) -> str:
    """Return a length of time as 4:05, in minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _renderers(media: Mapping[int, Media]) -> dict[str, Callable[..., Markup]]:
    """Return what makes safe HTML: of a card's text with its pictures, and of code."""

    def html(text: str, card_id: int = 0, markup: str = "markdown") -> Markup:
        return Markup(html_of(text, media.get(card_id, {}), markup))  # noqa: S704

    def code(text: str, language: str) -> Markup:
        return Markup(html_of_code(text, language))  # noqa: S704

    return {"html": html, "code": code}
