"""Links that do one thing once: set a new password, or confirm a new address.

Only the hash of a link's token is stored, and using it is one conditional update, so that of two
requests with the same link one wins.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..storage import MailedLink, User
from .sessions import hash_token


class Purpose(StrEnum):
    """What a link does."""

    PASSWORD = "password"  # noqa: S105 - the name of a purpose
    ADDRESS = "address"


LIFETIME = {Purpose.PASSWORD: timedelta(hours=1), Purpose.ADDRESS: timedelta(hours=24)}
SPENT = {
    Purpose.PASSWORD: "This link has been used or is older than an hour; ask for a new one.",
    Purpose.ADDRESS: "This link has been used or is older than a day; change the address again.",
}


def make_link(
    session: Session, user_id: int, purpose: Purpose, now: datetime, *, new_email: str | None = None
) -> str:
    """Store a link and return its token, which is told to nobody but the person it is sent to."""
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(MailedLink).values(
            user_id=user_id,
            purpose=purpose.value,
            token_hash=hash_token(token),
            new_email=new_email,
            created_at=now,
            expires_at=now + LIFETIME[purpose],
        )
    )
    return token


def find_link(session: Session, token: str, purpose: Purpose, now: datetime) -> MailedLink:
    """Return the link, still good, of a person who may use it.

    :raise NotFound: where it was used, has expired, or never was.
    """
    found = session.scalar(
        select(MailedLink)
        .join(User, User.id == MailedLink.user_id)
        .where(
            MailedLink.token_hash == hash_token(token),
            MailedLink.purpose == purpose.value,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > now,
            User.is_disabled.is_(False),
        )
    )
    if found is None:
        raise NotFound(SPENT[purpose])
    return found


def use_link(session: Session, token: str, purpose: Purpose, now: datetime) -> MailedLink:
    """Use the link up, with every other one of this purpose, and return it.

    :raise NotFound: as `find_link`, or where another request was quicker.
    """
    link = find_link(session, token, purpose, now)
    won = session.execute(
        update(MailedLink)
        .where(MailedLink.id == link.id, MailedLink.used_at.is_(None))
        .values(used_at=now)
        .returning(MailedLink.id)
    ).first()
    if won is None:
        raise NotFound(SPENT[purpose])
    end_links(session, link.user_id, now, purpose)
    return link


def end_links(
    session: Session, user_id: int, now: datetime, purpose: Purpose | None = None
) -> None:
    """Make the open links of a person useless, all of them or those of one purpose."""
    query = update(MailedLink).where(MailedLink.user_id == user_id, MailedLink.used_at.is_(None))
    if purpose is not None:
        query = query.where(MailedLink.purpose == purpose.value)
    session.execute(query.values(used_at=now))
