"""One at a time: what two requests of the same person must not do at once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..storage import User


def lock_user(session: Session, user_id: int) -> None:
    """Wait until no other transaction holds this user's lock, and hold it until the commit.

    PostgreSQL only: SQLite has one writer at a time anyway. It is the lock under which answers are
    stored, too.
    """
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))
