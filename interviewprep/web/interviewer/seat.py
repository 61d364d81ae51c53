"""The cookie of whoever sits in the interviewer's seat: of its own, and good for nothing else."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy import Connection

from ...services.interviews.links import OVER, Seat, SeatGone, find_seat
from ..transactions import now, settings

COOKIE = "interviewprep_interviewer"


def has_cookie() -> bool:
    return bool(request.cookies.get(COOKIE))


def the_seat(connection: Connection) -> Seat:
    """Return the right of this browser; raises `SeatGone` where it has none, or none any more."""
    if not has_cookie():
        raise SeatGone(OVER)
    return find_seat(connection, request.cookies[COOKIE], now())


def take_seat(answer: Response, seat: Seat, visitor: str) -> Response:
    """Give the cookie to the browser that gets this answer."""
    answer.set_cookie(
        COOKIE,
        visitor,
        max_age=int((seat.expires_at - now()).total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings().is_https,
    )
    return answer
