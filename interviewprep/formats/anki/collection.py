"""The collection in a package: its tables, and the version of their schema."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.plain_sqlite import open_plain, tables_of

NEWEST_SCHEMA = 18
OLDEST_SCHEMA = 11
FIRST_WITH_TABLES = 15
"""From this schema on, note types and decks have tables of their own instead of JSON in `col`."""

_NEEDED = ("col", "notes", "cards")
_NEEDED_TABLES = ("notetypes", "fields", "templates", "decks")
_OURS = (*_NEEDED, *_NEEDED_TABLES, "revlog")
_AGAIN = "export the deck from Anki again"


def open_collection(path: Path) -> sqlite3.Connection:
    """Open a collection for reading its plain tables, as `open_plain` says.

    Raises `UnreadableDeck`. Later reads may raise `sqlite3.DatabaseError` for damage further on.
    """
    connection = open_plain(path, _OURS, what="collection", again=_AGAIN)
    _require(connection, _NEEDED)
    return connection


def schema_version(connection: sqlite3.Connection) -> int:
    """The version of Anki's schema. Raises `UnreadableDeck` for one that is not known here."""
    row = connection.execute("SELECT ver FROM col").fetchone()
    version = row[0] if row is not None else None
    if not isinstance(version, int) or version < OLDEST_SCHEMA:
        raise UnreadableDeck(
            f"The collection has schema {version}, older than this program reads; open it in Anki"
            " and export it again."
        )
    if version > NEWEST_SCHEMA:
        raise UnreadableDeck(
            f"The collection has schema {version}, newer than this program knows"
            f" ({NEWEST_SCHEMA}); export it from Anki with 'Support older Anki versions' ticked."
        )
    if version >= FIRST_WITH_TABLES:
        _require(connection, _NEEDED_TABLES)
    return version


def _require(connection: sqlite3.Connection, names: tuple[str, ...]) -> None:
    there = tables_of(connection)
    for name in names:
        if name not in there:
            raise UnreadableDeck(f"The collection has no table {name}; {_AGAIN}.")
