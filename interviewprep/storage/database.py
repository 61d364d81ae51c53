"""The engine, and the two ways of opening it: to read, and to write.

SQLite: WAL, foreign keys, `synchronous=FULL`, and `BEGIN IMMEDIATE` for writes, because its default
silently loses concurrent updates; writers queue at a door (`doors`), which keeps the wait fair.
PostgreSQL needs none of this: rows lock themselves.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from sqlite3 import Connection as SqliteConnection
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ..core.compact import compact_json
from .doors import Door
from .prepared import execute_raw

BUSY_TIMEOUT_MS = 15_000
CACHE_KIB = 32_000
CHECKPOINT_PAGES = 4_000
WRITE = {"begin": "IMMEDIATE"}


class Database:
    """One database. `reading` and `writing` give a session, `reading_core` and `writing_core` a
    connection for hot paths; both writing forms commit at the end and roll back on an error."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _create_engine(url, is_sqlite=self.is_sqlite)
        self.write_engine = (
            self.engine.execution_options(**WRITE) if self.is_sqlite else self.engine
        )
        self.door = Door(self.url.database if self.is_sqlite else None)
        self._mine = threading.local()
        self._held: WeakSet[Connection] = WeakSet()  # a thread that ends takes its own along

    def _turn(self) -> AbstractContextManager[Any]:
        """Writers take turns on SQLite; on PostgreSQL nobody waits here."""
        return self.door if self.is_sqlite else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with (
            self._turn(),
            Session(self.write_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading_core(self) -> Iterator[Connection]:
        with self._connection(self.engine, "reader") as connection:
            yield connection

    @contextmanager
    def writing_core(self) -> Iterator[Connection]:
        with (
            self._turn(),
            self._connection(self.write_engine, "writer") as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def writing_behind(self) -> Iterator[Connection]:
        """As `writing_core`, for work that nobody waits for: all other writers go first."""
        if not self.is_sqlite:
            with self.writing_core() as connection:
                yield connection
            return
        with (
            self.door.for_import().turn(),
            self._connection(self.write_engine, "writer") as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _connection(self, engine: Engine, use: str) -> Iterator[Connection]:
        """Give a connection and take back what it left open.

        On SQLite each thread keeps one of its own for either use: going through the pool costs more
        than a look-up. Whoever asks again while it is in use gets another from the pool.
        """
        held: Connection | None = getattr(self._mine, use, None)
        if not self.is_sqlite or (held is not None and held.info.get("in use")):
            with engine.connect() as connection:
                yield connection
            return
        if held is None or held.closed:
            held = engine.connect()
            setattr(self._mine, use, held)
            self._held.add(held)
        held.info["in use"] = True
        try:
            yield held
        finally:
            held.info["in use"] = False
            if held.in_transaction():
                held.rollback()

    @contextmanager
    def writing_if_free(self) -> Iterator[Connection | None]:
        """Give a connection to write with, or None where somebody else is writing: never wait."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        if not self.door.one_at_a_time.acquire(blocking=False):
            yield None
            return
        try:
            with self.write_engine.connect() as connection:
                cursor = connection.connection.cursor()
                cursor.execute("PRAGMA busy_timeout=0")
                try:
                    try:
                        connection.begin()
                    except OperationalError:
                        yield None
                        return
                    yield connection
                    connection.commit()
                finally:
                    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        finally:
            self.door.one_at_a_time.release()

    def answers(self) -> bool:
        """Return True once a trivial query has come back."""
        with self.reading_core() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar_one() == 1)

    def close(self) -> None:
        """Close all connections, those that threads keep included; no thread may be using one."""
        for connection in list(self._held):
            connection.close()
        self._held.clear()
        self.engine.dispose()
        self.door.close()


def _create_engine(url: str, *, is_sqlite: bool) -> Engine:
    def quick(text: str) -> Any:
        return {} if text == "{}" else json.loads(text)  # most options of most decks

    if not is_sqlite:
        return create_engine(
            url, pool_pre_ping=True, json_serializer=compact_json, hide_parameters=True
        )
    _make_private(make_url(url).database)
    engine = create_engine(
        url,
        hide_parameters=True,  # what people write and hashes of secrets stay out of the log
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        json_serializer=compact_json,
        json_deserializer=quick,
        pool_size=16,
        max_overflow=48,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: str | None) -> None:
    """Make the file, where there is none yet, readable by this user alone.

    SQLite gives the files beside it the same mode.
    """
    if path and path != ":memory:" and not path.startswith("file:"):
        with suppress(OSError):  # SQLite says better what is wrong
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; `_begin_sqlite` does
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    # The background thread comes first.
    cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    execute_raw(connection, f"BEGIN {mode}")
