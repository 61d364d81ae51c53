"""The link itself: a page with one button, which sets a cookie of its own and leads on.

Nobody needs an account for it, and nobody is signed in or out by it.
"""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ...errors import InterviewPrepError, NotAllowed, NotFound, TooManyAttempts
from ...services.interviews import links
from ...services.interviews.links import OWN
from ...services.throttling import Counter, begin_attempt, by_client, succeeded
from ..forms import form_page, go_to, without_trace
from ..transactions import now, reading_core, writing
from .blueprint import blueprint
from .seat import take_seat

TEMPLATE = "interviewer/open.html"
FREE_TRIES = 20


@blueprint.get("/interviewer/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Show what the link is for; programs that look at links in messages open nothing by it."""
    try:
        _count_try()
        with reading_core() as connection:
            seat = links.find_link(connection, token, now())
        _give_try_back()
        if seat.user_id == _visitor_id():
            raise NotAllowed(OWN)
    except (NotFound, NotAllowed, TooManyAttempts) as error:
        return _page(token, error)
    return _page(token)


@blueprint.post("/interviewer/<token>")
def do_open_link(token: str) -> ResponseReturnValue:
    try:
        _count_try()
        with writing() as db:
            seat, visitor = links.open_link(db, token, now(), visitor_id=_visitor_id())
        _give_try_back()
    except (NotFound, NotAllowed, TooManyAttempts) as error:
        return _page(token, error)
    return take_seat(without_trace(go_to("interviewer.page")), seat, visitor)


def _page(token: str, error: InterviewPrepError | None = None) -> Response:
    return without_trace(form_page(TEMPLATE, error=error, token=token, is_open=error is None))


def _visitor_id() -> int | None:
    return current_user.id if current_user.is_authenticated else None


def _count_try() -> None:
    """Count a look at a link until it turns out to be a real one."""
    with writing() as db:
        begin_attempt(db, [_counter()], now())


def _give_try_back() -> None:
    with writing() as db:
        succeeded(db, clear=(), give_back=[_counter()])


def _counter() -> Counter:
    return by_client("interviewer", request.remote_addr, free=FREE_TRIES)
