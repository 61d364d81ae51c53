"""One at a time: what two requests of the same person must not do at once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from ..storage import User
from ..storage.prepared import Prepared

_LOCK = Prepared(
    select(User.id).where(User.id == bindparam("user_id")).with_for_update(key_share=True)
)


def lock_user(connection: Connection, user_id: int) -> None:
    """Wait until no other transaction holds this user's lock, and hold it until the commit.

    Answers are stored under it, and so is all else that two requests of one person must not do at
    once. PostgreSQL only: SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        _LOCK.first(connection, {"user_id": user_id})
