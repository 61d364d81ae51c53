"""What every command needs: the settings of this environment, its database, the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from ..config import Settings, read_settings
from ..errors import InterviewPrepError
from ..storage import Database
from ..storage.migrating import require_current


class DatabaseDoesNotAnswer(InterviewPrepError):
    """The database of the settings cannot be reached."""

    code = "database-does-not-answer"


def now() -> datetime:
    return datetime.now(UTC)


def settings() -> Settings:
    """Return the settings of this environment."""
    return read_settings()


@contextmanager
def any_database() -> Iterator[Database]:
    """Open the database of this environment, whatever its schema, and close it at the end.

    :raise UnusableSetting: where the environment is unusable.
    :raise DatabaseDoesNotAnswer: where the database cannot be reached.
    """
    try:
        database = Database(settings().database_url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseDoesNotAnswer(
            "INTERVIEWPREP_DATABASE_URL cannot be read; it is like"
            " postgresql://user:password@host:5432/name or sqlite:////folder/file.db."
        ) from error
    try:
        yield database
    except DatabaseError as error:
        if type(error) not in (DatabaseError, OperationalError):  # a mistake of this program
            raise
        reason = str(error.orig).strip().partition("\n")[0]
        raise DatabaseDoesNotAnswer(f"The database does not answer: {reason}") from error
    finally:
        database.close()


@contextmanager
def open_database() -> Iterator[Database]:
    """Open the database of this environment, and close it at the end.

    :raise WrongSchema: where the database is not at this program's revision.
    """
    with any_database() as database:
        require_current(database)
        yield database
