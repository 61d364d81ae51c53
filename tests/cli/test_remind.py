"""`interviewprep remind`: who gets what, and why the others do not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from interviewprep.storage import Database, Reminder, ReminderDelivery
from tests.mail_server import Inbox, mail_server

from ..services.conftest import add_learner
from ..services.reminding_world import add_reminded, study
from .inside import Run, runner

EVE = datetime(2026, 5, 4, 6, tzinfo=UTC)
SIX = datetime(2026, 5, 4, 16, tzinfo=UTC)
AT_SIX = "2026-05-04T16:00:00Z"


@pytest.fixture
def world(sqlite_database: Database) -> Database:
    add_reminded(sqlite_database, "due@example.org", begun=EVE)
    add_reminded(sqlite_database, "tokyo@example.org", begun=EVE, zone="Asia/Tokyo")
    done = add_reminded(sqlite_database, "done@example.org", begun=EVE)
    study(sqlite_database, done, SIX)
    add_reminded(sqlite_database, "paused@example.org", begun=EVE, paused_until=date(2026, 6, 1))
    add_reminded(sqlite_database, "few@example.org", begun=EVE, least_due=9)
    add_reminded(sqlite_database, "off@example.org", begun=EVE, by_email=False)
    add_learner(sqlite_database, "never@example.org")
    away = add_reminded(sqlite_database, "away@example.org", begun=EVE)
    with sqlite_database.writing() as session:
        row = session.get_one(Reminder, away.id)
        row.silent, row.last_day = 5, date(2026, 5, 2)
    return sqlite_database


def run_with(
    inbox: Inbox | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    environment = {"INTERVIEWPREP_DATA_DIR": str(tmp_path)}
    if inbox is not None:
        environment["INTERVIEWPREP_SMTP_URL"] = f"smtp://127.0.0.1:{inbox.port}"
    return runner(environment, monkeypatch, capsys)


def by_email(out: str) -> dict[str, Any]:
    return {one["email"].partition("@")[0]: one for one in json.loads(out)["learners"]}


def test_a_dry_run_says_who_would_get_what_and_why_not_and_changes_nothing(
    world: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with mail_server() as inbox:
        run = run_with(inbox, tmp_path, monkeypatch, capsys)
        said = run("remind", "--now", AT_SIX, "--dry-run", "--json")
        assert said.code == 0 and inbox.messages == []
    found = by_email(said.out)
    [delivery] = found["due"]["deliveries"]
    assert delivery["subject"] == "3 cards wait, about 1 minute"
    assert (delivery["kind"], delivery["slot"], delivery["study_day"]) == (
        *("daily", "first"),
        "2026-05-04",
    )
    assert found["due"]["why_not"] == "" and found["due"]["next_at"] == "2026-05-05T16:00:00Z"
    expected = {
        "tokyo": "Nothing is due at this moment.",
        "done": "Everything of the day is done.",
        "paused": "Reminders are paused until 2026-06-01.",
        "few": "Only 3 of at least 9 cards wait.",
        "off": "none of the channels",
        "never": "Reminders were never switched on.",
        "away": "the next one comes on 2026-05-07",
    }
    for name, why in expected.items():
        # Tokyo's hour was at nine in the morning here, which is more than six hours ago.
        assert why in found[name]["why_not"], name
        assert found[name]["deliveries"] == []
    assert json.loads(said.out)["would_send"] == 1
    with world.reading() as session:
        assert session.query(ReminderDelivery).count() == 0


def test_a_tick_sends_and_says_so_and_the_next_sends_nothing(
    world: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with mail_server() as inbox:
        run = run_with(inbox, tmp_path, monkeypatch, capsys)
        said = json.loads(run("remind", "--now", AT_SIX, "--json").out)
        assert (said["sent"], said["failed"], said["dry_run"]) == (1, 0, False)
        again = run("remind", "--now", AT_SIX, "--json")
        assert json.loads(again.out)["sent"] == 0
        assert by_email(again.out)["due"]["why_not"] == "Served already for 2026-05-04: sent."
        plain = run("remind", "--now", "2026-05-05T16:00:00+00:00")
        assert "due@example.org: sent: 3 cards wait" in plain.out
        [first, *_] = inbox.messages
        assert first["To"] == "due@example.org"
        assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert first["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/reminders/unsubscribe/")


def test_without_a_mail_server_nothing_is_sent_and_it_says_why(
    world: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = run_with(None, tmp_path, monkeypatch, capsys)
    found = by_email(run("remind", "--now", AT_SIX, "--dry-run", "--json").out)
    assert "none of the channels" in found["due"]["why_not"]


@pytest.mark.parametrize("instant", ["noon", "2026-13-01", "1850-01-01T00:00:00Z", ""])
def test_an_instant_that_is_none_is_wrong_usage(
    instant: str,
    sqlite_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = run_with(None, tmp_path, monkeypatch, capsys)("remind", "--now", instant)
    assert done.code == 2 and done.out == ""
