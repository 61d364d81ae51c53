"""The migrations runner: Alembic, told where its folder is and which connection to use."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from ..bundled_files import bundled
from ..errors import WrongSchema
from .base import Base
from .database import Database

SEARCH_TABLE = "note_search"


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Return False for tables that models cannot describe: the full-text index and its shadows."""
    return not (kind == "table" and name is not None and name.startswith(SEARCH_TABLE))


def alembic_config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = Base.metadata
    config.attributes["include_name"] = is_ours
    return config


def newest_revision() -> str:
    """Return the revision that this program's code belongs to."""
    config = Config()
    config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
    head = ScriptDirectory.from_config(config).get_current_head()
    if head is None:  # pragma: no cover - a build without migrations cannot run at all
        raise WrongSchema("The program was built without its migrations; install it again.")
    return head


def current_revision(database: Database) -> str | None:
    """Return the revision the database is at; None where it is empty."""
    with database.reading_core() as connection:
        return MigrationContext.configure(connection).get_current_revision()


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
    config = Config()
    config.set_main_option("script_location", str(bundled("migrations")).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
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
