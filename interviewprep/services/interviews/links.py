"""The link that makes a friend the interviewer of one mock, and the right of whoever opened it.

Two secrets, both stored hashed: the one in the link, which the candidate hands on, and the one in
the cookie of whoever opened it last. The right ends with the mock, after a day, or when the
candidate withdraws it, whichever comes first, and it is a right to nothing else.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, select, update
from sqlalchemy.orm import Session

from ...errors import NotAllowed, NotFound
from ...storage import InterviewerLink, Mock, User
from ..locking import lock_user
from ..sessions import hash_token

LIFETIME = timedelta(hours=24)
LINK_BYTES = 16
VISITOR_BYTES = 32
MOST_LINKS = 100
SPENT = (
    "This link is not good any more: the interview has ended, or the link was withdrawn or "
    "replaced, or it is older than a day. Ask the candidate for a new one."
)
OVER = "You are not the interviewer here, or no longer. Open the link that the candidate gave you."
OWN = "This link is for somebody else: send it to the friend who is to interview you."


class SeatGone(NotFound):
    """The interviewer's right has ended, or never was."""

    code = "seat-gone"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that still works. `opened_at` is when somebody last took the interviewer's seat."""

    position: int
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seat:
    """The interviewer's right: to this mock of this candidate, until `expires_at`."""

    user_id: int
    mock_id: uuid.UUID
    position: int
    expires_at: datetime


def _live(now: datetime) -> ColumnElement[bool]:
    """The condition on a link joined with its mock and candidate under which it works."""
    return and_(
        InterviewerLink.withdrawn_at.is_(None),
        InterviewerLink.expires_at > now,
        Mock.ended_at.is_(None),
        User.is_disabled.is_(False),
    )


_SEATS = (
    select(
        InterviewerLink.user_id,
        InterviewerLink.mock_id,
        InterviewerLink.position,
        InterviewerLink.created_at,
        InterviewerLink.expires_at,
        InterviewerLink.opened_at,
    )
    .join(Mock, and_(Mock.user_id == InterviewerLink.user_id, Mock.id == InterviewerLink.mock_id))
    .join(User, User.id == InterviewerLink.user_id)
)


def create_link(session: Session, user_id: int, mock_id: uuid.UUID, now: datetime) -> str:
    """Store a link for one interviewer of this mock and return its token; an earlier one is void.

    :raise NotFound: unless the mock is this learner's.
    :raise NotAllowed: where it has ended, or has had more links than anybody needs.
    """
    lock_user(session.connection(), user_id)
    mock = _own_mock(session, user_id, mock_id)
    if mock.ended_at is not None:
        raise NotAllowed("This mock has ended; there is nothing left to interview.")
    held = session.scalar(select(func.count()).where(*_of(user_id, mock_id))) or 0
    if held >= MOST_LINKS:
        raise NotAllowed("This mock has had too many links already.")
    _withdraw(session, user_id, mock_id, now)
    token = secrets.token_urlsafe(LINK_BYTES)
    session.add(
        InterviewerLink(
            user_id=user_id,
            mock_id=mock_id,
            position=held,
            token_hash=hash_token(token).hex(),
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    mock.version += 1
    session.flush()
    return token


def live_link(
    connection: Connection, user_id: int, mock_id: uuid.UUID, now: datetime
) -> Link | None:
    """Return the link of this mock that works; there is one at most."""
    row = connection.execute(_SEATS.where(*_of(user_id, mock_id), _live(now))).first()
    if row is None:
        return None
    return Link(row.position, row.created_at, row.expires_at, row.opened_at)


def withdraw_links(session: Session, user_id: int, mock_id: uuid.UUID, now: datetime) -> None:
    """End the right of whoever has a link of this mock, at once.

    :raise NotFound: unless the mock is this learner's.
    """
    lock_user(session.connection(), user_id)
    mock = _own_mock(session, user_id, mock_id)
    _withdraw(session, user_id, mock_id, now)
    mock.version += 1
    session.flush()


def find_link(connection: Connection, token: str, now: datetime) -> Seat:
    """Return what a link leads to; nothing is opened yet.

    :raise NotFound: where it is forged, withdrawn or expired, or the mock has ended.
    """
    return _found(
        connection, InterviewerLink.token_hash == hash_token(token).hex(), now, NotFound(SPENT)
    )


def open_link(
    session: Session, token: str, now: datetime, *, visitor_id: int | None = None
) -> tuple[Seat, str]:
    """Take the interviewer's seat; return it with the secret for the cookie.

    Whoever opened the link before loses the seat. `visitor_id` is the account that is signed in
    where the link is opened, if any.

    :raise NotFound: as `find_link`.
    :raise NotAllowed: for the candidate.
    """
    seat = find_link(session.connection(), token, now)
    if seat.user_id == visitor_id:
        raise NotAllowed(OWN)
    lock_user(session.connection(), seat.user_id)
    visitor = secrets.token_urlsafe(VISITOR_BYTES)
    won = session.execute(
        update(InterviewerLink)
        .where(
            *_of(seat.user_id, seat.mock_id),
            InterviewerLink.position == seat.position,
            InterviewerLink.withdrawn_at.is_(None),
        )
        .values(visitor_hash=hash_token(visitor).hex(), opened_at=now)
        .returning(InterviewerLink.position)
    ).first()
    if won is None:
        raise NotFound(SPENT)
    _own_mock(session, seat.user_id, seat.mock_id).version += 1
    session.flush()
    return seat, visitor


def find_seat(connection: Connection, visitor: str, now: datetime) -> Seat:
    """Return the right of the browser with this cookie.

    :raise SeatGone: where there is none, or it has ended.
    """
    found = InterviewerLink.visitor_hash == hash_token(visitor).hex()
    return _found(connection, found, now, SeatGone(OVER))


def interviewer_is_there(
    connection: Connection, user_id: int, mock_id: uuid.UUID, now: datetime
) -> bool:
    """Whether somebody holds the interviewer's seat of this mock, for the candidate to see."""
    link = live_link(connection, user_id, mock_id, now)
    return link is not None and link.opened_at is not None


def _of(user_id: int, mock_id: uuid.UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return InterviewerLink.user_id == user_id, InterviewerLink.mock_id == mock_id


def _found(
    connection: Connection, which: ColumnElement[bool], now: datetime, otherwise: NotFound
) -> Seat:
    row = connection.execute(_SEATS.where(which, _live(now))).first()
    if row is None:
        raise otherwise
    return Seat(row.user_id, row.mock_id, row.position, row.expires_at)


def _own_mock(session: Session, user_id: int, mock_id: uuid.UUID) -> Mock:
    mock = session.get(Mock, (user_id, mock_id), populate_existing=True)
    if mock is None:
        raise NotFound("There is no such mock interview among yours.")
    return mock


def _withdraw(session: Session, user_id: int, mock_id: uuid.UUID, now: datetime) -> None:
    session.execute(
        update(InterviewerLink)
        .where(*_of(user_id, mock_id), InterviewerLink.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
