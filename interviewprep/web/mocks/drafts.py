"""Drafts of cards, made of follow-ups that were missed: all that wait, and the yes or no to one."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ...services.drafts import accept_draft, count_drafts, decline_draft, list_drafts
from ...services.interviews.markup import html_of
from ...services.interviews.rounds import load_mock
from ..forms import go_to
from ..login import login_required, person
from ..transactions import now, reading, writing
from .blueprint import blueprint


@blueprint.get("/mocks/drafts")
@login_required
def drafts() -> ResponseReturnValue:
    with reading() as session:
        found = list_drafts(session, person.id)
    return render_template(
        "mocks/drafts.html",
        drafts=found,
        html=lambda text: Markup(html_of(text, {})),  # noqa: S704 - sanitised
    )


@blueprint.post("/mocks/drafts/<int:card_id>/accept")
@login_required
def accept(card_id: int) -> ResponseReturnValue:
    """:raise 404: unless it is a draft of one's own."""
    with writing() as session:
        accept_draft(session, person.id, card_id, now())
    flash("The follow-up is a card of yours now.", "success")
    return _back()


@blueprint.post("/mocks/drafts/<int:card_id>/decline")
@login_required
def decline(card_id: int) -> ResponseReturnValue:
    """:raise 404: unless it is a draft of one's own."""
    with writing() as session:
        decline_draft(session, person.id, card_id, now())
    flash("The draft is put away.")
    return _back()


def _back() -> Response:
    """Return to the report that the form stands in, else to what still waits, else to the mocks."""
    try:
        mock_id = UUID(request.form.get("mock", ""))
    except ValueError:
        with reading() as session:
            waits = count_drafts(session, person.id)
        return go_to("mocks.drafts" if waits else "mocks.history")
    with reading() as session:
        load_mock(session, person.id, mock_id)
    return go_to("mocks.report", mock_id=mock_id, _anchor="drafts")
