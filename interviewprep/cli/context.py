"""What every command needs: the settings of this environment, and its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from interviewprep.config import Settings, read_settings
from interviewprep.storage import Database
from interviewprep.storage.migrating import require_current


@contextmanager
def open_database() -> Iterator[Database]:
    """Open the database of this environment, and close it at the end.

    :raise UnusableSetting: where the environment is unusable.
    :raise WrongSchema: where the database is not at this program's revision.
    """
    database = Database(settings().database_url)
    try:
        require_current(database)
        yield database
    finally:
        database.close()


def settings() -> Settings:
    """Return the settings of this environment."""
    return read_settings()
