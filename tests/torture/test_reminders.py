"""Six processes, many learners due in the same minute: one message each, also when some are killed.

At a twentieth of its size, unless TORTURE=1; the path through the code is the same.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from interviewprep.storage import Database, Reminder, ReminderDelivery
from tests.mail_server import Inbox, mail_server

from .reminding import add_people, start, wait_until_sent, workers

WHOLE = os.environ.get("TORTURE") == "1"
PEOPLE = 600 if WHOLE else 30
KILLS = 40 if WHOLE else 3
LEASE_S = 12.0
SIX = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)
EVE = SIX - timedelta(hours=10)

pytestmark = pytest.mark.torture


def assert_all_are_marked(database: Database) -> None:
    with database.reading() as session:
        states = Counter(session.scalars(select(ReminderDelivery.state)))
        assert states == {"sent": PEOPLE}
        assert Counter(session.scalars(select(Reminder.silent))) == {1: PEOPLE}


def addresses(inbox: Inbox) -> Counter[str]:
    return Counter(str(message["To"]) for message in list(inbox.messages))


def test_six_processes_send_each_learner_one_message(database: Database, tmp_path: Path) -> None:
    add_people(database, PEOPLE, EVE)
    with mail_server() as inbox:
        url, begun = f"smtp://127.0.0.1:{inbox.port}", time.monotonic()
        with workers(database, url, SIX, 300, tmp_path / "go"):
            wait_until_sent(database, PEOPLE)
            took_s = time.monotonic() - begun
            time.sleep(1)  # whoever would send a second one has ticked many times by now
        found = addresses(inbox)
    assert found == {f"p{number}@example.org": 1 for number in range(PEOPLE)}
    assert len({message["Message-ID"] for message in inbox.messages}) == PEOPLE
    assert_all_are_marked(database)
    print(f"{database.engine.dialect.name}: {PEOPLE} learners, one message each, {took_s:.1f} s")


def test_kills_lose_no_message_and_double_only_what_they_cut_in_two(
    database: Database, tmp_path: Path
) -> None:
    add_people(database, PEOPLE, EVE)
    chance, kills, go = random.Random(6), 0, tmp_path / "go"
    with mail_server() as inbox:
        inbox.answers_after_s = 0.2
        url = f"smtp://127.0.0.1:{inbox.port}"
        with workers(database, url, SIX, LEASE_S, go) as running:
            while kills < KILLS:
                time.sleep(chance.uniform(0.02, 0.4))
                place = chance.randrange(len(running))
                victim = running[place]
                victim.kill()
                victim.wait()
                assert victim.stdout is not None
                victim.stdout.close()
                kills += 1
                running[place] = start(database, url, SIX, LEASE_S, go)
            inbox.answers_after_s = 0
            wait_until_sent(database, PEOPLE)
            time.sleep(1)
        found = addresses(inbox)
    assert set(found) == {f"p{number}@example.org" for number in range(PEOPLE)}
    names = {(str(one["To"]), str(one["Message-ID"])) for one in inbox.messages}
    assert len(names) == PEOPLE  # whatever came twice came under one name
    doubled = sum(found.values()) - PEOPLE
    assert doubled <= kills
    assert_all_are_marked(database)
    print(
        f"{database.engine.dialect.name}: {PEOPLE} learners, {kills} kills, none lost,"
        f" {doubled} doubled under the same Message-ID"
    )
