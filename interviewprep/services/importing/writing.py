"""Many rows at once, by the quickest way each engine has.

Rows are tuples of what the driver takes: JSON as text, instants as `instant` gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from ...core.note_batches import FIELD_SEPARATOR
from ...storage.database import CACHE_KIB

Row = tuple[Any, ...]
_NOTHING: Mapping[str, int | str] = {}
_ESCAPED_SEPARATOR = encode_basestring(FIELD_SEPARATOR).strip('"')
_LEAST_CACHE_KIB = 2_000
_NOTES_A_KIB = 5
_ROWS_A_STATEMENT = 100
"""A quarter cheaper than a statement for each row; more rows at once gain nothing."""


def instant(connection: Connection, at: datetime) -> Any:
    """An instant as the column type `UtcInstant` stores it."""
    if connection.dialect.name == "postgresql":
        return at
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def fields_json(fields: str) -> str:
    """The JSON of fields that are joined by `FIELD_SEPARATOR`."""
    if "\\" not in fields:  # so that what stands for a separator stands for nothing else
        return "[" + encode_basestring(fields).replace(_ESCAPED_SEPARATOR, '","') + "]"
    return "[" + ",".join(map(encode_basestring, fields.split(FIELD_SEPARATOR))) + "]"


def insert_rows(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Iterable[Row],
    same: Mapping[str, int | str] = _NOTHING,
) -> None:
    """Insert rows: COPY on PostgreSQL, statements of many rows on SQLite. `same` are further
    columns that have one value in all of the rows: a number, or a word of our own."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in (*columns, *same))
    if connection.dialect.name == "postgresql":
        values = tuple(same.values())
        driver: Any = connection.connection.driver_connection
        with (
            driver.cursor() as copying,
            copying.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
        ):
            for row in rows:
                copy.write_row(row + values)
        return
    constants = [f"'{value}'" if isinstance(value, str) else str(value) for value in same.values()]
    marks = f"({', '.join(['?'] * len(columns) + constants)})"
    begin = f'INSERT INTO "{table.name}" ({names}) VALUES '  # noqa: S608 - our own names
    every = list(rows)
    whole = len(every) - len(every) % _ROWS_A_STATEMENT
    many = begin + ",".join([marks] * _ROWS_A_STATEMENT)
    for at in range(0, whole, _ROWS_A_STATEMENT):
        values = tuple(chain.from_iterable(every[at : at + _ROWS_A_STATEMENT]))
        connection.exec_driver_sql(many, values)
    if whole < len(every):
        connection.exec_driver_sql(begin + marks, every[whole:])


@contextmanager
def cache_for(connection: Connection, notes: int | None) -> Iterator[None]:
    """Let SQLite keep as many pages as the indexes need that are written all over; an import writes
    tables at their ends, and gains nothing from holding all that until the commit."""
    if connection.dialect.name != "sqlite":
        yield
        return
    size_kib = min(CACHE_KIB, max(_LEAST_CACHE_KIB, (notes or 0) // _NOTES_A_KIB))
    connection.exec_driver_sql(f"PRAGMA cache_size=-{size_kib}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")


class Ids:
    """Ids of a table, taken before the rows are there. Needs a transaction that may write."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._next: int | None = None

    def forget(self) -> None:
        """Look again before the next are taken, because others may have taken some."""
        self._next = None

    def take(self, count: int) -> Sequence[int]:
        """The next `count` ids, rising."""
        if self._connection.dialect.name == "postgresql":
            query = text(
                "SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :n)"
            )
            rows = self._connection.execute(query, {"name": self._table.name, "n": count})
            return sorted(rows.scalars())
        if self._next is None:
            newest = self._connection.execute(select(func.max(self._table.c.id))).scalar_one()
            self._next = (newest or 0) + 1
        first = self._next
        self._next += count
        return range(first, self._next)
