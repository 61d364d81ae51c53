"""`interviewprep user`: what is stored, what is said, and how it ends."""

from __future__ import annotations

import os
import pty
import selectors
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from interviewprep.config import read_settings
from interviewprep.services.passwords import matches
from interviewprep.services.sessions import open_session
from interviewprep.services.setup_code import code_file, prepare_setup_code
from interviewprep.storage import Database, LoginSession, User

from ..torture.running import run_command
from .inside import Run, runner
from .ready import Ready

PASSWORD = "a few plain words"
ANN, BOB = "ann@example.org", "bob@example.org"


@pytest.fixture
def run(
    sqlite_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    return runner({"INTERVIEWPREP_DATA_DIR": str(tmp_path)}, monkeypatch, capsys)


def users(database: Database) -> dict[str, User]:
    with database.reading() as session:
        return {user.email: user for user in session.scalars(select(User))}


def test_an_account_is_added_with_the_password_from_standard_input(
    run: Run, sqlite_database: Database
) -> None:
    done = run(
        "user", "add", " Ann@Example.org", "--time-zone", "Asia/Tokyo", stdin=f"{PASSWORD}\n"
    )
    assert done.code == 0, done.err
    user = users(sqlite_database)[ANN]
    assert matches(user.password_hash, PASSWORD)
    assert (user.is_admin, user.time_zone) == (True, "Asia/Tokyo"), "the first is administrator"
    assert PASSWORD not in done.out + done.err
    assert run("user", "add", BOB, stdin=PASSWORD).code == 0
    assert run("user", "add", "eve@example.org", "--admin", stdin=PASSWORD + "\r\n").code == 0
    admins = {email: user.is_admin for email, user in users(sqlite_database).items()}
    assert admins == {ANN: True, BOB: False, "eve@example.org": True}


def test_ctrl_c_at_the_prompt_adds_nobody(run: Run, sqlite_database: Database) -> None:
    ours, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "interviewprep", "user", "add", ANN],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a job's may be ignored
    )
    said = b""
    while b"Password:" not in said:
        said += os.read(ours, 1_000)
    for _ in range(5):  # one that comes just before the program waits for a key is not heard
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            assert process.communicate(timeout=10)[0] == b""
            break
    told = selectors.DefaultSelector()
    told.register(ours, selectors.EVENT_READ)
    while told.select(0.2):
        said += os.read(ours, 1_000)
    told.close()
    os.close(ours)
    os.close(terminal)
    assert process.returncode == 1
    assert (
        said.split(b"Password:")[1].strip() == b"error: Stopped; what was not done yet is not done."
    )
    assert users(sqlite_database) == {}


def test_adding_the_first_account_makes_the_printed_code_useless(
    run: Run, sqlite_database: Database, tmp_path: Path
) -> None:
    settings = read_settings({"INTERVIEWPREP_DATA_DIR": str(tmp_path)})
    assert prepare_setup_code(settings, sqlite_database) is not None
    run("user", "add", ANN, stdin=PASSWORD)
    assert not code_file(settings).exists()


@pytest.mark.parametrize(
    ("arguments", "stdin", "words"),
    [
        (["user", "add", "no address"], PASSWORD, "e-mail address"),
        (["user", "add", BOB], "short", "at least 10 characters"),
        (["user", "add", BOB], "", "at least 10 characters"),
        (["user", "add", BOB, "--time-zone", "Mars/Olympus"], PASSWORD, "time zone"),
        (["user", "add", ANN], PASSWORD, "already"),
        (["user", "password", BOB], PASSWORD, "no account"),
        (["user", "password", ANN], "password123", "tried first"),
        (["user", "disable", BOB], "", "no account"),
        (["user", "disable", ANN], "", "last administrator"),
    ],
)
def test_what_is_refused_is_one_sentence_and_changes_nothing(
    arguments: list[str], stdin: str, words: str, run: Run, sqlite_database: Database
) -> None:
    run("user", "add", ANN, stdin=PASSWORD)
    before = {email: user.password_hash for email, user in users(sqlite_database).items()}
    done = run(*arguments, stdin=stdin)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1
    assert words in done.err
    assert {email: user.password_hash for email, user in users(sqlite_database).items()} == before


def test_a_new_password_ends_the_sessions(run: Run, sqlite_database: Database) -> None:
    run("user", "add", ANN, stdin=PASSWORD)
    with sqlite_database.writing() as session:
        open_session(session, 1, datetime.now(UTC))
    assert run("user", "password", ANN.upper(), stdin="some other words\n").code == 0
    assert matches(users(sqlite_database)[ANN].password_hash, "some other words")
    with sqlite_database.reading() as session:
        assert session.scalars(select(LoginSession)).all() == []


def test_accounts_are_listed_disabled_and_enabled(run: Run) -> None:
    run("user", "add", ANN, stdin=PASSWORD)
    run("user", "add", BOB, stdin=PASSWORD)
    assert run("user", "disable", BOB).code == 0
    assert run("user", "list").out.splitlines() == [
        "ann@example.org  administrator",
        "bob@example.org  disabled",
    ]
    assert run("user", "enable", BOB).code == 0
    assert run("user", "list").out.splitlines()[1] == "bob@example.org"


@pytest.mark.parametrize("arguments", [["user", "add"], ["user", "sing"], ["user", "list", "x"]])
def test_wrong_usage_ends_with_two(arguments: list[str], run: Run) -> None:
    assert run(*arguments).code == 2


def test_the_real_command_refuses_a_database_that_is_not_there_yet(
    ready: Ready, tmp_path: Path
) -> None:
    environment = {**ready.environment, "INTERVIEWPREP_DATA_DIR": str(tmp_path / "empty")}
    done = run_command(environment, "user", "list")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "upgrade" in done.stderr
