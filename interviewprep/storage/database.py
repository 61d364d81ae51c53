"""The engine, and the two ways of opening it: to read, and to write.

SQLite: WAL, foreign keys, `synchronous=FULL`, and `BEGIN IMMEDIATE` for writes, because its default
silently loses concurrent updates; writers of one process queue for one lock, which keeps the wait
fair. PostgreSQL needs none of this: rows lock themselves.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from .prepared import execute_raw

BUSY_TIMEOUT_MS = 15_000
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
        self.write_lock = threading.Lock()

    def _turn(self) -> AbstractContextManager[Any]:
        """Writers of one process take turns on SQLite; on PostgreSQL nobody waits here."""
        return self.write_lock if self.is_sqlite else nullcontext()

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
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing_core(self) -> Iterator[Connection]:
        with self._turn(), self.write_engine.begin() as connection:
            yield connection

    @contextmanager
    def writing_if_free(self) -> Iterator[Connection | None]:
        """Give a connection to write with, or None where somebody else is writing: never wait."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        if not self.write_lock.acquire(blocking=False):
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
            self.write_lock.release()

    def answers(self) -> bool:
        """Return True once a trivial query has come back."""
        with self.reading_core() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar_one() == 1)

    def close(self) -> None:
        self.engine.dispose()


def _create_engine(url: str, *, is_sqlite: bool) -> Engine:
    def compact(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def quick(text: str) -> Any:
        return {} if text == "{}" else json.loads(text)  # most options of most decks

    if not is_sqlite:
        return create_engine(url, pool_pre_ping=True, json_serializer=compact)
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        json_serializer=compact,
        json_deserializer=quick,
        pool_size=16,
        max_overflow=48,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; `_begin_sqlite` does
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-32000")
    cursor.execute("PRAGMA wal_autocheckpoint=4000")  # the background thread comes first
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    execute_raw(connection, f"BEGIN {mode}")
