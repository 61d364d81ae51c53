"""One process at a time: an advisory lock on PostgreSQL, a locked file beside SQLite."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from .database import Database

UPGRADE_LOCK = 0x1A7E51  # any number, as long as nobody else in this database uses it


@contextmanager
def one_at_a_time(database: Database, data_dir: Path) -> Iterator[None]:
    """Wait until no other process is inside, then hold the turn."""
    if database.is_sqlite:
        with (data_dir / "upgrade.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with database.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": UPGRADE_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": UPGRADE_LOCK})
