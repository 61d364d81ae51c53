"""API tokens of one's own: made, shown once, revoked."""

from __future__ import annotations

from flask import Response, flash, request
from flask.typing import ResponseReturnValue

from ...errors import InterviewPrepError, Invalid
from ...services.tokens import create_token, end_of_day, list_tokens, revoke_token
from ..forms import form_page, go_to, without_trace
from ..login import person
from ..own_browser import browser_required
from ..transactions import now, reading, writing
from .blueprint import blueprint


@blueprint.get("/account/tokens")
@browser_required
def tokens() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/tokens")
@browser_required
def do_tokens() -> ResponseReturnValue:
    """Make a token and show it, on this one page and never again."""
    try:
        with writing() as db:
            made = create_token(
                db,
                person.id,
                now(),
                name=request.form.get("name", ""),
                scope=request.form.get("scope", ""),
                expires_at=end_of_day(request.form.get("expires", ""), person.account.time_zone),
            )
    except Invalid as error:
        return _page(error)
    return without_trace(_page(token=made.token))


def _page(error: InterviewPrepError | None = None, token: str = "") -> Response:
    with reading() as db:
        rows = list_tokens(db, person.id)
    return form_page("accounts/tokens.html", error=error, rows=rows, token=token, now=now())


@blueprint.post("/account/tokens/<int:token_id>/revoke")
@browser_required
def do_revoke_token(token_id: int) -> ResponseReturnValue:
    with writing() as db:
        revoke_token(db, token_id, now(), user_id=person.id)
    flash("The token is revoked.", "success")
    return go_to("accounts.tokens")
