"""`interviewprep upgrade`, as processes: once, twice, two at a time, and from an older revision."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text

from interviewprep import create_app
from interviewprep.config import read_settings
from interviewprep.errors import WrongSchema
from interviewprep.storage import Database, Deck, User
from interviewprep.storage.migrating import alembic_config, current_revision, newest_revision

from ..conftest import DIALECTS
from ..torture.running import clean_environment, own_database, run_command
from .ready import Ready

CURRENT = "All is current.\n"


@pytest.fixture(params=DIALECTS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment whose database is empty; once for each engine."""
    folder = str(tmp_path / "data")
    if request.param == "sqlite":
        yield clean_environment(DATA_DIR=folder)
        return
    with own_database(request.getfixturevalue("postgresql_url"), "upgrading") as url:
        yield clean_environment(DATA_DIR=folder, DATABASE_URL=url)


def database_of(environment: dict[str, str]) -> Database:
    return Database(read_settings(environment).database_url)


def test_of_two_at_once_one_works_and_the_other_waits(empty: dict[str, str]) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "interviewprep", "upgrade"],
            env=empty,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert [stderr for _, stderr in said] == ["", ""]
    outputs = sorted(stdout for stdout, _ in said)
    assert outputs[0] == CURRENT
    assert outputs[1].startswith("The schema was brought up to date. Built-in decks: ")
    assert run_command(empty, "upgrade").stdout == CURRENT

    database = database_of(empty)
    assert current_revision(database) == newest_revision()
    with database.reading() as session:
        keys = session.scalars(select(Deck.key)).all()
    database.close()
    assert len(keys) == len(set(keys)) > 0


def test_an_empty_database_is_refused_by_all_but_upgrade(empty: dict[str, str]) -> None:
    with pytest.raises(WrongSchema, match="run 'interviewprep upgrade' first"):
        create_app(read_settings(empty))
    refused = run_command(empty, "rebuild")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("error: The database is empty and this program needs ")
    database = database_of(empty)
    assert current_revision(database) is None
    database.close()


def test_a_sqlite_database_is_copied_aside_before_it_is_migrated(ready: Ready) -> None:
    database = ready.database()
    with database.write_engine.connect() as connection, connection.begin():
        command.downgrade(alembic_config(connection), "0001")
        insert = "INSERT INTO user (email, password_hash, is_admin, is_disabled, time_zone,"
        insert += " rollover_hour, theme, settings, created_at) VALUES ('alice@example.org', '!',"
        connection.execute(text(f"{insert} 0, 0, 'UTC', 4, 'system', '{{}}', '2026-01-01')"))
    database.close()

    done = run_command(ready.environment, "upgrade")

    (copy,) = (ready.folder / "backups").iterdir()
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"The database was copied to {copy}. The schema was brought up")
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert kept.execute("SELECT email FROM user").fetchall() == [("alice@example.org",)]
    database = ready.database()
    assert current_revision(database) == newest_revision()
    with database.reading() as session:
        assert session.scalars(select(User.email)).all() == ["alice@example.org"]
        notes = session.execute(text("SELECT count(*) FROM note")).scalar_one()
        assert session.execute(text("SELECT count(*) FROM note_search")).scalar_one() == notes > 0
    database.close()
    assert f" {notes:,} notes were made findable again." in done.stdout
    assert run_command(ready.environment, "upgrade").stdout == CURRENT


def test_nothing_is_copied_where_there_is_nothing_to_migrate(ready: Ready) -> None:
    assert run_command(ready.environment, "upgrade").stdout == CURRENT
    assert not (ready.folder / "backups").exists()


@pytest.mark.parametrize("words", [("upgrade",), ("serve", "--no-browser", "--port", "0")])
def test_a_database_of_a_newer_program_is_refused_and_left_alone(
    ready: Ready, words: tuple[str, ...]
) -> None:
    with closing(sqlite3.connect(ready.file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    refused = run_command(ready.environment, *words)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "error: The database is at revision 9999, which this version of the program does not"
        " know; install the version that made it, or a newer one.\n"
    )
    with closing(sqlite3.connect(ready.file)) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("9999",)]


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator of the machine may write anywhere")
def test_a_data_folder_that_cannot_be_written_is_refused(ready: Ready) -> None:
    ready.folder.chmod(0o500)
    refused = run_command(ready.environment, "upgrade")
    ready.folder.chmod(0o700)
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: INTERVIEWPREP_DATA_DIR: ")


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = run_command(clean_environment(DATA_DIR=str(tmp_path / "file")), "upgrade")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("error: INTERVIEWPREP_DATA_DIR: ")
