"""The calendar feed, read by a second library: at the learner's own hour, across clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject

from interviewprep.core.reminders import ReminderSettings, due_at
from interviewprep.errors import NotFound
from interviewprep.services.reminding.feed import (
    FeedOwner,
    calendar_of,
    end_feed,
    feed_token,
    find_feed,
    offer_feed,
)
from interviewprep.services.reminding.settings import save_settings
from interviewprep.storage import Database, Reminder, User

from .conftest import NOW, add_learner

KEY = "a secret key for tests"
BEGUN = datetime(2026, 2, 2, 12, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)


def owner(zone: str = "Europe/Berlin", rollover_hour: int = 4, **settings: Any) -> FeedOwner:
    chosen = ReminderSettings(is_on=True, calendar_feed=True, **settings)
    return FeedOwner(7, ZoneInfo(zone), rollover_hour, chosen, BEGUN)


def events(owner: FeedOwner) -> list[Any]:
    text = calendar_of(
        owner, BEGUN.date(), review_url="https://prep.example.org/review", host="prep.example.org"
    ).decode()
    found = vobject.readOne(text)
    return list(found.contents.get("vevent", []))


def times(event: Any, days: int) -> list[datetime]:
    """Return the instants of an event, in UTC, of so many days from the first on."""
    first = event.dtstart.value
    rules = event.getrruleset(True)
    found = rules.between(first, first + days * DAY, inc=True)
    return [each.astimezone(UTC) for each in found]


@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Tokyo", "UTC", "Asia/Kolkata"],
)
def test_the_hour_stays_the_learners_own_across_clock_changes(zone: str) -> None:
    [event] = events(owner(zone, minute_of_day=7 * 60 + 15))
    found = times(event, 400)
    first = BEGUN.astimezone(ZoneInfo(zone)).date()
    expected = [due_at(first + n * DAY, 435, ZoneInfo(zone), 4) for n in range(400)]
    assert found[:400] == expected
    offsets = {at.astimezone(ZoneInfo(zone)).utcoffset() for at in found}
    assert len(offsets) == (1 if zone in ("Asia/Tokyo", "UTC", "Asia/Kolkata") else 2)


def test_a_night_hour_stands_on_the_next_date() -> None:
    wanted = frozenset({0, 4})  # the study days Monday and Friday
    [event] = events(owner(minute_of_day=30, weekdays=wanted))
    found = times(event, 60)
    berlin = ZoneInfo("Europe/Berlin")
    assert {at.astimezone(berlin).weekday() for at in found} == {1, 5}
    days = [BEGUN.date() + n * DAY for n in range(65)]
    expected = [due_at(day, 30, berlin, 4) for day in days if day.weekday() in wanted]
    assert found == expected[: len(found)] and len(found) > 15


def test_only_the_days_chosen_stand_in_it() -> None:
    [event] = events(owner(weekdays=frozenset({2, 5})))
    found = times(event, 90)
    assert found[0] == datetime(2026, 2, 4, 17, 0, tzinfo=UTC)
    assert {at.weekday() for at in found} == {2, 5} and len(found) == 26


def test_a_pause_has_no_events() -> None:
    [event] = events(owner(paused_until=date(2026, 4, 1)))
    assert times(event, 1)[0] == datetime(2026, 4, 1, 16, 0, tzinfo=UTC)


def test_a_second_reminder_is_an_event_of_its_own_only_if_it_is_later() -> None:
    first, second = events(owner(minute_of_day=8 * 60, again_minute=20 * 60))
    assert first.uid.value != second.uid.value
    berlin = ZoneInfo("Europe/Berlin")
    assert [times(each, 1)[0].astimezone(berlin).time() for each in (first, second)] == [
        time(8),
        time(20),
    ]
    assert len(events(owner(minute_of_day=20 * 60, again_minute=8 * 60))) == 1


def test_reminders_that_are_off_leave_an_empty_calendar() -> None:
    off = FeedOwner(7, ZoneInfo("UTC"), 4, ReminderSettings(calendar_feed=True), BEGUN)
    assert events(off) == []


def test_the_calendar_tells_nothing_about_the_learner() -> None:
    text = calendar_of(
        owner(), BEGUN.date(), review_url="https://p.example/review", host="p.example"
    )
    assert b"@p.example" in text and b"https://p.example/review" in text
    assert b"TRIGGER:P0D" in text and b"TRANSP:TRANSPARENT" in text
    assert b"BEGIN:VTIMEZONE" in text and b"TZID:Europe/Berlin" in text


def test_an_address_is_found_until_it_is_ended_and_never_again(database: Database) -> None:
    learner = add_learner(database)
    with database.writing() as session:
        save_settings(session, learner.id, ReminderSettings(is_on=True), NOW)
    assert not is_found(database, feed_token(KEY, learner.id, 0))
    with database.writing() as session:
        offer_feed(session, learner.id, NOW)
        first = feed_token(KEY, learner.id, session.get_one(Reminder, learner.id).feed_revision)
    assert is_found(database, first)
    with database.writing() as session:
        offer_feed(session, learner.id, NOW)
        second = feed_token(KEY, learner.id, session.get_one(Reminder, learner.id).feed_revision)
    assert (is_found(database, first), is_found(database, second)) == (False, True)
    with database.writing() as session:
        end_feed(session, learner.id, NOW)
    assert not is_found(database, second)
    with database.writing() as session:
        offer_feed(session, learner.id, NOW)
        third = feed_token(KEY, learner.id, session.get_one(Reminder, learner.id).feed_revision)
        assert ReminderSettings.from_mapping(
            session.get_one(Reminder, learner.id).settings
        ) == ReminderSettings(is_on=True, calendar_feed=True)
    assert [is_found(database, each) for each in (first, second, third)] == [False, False, True]
    with database.writing() as session:
        session.get_one(User, learner.id).is_disabled = True
    assert not is_found(database, third)


def test_a_forged_address_finds_nothing(database: Database) -> None:
    learner, other = add_learner(database), add_learner(database, "bob@example.org")
    with database.writing() as session:
        offer_feed(session, learner.id, NOW)
    right = feed_token(KEY, learner.id, 1)
    assert is_found(database, right)
    forged = [
        feed_token("another secret key", learner.id, 1),
        feed_token(KEY, learner.id, 2),
        f"{other.id}-{right.partition('-')[2]}",
        right[:-1],
        right + "A",
        f"{learner.id}-",
        "",
        "-",
        "²-x",
        "9" * 30 + "-x",
        f"{learner.id}-ä",
    ]
    assert [is_found(database, each) for each in forged] == [False] * len(forged)


def is_found(database: Database, token: str) -> bool:
    with database.reading_core() as connection:
        try:
            found = find_feed(connection, KEY, token)
        except NotFound:
            return False
        return found.settings.calendar_feed
