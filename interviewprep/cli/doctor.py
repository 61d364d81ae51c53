"""`interviewprep doctor`: is everything in order? One line each."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from sqlalchemy import text

from ..config import Settings
from ..errors import InterviewPrepError
from ..storage import Database
from ..storage.migrating import require_current
from .context import any_database, settings


@click.command()
def doctor() -> None:
    """Check settings, schema and integrity; exit 1 if anything is wrong."""
    wrong = 0
    found = settings()
    click.echo(f"ok: settings, data in {found.data_dir}")
    with any_database() as database:
        for name, check in CHECKS:
            try:
                click.echo(f"ok: {name}, {check(found, database)}")
            except InterviewPrepError as error:
                wrong += 1
                click.echo(f"wrong: {name}: {error}")
    if wrong:
        click.echo(f"error: {wrong} of {len(CHECKS) + 1} checks failed.", err=True)
        sys.exit(1)


def _schema(_settings: Settings, database: Database) -> str:
    require_current(database)
    return "at this program's revision"


def _integrity(_settings: Settings, database: Database) -> str:
    if not database.is_sqlite:
        database.answers()
        return "the database answers"
    with database.reading_core() as connection:
        found = connection.execute(text("PRAGMA integrity_check(1)")).scalar_one()
    if found != "ok":
        raise InterviewPrepError(f"SQLite says {found!r}; restore the last good backup.")
    return "SQLite finds nothing wrong"


def _mail(settings: Settings, _database: Database) -> str:
    return "is configured" if settings.smtp_url else "is not configured (INTERVIEWPREP_SMTP_URL)"


CHECKS: list[tuple[str, Callable[[Settings, Database], str]]] = [
    ("schema", _schema),
    ("integrity", _integrity),
    ("mail", _mail),
]
