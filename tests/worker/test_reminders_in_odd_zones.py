"""A travelling clock ticks through the changes of the clocks, with learners in ten odd zones.

Eleven days in which five of them change, forwards or back; three months where TORTURE=1.
"""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from interviewprep.config import Settings
from interviewprep.storage import Database, Day, Deck, ReminderDelivery
from interviewprep.worker.ticking import tick as whole_tick
from tests.mail_server import mail_server

from ..services.conftest import add_deck
from ..services.reminding_world import Post, add_reminded, sweep

WHOLE = os.environ.get("TORTURE") == "1"
ZONES = [
    "Africa/Cairo",  # changes at midnight, on a Friday
    "Africa/Casablanca",  # changes around Ramadan, backwards
    "America/Havana",  # no midnight in spring
    "America/Scoresbysund",  # goes from 23:00 to midnight
    "America/St_Johns",
    "Antarctica/Troll",  # two hours of daylight saving
    "Asia/Beirut",  # changes at midnight
    "Asia/Kathmandu",  # 5:45 ahead
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Pacific/Chatham",  # 12:45 ahead, changes at 02:45
]
MINUTES = (0, 30, 90, 150, 240, 1410)
BEGIN = datetime(2026, 2, 10, tzinfo=UTC) if WHOLE else datetime(2026, 3, 27, tzinfo=UTC)
END = BEGIN + timedelta(days=90 if WHOLE else 11)
STEP = timedelta(minutes=30)


@pytest.mark.torture
def test_each_local_date_brings_one_message_in_ten_odd_zones(sqlite_database: Database) -> None:
    owners: dict[int, str] = {}
    for zone in ZONES:
        for minute in MINUTES:
            email = f"{zone.replace('/', '.')}-{minute}@example.org".lower()
            learner = add_reminded(
                sqlite_database, email, zone=zone, minute_of_day=minute, cards=0, begun=BEGIN
            )
            owners[learner.id] = zone
    deck_id, _ = add_deck(sqlite_database, None, cards=2, enrolled=tuple(owners))
    with sqlite_database.writing() as session:
        assert session.scalars(select(Deck.id)).all() == [deck_id]
        for user_id in owners:  # they study all the time, so nobody's reminders get fewer
            day = Day(user_id=user_id, study_day=date(2030, 1, 1), deck_id=deck_id, answers=1)
            session.add(day)

    post = Post()
    sweep(sqlite_database, post, BEGIN, END, STEP)

    found: dict[int, list[ReminderDelivery]] = defaultdict(list)
    with sqlite_database.reading() as session:
        for row in session.scalars(select(ReminderDelivery).order_by(ReminderDelivery.due_at)):
            assert row.state == "sent" and row.sent_at is not None
            assert timedelta(0) <= row.sent_at - row.due_at < STEP + timedelta(minutes=1)
            found[row.user_id].append(row)
    assert len({sent.message_id for sent in post.sent}) == len(post.sent)
    for user_id, zone_name in owners.items():
        zone = ZoneInfo(zone_name)
        rows = found[user_id]
        dates = [row.due_at.astimezone(zone).date() for row in rows]
        assert dates == [dates[0] + timedelta(days=n) for n in range(len(dates))]
        assert len(dates) >= (END - BEGIN).days - 1
        for row, later in pairwise(rows):
            assert timedelta(hours=22) <= later.due_at - row.due_at <= timedelta(hours=26)


def test_the_tick_of_the_workers_sends_reminders(database: Database, tmp_path: Path) -> None:
    add_reminded(database, begun=datetime(2026, 5, 4, 6, tzinfo=UTC))
    with mail_server() as inbox:
        settings = Settings(
            data_dir=tmp_path,
            database_url="",
            secret_key="a secret of tests, long enough",
            smtp_url=f"smtp://127.0.0.1:{inbox.port}",
        )
        for minute in range(3):
            whole_tick(settings, database, datetime(2026, 5, 4, 16, minute, tzinfo=UTC))
        assert [str(message["To"]) for message in inbox.messages] == ["alice@example.org"]
