"""When reminders are due: over every zone, around every change of the clocks, and fewer in time."""

from __future__ import annotations

import os
import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from interviewprep.core.reminders import (
    ReminderSettings,
    due_at,
    gap_days,
    next_day,
    next_slot_at,
    slots_between,
    wall_date,
)
from interviewprep.errors import Invalid

WHOLE = os.environ.get("TORTURE") == "1"
ZONES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
ODD_ZONES = [
    *("Africa/Casablanca", "Africa/Cairo", "America/Havana", "America/Scoresbysund"),
    *("America/St_Johns", "Antarctica/Troll", "Asia/Beirut", "Atlantic/Azores"),
    *("Australia/Lord_Howe", "Europe/London", "Pacific/Chatham"),
]
SAMPLE = ZONES if WHOLE else sorted({*ODD_ZONES, *random.Random(6).sample(ZONES, len(ZONES) // 20)})
MINUTES = {"00:00": 0, "00:30": 30, "01:30": 90, "02:30": 150, "04:00": 240, "23:30": 1410}
FIRST_DAY, LAST_DAY = date(2025, 12, 31), date(2028, 12, 31)
DAYS = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.torture
@pytest.mark.parametrize("zone_name", SAMPLE)
def test_over_three_years_each_local_date_has_one_reminder_22_to_26_hours_after_the_last(
    zone_name: str,
) -> None:
    zone = ZoneInfo(zone_name)
    for minute in MINUTES.values():
        for rollover_hour in (0, 4):
            instants = [due_at(day, minute, zone, rollover_hour) for day in DAYS]
            dates = [at.astimezone(zone).date() for at in instants]
            assert dates == [wall_date(day, minute, rollover_hour) for day in DAYS]
            assert len(set(dates)) == len(DAYS)
            gaps = {later - at for at, later in pairwise(instants)}
            assert min(gaps) >= timedelta(hours=22) and max(gaps) <= timedelta(hours=26)


@pytest.mark.parametrize("zone_name", ODD_ZONES)
def test_a_walk_of_minutes_finds_the_same_reminders_as_the_rule(zone_name: str) -> None:
    """Whoever looks every quarter of an hour meets each slot exactly once."""
    zone = ZoneInfo(zone_name)
    settings = ReminderSettings(is_on=True, minute_of_day=150)
    start, end = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    met = []
    at = start
    while at < end:
        later = min(at + timedelta(hours=5, minutes=15), end)
        met += slots_between(settings, zone, 4, at, later)
        at = later
    assert met == slots_between(settings, zone, 4, start, end)
    assert len({slot.local_date for slot in met}) == len(met) == 365


@pytest.mark.parametrize(
    ("zone_name", "day", "minute", "expected"),
    [
        ("Europe/Berlin", date(2026, 3, 28), 150, "2026-03-29T01:00"),  # the end of the gap
        ("Europe/Berlin", date(2026, 10, 24), 150, "2026-10-25T00:30"),  # the first pass
        ("Europe/Berlin", date(2026, 5, 4), 1080, "2026-05-04T16:00"),
        ("America/Havana", date(2026, 3, 7), 30, "2026-03-08T05:00"),  # no midnight that night
        ("Australia/Lord_Howe", date(2026, 10, 3), 135, "2026-10-03T15:30"),
        ("America/Nuuk", date(2026, 3, 28), 1410, "2026-03-29T00:59"),  # from 23:00 to midnight
    ],
)
def test_a_gap_counts_at_its_end_and_a_repeat_once(
    zone_name: str, day: date, minute: int, expected: str
) -> None:
    found = due_at(day, minute, ZoneInfo(zone_name), 4)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_an_hour_before_the_rollover_belongs_to_the_day_that_still_runs() -> None:
    assert wall_date(date(2026, 5, 4), 30, 4) == date(2026, 5, 5)
    assert wall_date(date(2026, 5, 4), 240, 4) == date(2026, 5, 4)
    assert due_at(date(2026, 5, 4), 30, BERLIN, 4) == datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    assert due_at(date(2026, 5, 4), 30, BERLIN, 0) == datetime(2026, 5, 3, 22, 30, tzinfo=UTC)


def slots(settings: ReminderSettings, days: int = 7) -> list[str]:
    start = datetime(2026, 5, 4, 2, tzinfo=UTC)  # Monday, four in the morning in Berlin
    found = slots_between(settings, BERLIN, 4, start, start + days * DAY)
    return [f"{one.kind} {one.slot} {one.due_at.astimezone(BERLIN):%a %H:%M}" for one in found]


def test_weekdays_the_pause_and_the_second_one_are_heeded() -> None:
    weekdays = ReminderSettings(is_on=True, weekdays=frozenset({0, 5}))
    assert slots(weekdays) == ["daily first Mon 18:00", "daily first Sat 18:00"]
    paused = ReminderSettings(is_on=True, paused_until=date(2026, 5, 9))
    assert slots(paused) == ["daily first Sat 18:00", "daily first Sun 18:00"]
    again = ReminderSettings(is_on=True, again_minute=30)
    assert slots(again, 2) == [
        *("daily first Mon 18:00", "daily second Tue 00:30"),
        *("daily first Tue 18:00", "daily second Wed 00:30"),
    ]
    before_it = ReminderSettings(is_on=True, again_minute=9 * 60)
    assert slots(before_it, 1) == ["daily first Mon 18:00"]
    assert slots(ReminderSettings()) == []
    assert slots(ReminderSettings(weekly=True)) == ["weekly first Sun 18:00"]


def test_the_next_one_is_found_beyond_a_pause() -> None:
    now = datetime(2026, 5, 4, 17, tzinfo=UTC)
    settings = ReminderSettings(is_on=True, paused_until=date(2026, 7, 1), weekdays=frozenset({4}))
    assert next_slot_at(settings, BERLIN, 4, now) == datetime(2026, 7, 3, 16, tzinfo=UTC)
    assert next_slot_at(ReminderSettings(), BERLIN, 4, now) is None


def test_people_who_stopped_get_fewer_and_fewer() -> None:
    assert [gap_days(silent) for silent in range(12)] == [
        *(1, 1, 1),
        *(2, 2, 5, 10, 20, 30, 30, 30, 30),
    ]
    day, silent, sent = date(2026, 5, 4), 0, []
    last: date | None = None
    for number in range(120):
        today = day + number * DAY
        again_on = next_day(silent, last)
        if again_on is None or today >= again_on:
            sent.append(number)
            last, silent = today, silent + 1
    assert sent == [0, 1, 2, 4, 6, 11, 21, 41, 71, 101]


FORM = {
    "is_on": "1",
    "minute_of_day": "07:45",
    "weekday_0": "1",
    "weekday_4": "1",
    "least_due": "10",
    "again_minute": "21:00",
    "paused_until": "2026-12-24",
    "by_email": "1",
    "weekly": "1",
    "weekly_weekday": "2",
}


def test_a_form_is_read_strictly_and_kept_as_it_is() -> None:
    settings = ReminderSettings.parse_form(FORM)
    assert settings == ReminderSettings(
        is_on=True,
        minute_of_day=465,
        weekdays=frozenset({0, 4}),
        least_due=10,
        again_minute=1260,
        paused_until=date(2026, 12, 24),
        by_email=True,
        by_push=False,
        by_chat=False,
        weekly=True,
        weekly_weekday=2,
    )
    assert ReminderSettings.from_mapping(settings.as_dict()) == settings


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minute_of_day", ""),
        ("minute_of_day", "24:00"),
        ("minute_of_day", "7 pm"),
        ("again_minute", "07:45"),
        ("again_minute", "x"),
        ("least_due", "0"),
        ("least_due", "1e3"),
        ("least_due", "٣"),
        ("paused_until", "tomorrow"),
        ("paused_until", "0001-01-01"),
        ("weekly_weekday", "7"),
    ],
)
def test_an_unusable_value_is_refused_with_its_field(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        ReminderSettings.parse_form(FORM | {field: value})
    assert refused.value.field == field


def test_reminders_need_a_day_of_the_week() -> None:
    without = {name: value for name, value in FORM.items() if not name.startswith("weekday_")}
    with pytest.raises(Invalid) as refused:
        ReminderSettings.parse_form(without)
    assert refused.value.field == "weekdays"


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {"minute_of_day": 1440},
        {"minute_of_day": "18:00"},
        {"weekdays": []},
        {"weekdays": [0, 7]},
        {"least_due": True},
        {"paused_until": "someday"},
        {"is_on": "yes"},
        {"unknown": 1},
    ],
)
def test_what_is_stored_and_unusable_falls_back(stored: dict | None) -> None:
    assert ReminderSettings.from_mapping(stored) == ReminderSettings()
