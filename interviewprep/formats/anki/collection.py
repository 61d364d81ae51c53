"""An uploaded SQLite file, opened so that nothing in it can do more than be read."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from interviewprep.errors import UnreadableDeck

NEWEST_SCHEMA = 18
OLDEST_SCHEMA = 11
FIRST_WITH_TABLES = 15
"""From this schema on, note types and decks have tables of their own instead of JSON in `col`."""

_NEEDED = ("col", "notes", "cards")
_NEEDED_TABLES = ("notetypes", "fields", "templates", "decks")
_OURS = frozenset((*_NEEDED, *_NEEDED_TABLES, "revlog"))
_CACHE_KIB = 500  # tables are read once, from their beginning to their end
_LONGEST_VALUE_BYTES = 64 * 1024 * 1024
_STEPS_A_CALL = 100_000
_MOST_CALLS = 50_000
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_FUNCTIONS = {"count", "group_concat", "ifnull", "length", "max"}


def open_collection(path: Path) -> sqlite3.Connection:
    """Open read-only and immutable: untrusted schema, plain tables, reads only, bounded work.

    Raises `UnreadableDeck`. Later reads may raise `sqlite3.DatabaseError` for damage further on.
    """
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.create_collation("unicase", _unicase)
    connection.set_progress_handler(_Steps(), _STEPS_A_CALL)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    connection.set_authorizer(_only_reads)
    _check_tables(connection)
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


def _check_tables(connection: sqlite3.Connection) -> None:
    rows = connection.execute("SELECT type, name, ifnull(sql, '') FROM sqlite_master").fetchall()
    for kind, name, sql in rows:
        if str(name).lower() not in _OURS:
            continue
        if kind != "table" or not str(sql).lstrip().lower().startswith("create table"):
            raise UnreadableDeck(
                f"In the collection, {name} is not a plain table; export the deck from Anki again."
            )
    _require(connection, _NEEDED)


def _require(connection: sqlite3.Connection, names: tuple[str, ...]) -> None:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    there = {str(name).lower() for (name,) in tables}
    for name in names:
        if name not in there:
            raise UnreadableDeck(
                f"The collection has no table {name}; export the deck from Anki again."
            )


def _unicase(left: str, right: str) -> int:
    a, b = left.casefold(), right.casefold()
    return (a > b) - (a < b)


def _only_reads(
    action: int, _first: str | None, second: str | None, _database: str | None, _by: str | None
) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


class _Steps:
    """Counts SQLite's own steps and stops a query that never ends."""

    def __init__(self) -> None:
        self._calls = 0

    def __call__(self) -> int:
        self._calls += 1
        return int(self._calls > _MOST_CALLS)
