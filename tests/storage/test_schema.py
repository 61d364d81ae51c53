"""The schema is Alembic's, and says the same as the models."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select, text

from interviewprep.errors import WrongSchema
from interviewprep.storage import Base, Database, User
from interviewprep.storage.migrating import (
    alembic_config,
    bare_config,
    current_revision,
    is_ours,
    migrate,
    newest_revision,
    require_current,
)


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": is_ours, "compare_type": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_every_migration_can_be_taken_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'down.db'}")
    migrate(database)
    with database.write_engine.connect() as connection, connection.begin():
        command.downgrade(alembic_config(connection), "base")
    with database.engine.connect() as connection:
        left = set(inspect(connection).get_table_names())
    database.close()
    assert left == {"alembic_version"}


def test_the_newest_revision_is_the_last_migration() -> None:
    assert ScriptDirectory.from_config(bare_config()).get_current_head() == newest_revision()


def test_looking_at_the_revision_loads_no_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from interviewprep.storage import Database;"
        "from interviewprep.storage.migrating import current_revision;"
        f"print(current_revision(Database('sqlite:///{tmp_path / 'new.db'}')));"
        "print([name for name in sys.modules if name.startswith('alembic')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split("\n")[:2] == ["None", "[]"]


def test_a_second_migration_does_nothing(database: Database) -> None:
    assert migrate(database) is False
    assert current_revision(database) == newest_revision()


def test_a_database_from_a_newer_program_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.writing_core() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WrongSchema, match="9999"):
        migrate(sqlite_database)
    with pytest.raises(WrongSchema, match="9999"):
        require_current(sqlite_database)


def test_an_empty_database_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(WrongSchema, match="interviewprep upgrade"):
        require_current(database)
    database.close()


def test_instants_come_back_aware_and_naive_ones_are_refused(database: Database) -> None:
    at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    row = {"email": "a@example.org", "password_hash": "", "created_at": at}
    with database.writing_core() as connection:
        connection.execute(insert(User), [row])
        assert connection.execute(select(User.created_at)).scalar_one() == at
    with pytest.raises(Exception, match="time zone"), database.writing_core() as connection:
        connection.execute(insert(User), [row | {"created_at": at.replace(tzinfo=None)}])


def test_sqlite_keeps_an_answer_through_a_power_cut(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
