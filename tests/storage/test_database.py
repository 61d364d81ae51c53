"""Reading and writing at the same time: nothing is lost, and readers do not wait."""

from __future__ import annotations

import gc
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import QueuePool

from interviewprep.storage import Attempt, Database
from interviewprep.storage.database import BUSY_TIMEOUT_MS

AT_ONCE_S = 1.0
INCREMENTS = 1_000


@pytest.fixture
def counter(database: Database) -> Database:
    with database.writing_core() as connection:
        connection.execute(insert(Attempt), [{"key": "counter", "failures": 0, "last_at": now()}])
    return database


def now() -> datetime:
    return datetime.now(UTC)


def count(database: Database) -> int:
    with database.reading_core() as connection:
        return int(connection.execute(select(Attempt.failures)).scalar_one())


def in_two_threads(*jobs: object) -> None:
    """Run both to their end; an error in one of them fails the test."""
    errors: list[BaseException] = []

    def guarded(job: object) -> None:
        try:
            assert callable(job)
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize("engines", [1, 2], ids=["one process", "two processes"])
def test_two_writers_that_read_first_lose_no_update_on_sqlite(
    sqlite_database: Database, engines: int
) -> None:
    with sqlite_database.writing_core() as connection:
        connection.execute(insert(Attempt), [{"key": "x", "failures": 0, "last_at": now()}])
    # A second engine has a lock of its own, as another process has.
    other = Database(str(sqlite_database.url)) if engines == 2 else sqlite_database

    def raise_it(database: Database) -> None:
        for _ in range(INCREMENTS):
            with database.writing_core() as connection:
                found = connection.execute(select(Attempt.failures)).scalar_one()
                connection.execute(update(Attempt).values(failures=found + 1))

    in_two_threads(lambda: raise_it(sqlite_database), lambda: raise_it(other))
    other.close()
    assert count(sqlite_database) == 2 * INCREMENTS


def test_two_writers_lose_no_update(counter: Database) -> None:
    def raise_it() -> None:
        for _ in range(100):
            with counter.writing() as session:
                session.execute(update(Attempt).values(failures=Attempt.failures + 1))

    in_two_threads(raise_it, raise_it)
    assert count(counter) == 200


def test_a_reader_sees_the_state_before_and_does_not_wait_for_a_writer(counter: Database) -> None:
    with counter.writing_core() as connection:
        connection.execute(update(Attempt).values(failures=7))
        began = time.monotonic()
        assert count(counter) == 0
        assert time.monotonic() - began < AT_ONCE_S
    assert count(counter) == 7


def test_an_error_takes_back_all_of_a_transaction(counter: Database) -> None:
    class Interrupted(Exception):
        pass

    for writing in (counter.writing, counter.writing_core, counter.writing_if_free):
        with pytest.raises(Interrupted), writing() as held:
            assert held is not None
            held.execute(update(Attempt).values(failures=9))
            raise Interrupted
    assert count(counter) == 0
    with counter.writing() as session:  # and the next one need not wait
        session.execute(update(Attempt).values(failures=1))
    assert count(counter) == 1


def test_writing_where_it_is_free_stores(counter: Database) -> None:
    with counter.writing_if_free() as connection:
        assert connection is not None
        connection.execute(update(Attempt).values(failures=3))
    assert count(counter) == 3


@pytest.fixture
def somebody_else(sqlite_database: Database) -> Iterator[sqlite3.Connection]:
    """Another process, as far as SQLite can tell, that has begun to write."""
    file = sqlite_database.url.database
    assert file is not None
    with closing(
        sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    ) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


def test_writing_gives_up_at_once_where_another_process_writes(
    sqlite_database: Database, somebody_else: sqlite3.Connection
) -> None:
    for _ in range(3):
        began = time.monotonic()
        with sqlite_database.writing_if_free() as connection:
            assert connection is None
        assert time.monotonic() - began < AT_ONCE_S
    somebody_else.execute("COMMIT")
    with sqlite_database.writing_if_free() as connection:
        assert connection is not None
        connection.execute(insert(Attempt), [{"key": "x", "failures": 1, "last_at": now()}])
    assert count(sqlite_database) == 1


def test_a_connection_that_gave_up_waits_again_the_next_time(
    sqlite_database: Database, somebody_else: sqlite3.Connection
) -> None:
    with sqlite_database.writing_if_free() as connection:
        assert connection is None
    with sqlite_database.reading_core() as connection:
        kept = connection.execute(text("PRAGMA busy_timeout")).scalar_one()
    assert kept == BUSY_TIMEOUT_MS
    began = threading.Event()

    def write() -> None:
        began.set()
        with sqlite_database.writing_core() as connection:
            connection.execute(insert(Attempt), [{"key": "x", "failures": 5, "last_at": now()}])

    in_two_threads(write, lambda: (began.wait(), somebody_else.execute("COMMIT")))
    assert count(sqlite_database) == 5


def test_writing_gives_up_at_once_where_a_thread_of_this_process_writes(
    sqlite_database: Database,
) -> None:
    with sqlite_database.writing_core(), sqlite_database.writing_if_free() as connection:
        assert connection is None
    with sqlite_database.writing_if_free() as connection:
        assert connection is not None


def test_on_postgresql_two_may_write_at_once(clean_postgresql: Database) -> None:
    with clean_postgresql.writing_core() as one:
        one.execute(insert(Attempt), [{"key": "one", "failures": 1, "last_at": now()}])
        with clean_postgresql.writing_if_free() as two:
            assert two is not None
            two.execute(insert(Attempt), [{"key": "two", "failures": 2, "last_at": now()}])
    with clean_postgresql.reading() as session:
        assert sorted(session.scalars(select(Attempt.key))) == ["one", "two"]


def test_a_writer_that_waits_too_long_is_told_so(
    sqlite_database: Database, somebody_else: sqlite3.Connection
) -> None:
    with sqlite_database.engine.connect() as connection:
        connection.connection.execute("PRAGMA busy_timeout=50")  # as if the 15 seconds were over
    with (
        pytest.raises(OperationalError, match="locked"),
        sqlite_database.writing() as session,
    ):
        session.execute(select(Attempt))
    somebody_else.execute("ROLLBACK")
    with sqlite_database.writing() as session:
        session.execute(insert(Attempt).values(key="x", failures=1, last_at=now()))
    assert count(sqlite_database) == 1


def test_a_thread_that_ends_gives_its_connections_back(sqlite_database: Database) -> None:
    def look() -> None:
        with sqlite_database.reading_core() as outer, sqlite_database.reading_core() as inner:
            assert outer is not inner
            assert outer.execute(text("SELECT 1")).scalar_one() == 1

    for _ in range(3):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    gc.collect()
    pool = sqlite_database.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0
    look()
    assert pool.checkedout() == 1  # this thread keeps one to read with


def test_what_a_reader_left_open_is_taken_back(database: Database) -> None:
    with database.reading_core() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
        assert connection.in_transaction()
    with database.reading_core() as connection:
        assert not connection.in_transaction()


def test_a_fresh_sqlite_file_and_its_companions_are_for_their_user_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        fresh = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
        with fresh.writing_core() as connection:
            connection.execute(text("CREATE TABLE one (two TEXT)"))
            modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
        fresh.close()
    finally:
        os.umask(before)
    assert "fresh.db-wal" in modes
    assert set(modes.values()) == {0o600}


def test_an_error_of_the_database_repeats_nothing_that_was_written(counter: Database) -> None:
    secret = {"key": "counter", "failures": 0, "last_at": now(), "blocked_until": now()}
    with pytest.raises(IntegrityError) as error, counter.writing_core() as connection:
        connection.execute(insert(Attempt), [secret])
    assert "hidden" in str(error.value)
    assert str(secret["last_at"]) not in str(error.value).replace("T", " ")
