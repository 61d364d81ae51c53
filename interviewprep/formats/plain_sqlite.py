"""An uploaded SQLite file, opened so that nothing in it can do more than be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki.names import shown

_CACHE_KIB = 500  # tables are read once, from their beginning to their end
_LONGEST_VALUE_BYTES = 64 * 1024 * 1024
_STEPS_A_CALL = 100_000
_MOST_CALLS = 50_000
_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_FUNCTIONS = {"count", "group_concat", "ifnull", "length", "max"}


def open_plain(path: Path, tables: Iterable[str], *, what: str, again: str) -> sqlite3.Connection:
    """Open read-only and immutable: untrusted schema, plain tables, reads only, bounded work.

    `tables` (lower case) are those that will be read, where there are any such; `what` and `again`
    are words for the refusal of one that is a view or virtual. Raises `UnreadableDeck`; later reads
    may raise `sqlite3.DatabaseError` for damage further on, and both `UnicodeDecodeError` for names
    in the schema that are no text.
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
    ours = frozenset(tables)
    rows = connection.execute("SELECT type, name, ifnull(sql, '') FROM sqlite_master").fetchall()
    for kind, name, sql in rows:
        if str(name).lower() not in ours:
            continue
        if kind != "table" or not str(sql).lstrip().lower().startswith("create table"):
            raise UnreadableDeck(f"In the {what}, {name} is not a plain table; {again}.")
    return connection


def tables_of(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of the tables, in lower case."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return frozenset(str(name).lower() for (name,) in tables)


def damage_said(error: sqlite3.Error) -> str:
    """What SQLite says is wrong, fit for a sentence: it may quote the file, line breaks and all."""
    if "interrupted" in str(error):
        return "it asks for too much work"
    return shown(" ".join(str(error).split()))


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
