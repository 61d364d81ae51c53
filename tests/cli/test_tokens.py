"""`interviewprep token`: made, shown alone on the last line, listed without itself, revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from interviewprep.services.sessions import find_by_api_token
from interviewprep.storage import ApiToken, Database

from .inside import Run, runner

ANN = "ann@example.org"


@pytest.fixture
def run(
    sqlite_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    run = runner({"INTERVIEWPREP_DATA_DIR": str(tmp_path)}, monkeypatch, capsys)
    done = run("user", "add", ANN, "--time-zone", "Asia/Tokyo", stdin="a few plain words")
    assert done.code == 0
    return run


def scope_of(database: Database, token: str) -> str | None:
    with database.reading_core() as connection:
        account = find_by_api_token(connection, token, datetime.now(UTC))
    return account and account.scope


def test_a_token_stands_alone_on_the_last_line_and_works_until_it_is_revoked(
    run: Run, sqlite_database: Database
) -> None:
    done = run("token", "create", "--user", ANN, "--name", "a script")
    assert done.code == 0, done.err
    token = done.out.splitlines()[-1]
    assert token == token.strip()
    assert scope_of(sqlite_database, token) == "write"
    listed = run("token", "list")
    assert "a script" in listed.out
    assert token not in listed.out
    number = listed.out.split()[0]
    assert run("token", "revoke", number).code == 0
    assert scope_of(sqlite_database, token) is None
    assert run("token", "list").out == ""
    assert run("token", "revoke", number).code == 1


def test_a_token_can_be_revoked_by_itself(run: Run, sqlite_database: Database) -> None:
    token = run("token", "create", "--user", ANN).out.splitlines()[-1]
    done = run("token", "revoke", token)
    assert done.code == 0
    assert token not in done.out + done.err
    assert scope_of(sqlite_database, token) is None


def test_a_token_may_be_made_to_read_only_and_to_end(run: Run, sqlite_database: Database) -> None:
    last = (datetime.now(UTC) + timedelta(days=30)).date()
    done = run("token", "create", "--user", ANN, "--read-only", "--expires", last.isoformat())
    assert scope_of(sqlite_database, done.out.splitlines()[-1]) == "read"
    with sqlite_database.reading() as session:
        expires_at = session.scalars(select(ApiToken.expires_at)).one()
    midnight = datetime.combine(last, datetime.min.time(), UTC) + timedelta(days=1)
    assert expires_at == midnight - timedelta(hours=9), "the end of the day in Tokyo"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["create", "--user", "bob@example.org"], "no account"),
        (["create", "--user", ANN, "--expires", "2020-01-01"], "passed"),
        (["create", "--user", ANN, "--expires", "soon"], "2027-01-31"),
        (["create", "--user", ANN, "--name", "x" * 81], "80 characters"),
        (["list", "--user", "bob@example.org"], "no account"),
        (["revoke", "4711"], "no such token"),
        (["revoke", "99999999999999999999"], "token list"),
        (["revoke", "ip_forged"], "no such token"),
        (["revoke", "x"], "token list"),
    ],
)
def test_what_is_refused_is_one_sentence_and_makes_no_token(
    arguments: list[str], words: str, run: Run, sqlite_database: Database
) -> None:
    done = run("token", *arguments)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert words in done.err
    with sqlite_database.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_a_disabled_account_gets_no_token(run: Run) -> None:
    run("user", "add", "bob@example.org", stdin="a few plain words")
    run("user", "disable", "bob@example.org")
    done = run("token", "create", "--user", "bob@example.org")
    assert done.code == 1
    assert "disabled" in done.err
