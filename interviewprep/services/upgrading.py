"""The database is brought up to the program: its schema, then the built-in decks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..bundled_files import bundled
from ..config import Settings
from ..storage import Database
from ..storage.migrating import current_revision, migrate, newest_revision
from ..storage.turns import one_at_a_time
from .built_in import stale_decks, sync_built_in, vanished_decks
from .search_index import index_missing
from .synced_notes import SyncReport


@dataclass(frozen=True, slots=True)
class UpgradeReport:
    """What was done; `copy` is where a SQLite database was copied to before a migration, `indexed`
    the number of notes that search could not find."""

    migrated: bool
    sync: SyncReport
    copy: Path | None = None
    indexed: int = 0

    @property
    def changed(self) -> bool:
        return self.migrated or self.sync.decks > 0 or self.sync.retired > 0 or self.indexed > 0


def upgrade(settings: Settings, database: Database, now: datetime) -> UpgradeReport:
    """Migrate, sync the built-in decks, index what search cannot find.

    One process at a time; does nothing where all is current.
    """
    with one_at_a_time(database, settings.data_dir):
        copies: list[Path] = []

        def copy_aside() -> None:
            if database.is_sqlite and database.url.database:
                copies.append(copy_sqlite(Path(database.url.database), settings.backups_dir, now))

        migrated = migrate(database, before=copy_aside)
        with database.writing() as session:
            sync = sync_built_in(session, bundled("cards"), now)
        indexed = index_missing(database.reading_core, database.writing_core)
    return UpgradeReport(migrated, sync, copies[0] if copies else None, indexed)


def is_current(database: Database) -> bool:
    """Return whether there is nothing to do, without waiting for anybody."""
    if current_revision(database) != newest_revision():
        return False
    with database.reading() as session:
        folder = bundled("cards")
        return not stale_decks(session, folder) and not vanished_decks(session, folder)


def copy_sqlite(source: Path, folder: Path, now: datetime) -> Path:
    """Copy a database, consistently even while it is in use, and return where the copy is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = folder / f"before-upgrade-{now:%Y%m%d-%H%M%S}.db"
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    copy.chmod(0o600)
    return copy
