"""A collection as a SQLite file: the tables both schemas share, filled in one transaction.

Source of the tables: Anki's own files. Schema 18 keeps note types, decks and settings in tables,
schema 11 as JSON in the one row of `col`. Indexes are left out: a package is read once, whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from interviewprep.formats.anki.writing.rows import Row, Rows

_BATCH = 2_000
_NOTES_AND_CARDS = """
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL,
  mod integer NOT NULL, usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL,
  sfld integer NOT NULL, csum integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL,
  ord integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL,
  queue integer NOT NULL, due integer NOT NULL, ivl integer NOT NULL, factor integer NOT NULL,
  reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL,
  odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
"""
_TABLES = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL,
  scm integer NOT NULL, ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL,
  ls integer NOT NULL, conf text NOT NULL, models text NOT NULL, decks text NOT NULL,
  dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL,
  ease integer NOT NULL, ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL,
  time integer NOT NULL, type integer NOT NULL);
"""
_NOTE = "INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CARD = "INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_REVIEW = "INSERT INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


@contextmanager
def new_collection(
    path: Path, write_schema: Callable[[sqlite3.Connection], None]
) -> Iterator[sqlite3.Connection]:
    """A new file to be filled within one transaction, which is committed at the end.

    `write_schema` makes the row of `col` and whatever its schema has besides.
    """
    with _new_file(path) as connection:
        connection.executescript(_NOTES_AND_CARDS + _TABLES)
        connection.execute("BEGIN")
        write_schema(connection)
        yield connection
        connection.execute("COMMIT")


@contextmanager
def notes_and_cards(path: Path) -> Iterator[sqlite3.Connection]:
    """A new file with the tables of notes and cards alone, within one transaction as above."""
    with _new_file(path) as connection:
        connection.executescript(_NOTES_AND_CARDS)
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")


def fill(connection: sqlite3.Connection, rows: Rows) -> None:
    """Store all rows."""
    notes_and_cards = rows.notes_and_cards()
    while batch := list(islice(notes_and_cards, _BATCH)):
        insert_notes(connection, (note for note, _ in batch))
        connection.executemany(_CARD, [card for _, cards in batch for card in cards])
    connection.executemany(_REVIEW, rows.reviews())


def insert_notes(connection: sqlite3.Connection, notes: Iterable[Row]) -> None:
    connection.executemany(_NOTE, notes)


def insert(connection: sqlite3.Connection, table: str, rows: list[Row]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - ours


@contextmanager
def _new_file(path: Path) -> Iterator[sqlite3.Connection]:
    """A file that nobody else reads before it is whole, so that no journal is needed."""
    connection = sqlite3.connect(path, isolation_level=None, uri=True, check_same_thread=False)
    try:
        connection.create_collation("unicase", _compare)
        connection.executescript(
            "PRAGMA page_size=16384; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "PRAGMA main.locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY;"
        )
        yield connection
    finally:
        connection.close()


def _compare(one: str, two: str) -> int:
    """Anki's order of names: without their case."""
    one, two = one.casefold(), two.casefold()
    return (one > two) - (one < two)
