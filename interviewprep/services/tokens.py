"""API tokens: made once, shown once, stored hashed, revoked at any time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ..errors import Invalid, NotFound
from ..storage import ApiToken, User
from .sessions import hash_token

PREFIX = "ip_"  # tells a leaked token apart, and keeps it from beginning with a dash
SCOPES = ("read", "write")
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; `token` is known here and nowhere else."""

    id: int
    token: str


def create_token(
    session: Session,
    user_id: int,
    now: datetime,
    *,
    name: str = "",
    scope: str = "write",
    expires_at: datetime | None = None,
) -> NewToken:
    """Store a token for this person and return it.

    :raise Invalid: with the field, for a scope that is neither `read` nor `write`, a name that is
        too long, or an end that has passed.
    """
    name = "".join(letter for letter in " ".join(name.split()) if letter.isprintable())
    if scope not in SCOPES:
        raise Invalid("A token either reads or reads and writes; choose one.", field="scope")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"A name has at most {LONGEST_NAME} characters.", field="name")
    if expires_at is not None and expires_at <= now:
        raise Invalid("The last day of the token has passed already.", field="expires")
    token = PREFIX + secrets.token_urlsafe(32)
    token_id = session.execute(
        insert(ApiToken)
        .values(
            user_id=user_id,
            name=name,
            token_hash=hash_token(token),
            scope=scope,
            created_at=now,
            expires_at=expires_at,
        )
        .returning(ApiToken.id)
    ).scalar_one()
    return NewToken(token_id, token)


def end_of_day(text: str, time_zone: str) -> datetime | None:
    """Return the instant at which the day `text` (`2027-01-31`) is over there; None if it is empty.

    :raise Invalid: with the field `expires`, for what is no date.
    """
    if not text.strip():
        return None
    try:
        after = date.fromisoformat(text.strip()) + timedelta(days=1)
        return datetime.combine(after, time(), ZoneInfo(time_zone))
    except (ValueError, OverflowError):
        raise Invalid("Write the last day like 2027-01-31.", field="expires") from None


def list_tokens(session: Session, user_id: int) -> list[ApiToken]:
    """Return this person's tokens that are not revoked, newest first; expired ones included."""
    return list(
        session.scalars(
            select(ApiToken)
            .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
            .order_by(ApiToken.id.desc())
        )
    )


def list_all_tokens(session: Session) -> list[tuple[str, ApiToken]]:
    """Return every token that is not revoked with its owner's address, for the command line."""
    rows = session.execute(
        select(User.email, ApiToken)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.revoked_at.is_(None))
        .order_by(User.email, ApiToken.id)
    )
    return [(email, token) for email, token in rows]


def find_token(session: Session, token: str) -> int:
    """Return the number of the token that reads so.

    :raise NotFound: where there is none.
    """
    found = session.scalar(select(ApiToken.id).where(ApiToken.token_hash == hash_token(token)))
    if found is None:
        raise NotFound("There is no such token.")
    return found


def revoke_token(
    session: Session, token_id: int, now: datetime, *, user_id: int | None = None
) -> None:
    """Make a token useless from now on; with `user_id`, only if it is this person's.

    :raise NotFound: where there is none, it is another's, or it is revoked already.
    """
    query = update(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
    if user_id is not None:
        query = query.where(ApiToken.user_id == user_id)
    if session.execute(query.values(revoked_at=now).returning(ApiToken.id)).first() is None:
        raise NotFound("There is no such token.")
