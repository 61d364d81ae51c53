"""The mocks of a learner: what is open, what was done, and each dimension over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ...core.charts import ChartPoint, line_chart
from ...core.interviews.verdicts import LABELS
from ...services.drafts import count_drafts
from ...services.interviews.history import FINISHED_A_PAGE, MockLine, finished_mocks
from ...services.interviews.progress import DimensionHistory, KindHistory, score_history
from ...services.interviews.running import discard_mock
from ...services.interviews.starting import open_mocks
from ...services.learner import Learner, learner_of
from ..forms import go_to
from ..login import login_required, person
from ..transactions import reading, writing
from .blueprint import blueprint
from .places import mock_path

MOST_CHARTS = 9


@dataclass(frozen=True, slots=True)
class Chart:
    """One dimension, drawn; `history` is the table behind it."""

    history: DimensionHistory
    svg: Markup


@blueprint.get("/mocks")
@login_required
def history() -> ResponseReturnValue:
    learner = learner_of(person.account)
    before = _place(request.args.get("before", ""))
    with reading() as session:
        unfinished = open_mocks(session.connection(), learner.id)
        mocks = finished_mocks(session, learner.id, before=before, limit=FINISHED_A_PAGE + 1)
        kinds = [] if before else score_history(session, learner.id)
        drafts = count_drafts(session, learner.id)
    shown = mocks[:FINISHED_A_PAGE]
    return render_template(
        "mocks/history.html",
        unfinished=unfinished if not before else [],
        mocks=shown,
        older=_written(shown[-1]) if len(mocks) > len(shown) else None,
        is_first_page=before is None,
        progress=[(kind, charts_of(kind, learner)) for kind in kinds],
        labels=LABELS,
        mock_path=mock_path,
        drafts=drafts,
        day_of=lambda at: day_of(at, learner),
    )


@blueprint.post("/mocks/<uuid:mock_id>/discard")
@login_required
def discard(mock_id: UUID) -> ResponseReturnValue:
    with writing() as session:
        discard_mock(session, learner_of(person.account), mock_id)
    flash("The mock is thrown away. Code you ran in it stays with its exercise.")
    return go_to("mocks.history")


def charts_of(kind: KindHistory, learner: Learner) -> list[Chart]:
    """Draw the whole round first, then the dimensions scored more than once, nine in all."""
    histories = [kind.rounds] if kind.rounds.scores else []
    histories += [each for each in kind.dimensions if len(each.scores) > 1]
    histories = histories[:MOST_CHARTS]
    return [Chart(each, draw(each, learner)) for each in histories]


def draw(history: DimensionHistory, learner: Learner) -> Markup:
    points = [
        ChartPoint(
            one.at.astimezone(learner.zone),
            one.value,
            f"{one.title}, {day_of(one.at, learner)}: {one.value:g}",
        )
        for one in history.scores
    ]
    count = len(points)
    describes = (
        f"{history.dimension}: {count} {'score' if count == 1 else 'scores'},"
        f" the last {points[-1].value:g} of 4, {history.mean:.1f} on average"
    )
    return Markup(line_chart(points, low=1, high=4, step=1, describes=describes))  # noqa: S704


def day_of(at: datetime, learner: Learner) -> str:
    local = at.astimezone(learner.zone)
    return f"{local.day} {local:%b %Y}"


def _written(line: MockLine) -> str:
    return f"{line.started_at.isoformat()}~{line.id}"


def _place(text: str) -> tuple[datetime, UUID] | None:
    """Return the place in the list that an address names; None where it names none."""
    at, _, mock_id = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), UUID(mock_id)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
