"""Learners with reminders, their clocks, and what went out, for the tests of reminders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from interviewprep.config import Settings
from interviewprep.core.grades import Grade
from interviewprep.core.reminders import ReminderSettings
from interviewprep.services.learner import Learner, load_learner
from interviewprep.services.reminding.outgoing import DeliveryFailed, Outgoing
from interviewprep.services.reminding.settings import save_settings
from interviewprep.storage import Database, ReminderDelivery, User
from interviewprep.worker.reminding import Outcome, send_due

from .conftest import add_deck, add_learner
from .test_answering import of, queue, send

BEGUN = datetime(2026, 5, 1, tzinfo=UTC)
BASE_URL = "https://prep.example.org"
SECRET = "a secret of tests, long enough"


@dataclass
class Post:
    """A transport that keeps what it is given; `refusals` says what to refuse, by address."""

    sent: list[Outgoing] = field(default_factory=list)
    refusals: dict[str, DeliveryFailed] = field(default_factory=dict)
    tried: int = 0

    def send(self, outgoing: Outgoing) -> None:
        self.tried += 1
        failure = self.refusals.get(outgoing.address) or self.refusals.get("*")
        if failure is not None:
            raise failure
        self.sent.append(outgoing)

    def close(self) -> None:
        pass


def settings_for(database: Database, smtp_url: str | None = None) -> Settings:
    return Settings(
        data_dir=Path("/nowhere"),
        database_url="",
        secret_key=SECRET,
        base_url=BASE_URL,
        smtp_url=smtp_url,
    )


def add_reminded(
    database: Database,
    email: str = "alice@example.org",
    *,
    zone: str = "Europe/Berlin",
    rollover_hour: int = 4,
    cards: int = 3,
    begun: datetime = BEGUN,
    **chosen: Any,
) -> Learner:
    """Add a learner with some new cards who has switched reminders on."""
    learner = add_learner(database, email)
    with database.writing() as session:
        user = session.get_one(User, learner.id)
        user.time_zone, user.rollover_hour = zone, rollover_hour
        save_settings(session, learner.id, ReminderSettings(is_on=True, **chosen), begun)
    if cards:
        add_deck(database, learner.id, cards=cards)
    with database.reading_core() as connection:
        return load_learner(connection, learner.id)


def tick(
    database: Database, post: Post, at: datetime, channels: tuple[str, ...] = ("email",)
) -> list[Outcome]:
    return send_due(settings_for(database), database, at, dict.fromkeys(channels, post))


def sweep(
    database: Database,
    post: Post,
    begin: datetime,
    end: datetime,
    step: timedelta = timedelta(minutes=15),
) -> list[tuple[datetime, Outgoing]]:
    """Tick from one moment to the other; return what went out at which tick."""
    found = []
    at = begin
    while at <= end:
        before = len(post.sent)
        tick(database, post, at)
        found += [(at, outgoing) for outgoing in post.sent[before:]]
        at += step
    return found


def deliveries(database: Database, user_id: int | None = None) -> list[tuple[str, ...]]:
    """Return study day, slot, state and reason of the rows, the oldest first."""
    query = select(ReminderDelivery).order_by(ReminderDelivery.due_at, ReminderDelivery.slot)
    if user_id is not None:
        query = query.where(ReminderDelivery.user_id == user_id)
    with database.reading() as session:
        return [
            (row.study_day.isoformat(), row.slot, row.state, row.reason)
            for row in session.scalars(query)
        ]


def study(database: Database, learner: Learner, at: datetime, count: int | None = None) -> None:
    """Answer what waits, all of it or so many."""
    waiting = [one.card for one in queue(database, learner, at, limit=100).cards]
    answers = [of(one.id, Grade.GOOD, one.version, at) for one in waiting[:count]]
    send(database, learner, *answers, now=at)
