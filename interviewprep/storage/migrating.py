"""The migrations runner: Alembic, told where its folder is and which connection to use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from ..bundled_files import bundled
from ..errors import WrongSchema
from .base import Base
from .database import Database

if TYPE_CHECKING:
    from alembic.config import Config

SEARCH_TABLE = "note_search"
NEWEST_REVISION = "0005"
"""The last of `migrations/versions`, as a test sees to: a start that has nothing to migrate looks
here, and so does without loading Alembic."""


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Return False for tables that models cannot describe: the full-text index and its shadows."""
    return not (kind == "table" and name is not None and name.startswith(SEARCH_TABLE))


def bare_config() -> Config:
    """Return Alembic's configuration, which knows where the migrations are and no database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
    return config


def alembic_config(connection: Connection) -> Config:
    config = bare_config()
    config.attributes["connection"] = connection
    config.attributes["metadata"] = Base.metadata
    config.attributes["include_name"] = is_ours
    return config


def newest_revision() -> str:
    """Return the revision that this program's code belongs to."""
    return NEWEST_REVISION


def current_revision(database: Database) -> str | None:
    """Return the revision the database is at; None where it is empty."""
    with database.reading_core() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalar_one_or_none()
        return found


def migrate(database: Database, *, before: Callable[[], None] | None = None) -> bool:
    """Bring the schema to the newest revision; return whether there was anything to do.

    `before` is called ahead of a change to a database that already holds something. The caller
    sees to it that one process at a time gets here. Raises `WrongSchema` where the database is
    newer than the program.
    """
    current, newest = current_revision(database), newest_revision()
    if current == newest:
        return False
    check_known(current)
    from alembic import command

    if current is not None and before is not None:
        before()
    with database.write_engine.connect() as connection:
        if database.is_sqlite:
            # Rebuilding a table would otherwise run into, or cascade along, its own foreign keys.
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                command.upgrade(alembic_config(connection), "head")
                if database.is_sqlite:
                    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
                    if broken is not None:
                        raise WrongSchema(
                            f"The database has a dangling reference in table {broken[0]}; nothing"
                            " was changed. Restore a backup or ask for help with this message."
                        )
        finally:
            if database.is_sqlite:
                connection.connection.execute("PRAGMA foreign_keys=ON")
    return True


def check_known(current: str | None) -> None:
    """Raise `WrongSchema` where `current` is a revision that this program has never heard of."""
    if current is None:
        return
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(bare_config())
    known = {script.revision for script in scripts.walk_revisions()}
    if current not in known:
        raise WrongSchema(
            f"The database is at revision {current}, which this version of the program does not"
            " know; install the version that made it, or a newer one."
        )


def require_current(database: Database) -> None:
    """Raise `WrongSchema` unless the database is at the revision of this program."""
    current = current_revision(database)
    if current == newest_revision():
        return
    check_known(current)
    found = "is empty" if current is None else f"is at revision {current}"
    raise WrongSchema(
        f"The database {found} and this program needs {newest_revision()};"
        " run 'interviewprep upgrade' first."
    )
