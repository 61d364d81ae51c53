"""The browsers in which one is signed in, and signing them out."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue

from ...errors import NotFound
from ...services.account_changes import list_sessions
from ...services.sessions import close_all_sessions, close_session
from ..forms import form_page, go_to
from ..login import person
from ..own_browser import browser_required, session_hash
from ..transactions import now, reading, writing
from .blueprint import blueprint

NAME_LENGTH = 24


@blueprint.get("/account/sessions")
@browser_required
def sessions() -> ResponseReturnValue:
    with reading() as db:
        found = list_sessions(db, person.id, now())
    here = session_hash()
    rows = [(row.token_hash.hex()[:NAME_LENGTH], row, row.token_hash == here) for row in found]
    return form_page("accounts/sessions.html", rows=rows)


@blueprint.post("/account/sessions/end-all")
@browser_required
def end_sessions() -> ResponseReturnValue:
    """Sign out every browser but this one."""
    with writing() as db:
        count = close_all_sessions(db, person.id, but=session_hash())
    flash(
        "One other browser is signed out."
        if count == 1
        else f"{count} other browsers are signed out.",
        "success",
    )
    return go_to("accounts.sessions")


@blueprint.post("/account/sessions/<name>/end")
@browser_required
def end_session(name: str) -> ResponseReturnValue:
    with writing() as db:
        found = [
            row.token_hash
            for row in list_sessions(db, person.id, now())
            if row.token_hash.hex()[:NAME_LENGTH] == name
        ]
        if not found:
            raise NotFound("There is no such browser, or it is signed out already.")
        close_session(db, found[0])
    flash("The browser is signed out.", "success")
    return go_to("accounts.sessions")
