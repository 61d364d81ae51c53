"""The candidate's side: make the link for an interviewer, show it once, withdraw it."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from flask.typing import ResponseReturnValue

from ...errors import InterviewPrepError, NotAllowed
from ...services.interviews.links import create_link, live_link, withdraw_links
from ...services.interviews.rounds import load_mock
from ...services.learner import zone_of
from ..forms import form_page, go_to, without_trace
from ..login import login_required, person
from ..transactions import now, reading, writing
from .blueprint import blueprint


@blueprint.get("/mocks/<uuid:mock_id>/interviewer")
@login_required
def invite(mock_id: uuid.UUID) -> ResponseReturnValue:
    return _page(mock_id)


@blueprint.post("/mocks/<uuid:mock_id>/interviewer")
@login_required
def do_invite(mock_id: uuid.UUID) -> ResponseReturnValue:
    """Make a link and show it, on this one page and never again."""
    try:
        with writing() as db:
            token = create_link(db, person.id, mock_id, now())
    except NotAllowed as error:
        return _page(mock_id, error)
    address = url_for("interviewer.open_link", token=token, _external=True)
    return without_trace(_page(mock_id, address=address))


@blueprint.post("/mocks/<uuid:mock_id>/interviewer/withdraw")
@login_required
def withdraw(mock_id: uuid.UUID) -> ResponseReturnValue:
    with writing() as db:
        withdraw_links(db, person.id, mock_id, now())
    flash("The link is withdrawn; whoever had it sees nothing more.", "success")
    return go_to("interviewer.invite", mock_id=mock_id)


def _page(
    mock_id: uuid.UUID, error: InterviewPrepError | None = None, address: str = ""
) -> Response:
    with reading() as db:
        mock = load_mock(db, person.id, mock_id)
        link = live_link(db.connection(), person.id, mock_id, now())
        return form_page(
            "interviewer/invite.html",
            error=error,
            mock=mock,
            link=link,
            address=address,
            local=lambda at: at.astimezone(zone_of(person.account.time_zone)),
        )
