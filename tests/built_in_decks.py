"""The decks of `cards/` in the database of a test, read from their files once a process."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Table, insert, select, text

from interviewprep.bundled_files import bundled
from interviewprep.services.built_in import sync_built_in
from interviewprep.services.search_index import index_notes
from interviewprep.storage import Base, Database
from interviewprep.storage.migrating import migrate

READ_AT = datetime(2026, 1, 1, tzinfo=UTC)


def add_built_in(database: Database) -> None:
    """Store all of `cards/`, as `sync_built_in` does, in a database that has no deck yet."""
    with database.writing_core() as connection:
        for table, rows in _read().items():
            connection.execute(insert(table), rows)
            if not database.is_sqlite and "id" in table.c:
                last = max(row["id"] for row in rows)
                connection.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                    {"name": table.name, "last": last},
                )
            if table.name == "note":
                index_notes(connection, [row["id"] for row in rows])


@cache
def _read() -> Mapping[Table, list[dict[str, Any]]]:
    with TemporaryDirectory(prefix="built-in-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'decks.db'}")
        migrate(database)
        with database.writing() as session:
            sync_built_in(session, bundled("cards"), READ_AT)
        with database.reading_core() as connection:
            found = {
                table: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in Base.metadata.sorted_tables
            }
        database.close()
    return {table: rows for table, rows in found.items() if rows}
