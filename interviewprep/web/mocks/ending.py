"""The end of a mock: all that it will do, shown before it is done; then done."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ...core.interviews.verdicts import LABELS, in_hundredths
from ...errors import Conflict
from ...services.interviews.consequences import Why
from ...services.interviews.finishing import finish_mock, preview
from ...services.interviews.markup import html_of
from ...services.interviews.standing import standing_of
from ...services.interviews.starting import label_of
from ...services.learner import learner_of
from ..card_rows import day_words
from ..forms import go_to
from ..login import login_required, person
from ..transactions import now, reading, writing
from .blueprint import blueprint
from .places import go_to_mock


@blueprint.get("/mocks/<uuid:mock_id>/end")
@login_required
def end(mock_id: UUID) -> ResponseReturnValue:
    """:raise 404: for a mock of somebody else's."""
    learner = learner_of(person.account)
    with reading() as session:
        standing = standing_of(session, learner.id, mock_id)
        try:
            effects = preview(session, learner, mock_id, now())
        except Conflict:
            if standing.is_ended or standing.position is not None:
                return go_to_mock(mock_id)
            raise
    return render_template(
        "mocks/end.html",
        mock_id=mock_id,
        effects=effects,
        verdict=effects.result.verdict or "",
        hundredths=in_hundredths(effects.result.score),
        prompts=effects.of(Why.PROMPT),
        known=effects.of(Why.KNOWN),
        weak=effects.of(Why.WEAK),
        labels=LABELS,
        label_of=label_of,
        in_hundredths=in_hundredths,
        day=lambda day: day_words(day, effects.study_day),
        html=lambda text: Markup(html_of(text, {})),  # noqa: S704 - sanitised
    )


@blueprint.post("/mocks/<uuid:mock_id>/end")
@login_required
def do_end(mock_id: UUID) -> ResponseReturnValue:
    """End the mock with the drafts that were ticked; ended twice, it ended once.

    :raise 404: for a mock of somebody else's.
    """
    try:
        with writing() as session:
            finish_mock(
                session,
                learner_of(person.account),
                mock_id,
                now(),
                drafts=request.form.getlist("drafts"),
            )
    except Conflict:
        return go_to_mock(mock_id)
    return go_to("mocks.report", mock_id=mock_id)
