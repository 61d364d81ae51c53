"""A learner's days: rollover, clock changes, odd zones."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.studyday import day_start, load_zone, study_day
from interviewprep.errors import Invalid

GOLDEN = Path(__file__).parent.parent / "data" / "golden" / "sm2_default.json"
ROLLOVERS = json.loads(GOLDEN.read_text())["rollover"]
BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
ODD_ZONES = (
    "Antarctica/Troll",  # two hours of daylight saving
    "Africa/Casablanca",  # clocks change around Ramadan
    "Africa/Monrovia",  # an offset with seconds until 1972
    "America/St_Johns",  # clocks changed one minute past midnight
    "America/Sao_Paulo",  # midnight did not exist
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Europe/Berlin",
    "Pacific/Apia",  # no 30 December 2011
    "Pacific/Kwajalein",  # no 21 August 1993, and a day twice in 1969
    "UTC",
)
ALL_ZONES = sorted(available_timezones() - {"localtime", "Factory"})
ZONES = st.sampled_from(ODD_ZONES) | st.sampled_from(ALL_ZONES)
INSTANTS = st.integers(-300_000_000, 4_000_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


def wall_clock(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


@pytest.mark.parametrize("vector", ROLLOVERS, ids=lambda vector: vector["name"])
def test_the_golden_rollovers_come_out_exactly(vector: dict) -> None:
    at = datetime.fromtimestamp(vector["epoch"], UTC)

    found = study_day(at, load_zone(vector["zone"]))

    assert found == date(2026, 3, 28) + timedelta(days=vector["days_after_2026_03_28"])


@given(INSTANTS, ZONES, st.integers(0, 23))
def test_every_instant_lies_between_the_starts_of_its_day_and_the_next(
    at: datetime, zone_name: str, rollover_hour: int
) -> None:
    zone = load_zone(zone_name)

    day = study_day(at, zone, rollover_hour)

    next_day = day + timedelta(days=1)
    assert day_start(day, zone, rollover_hour) <= at < day_start(next_day, zone, rollover_hour)


@pytest.mark.parametrize("zone_name", ODD_ZONES)
@pytest.mark.parametrize("rollover_hour", [0, 2, 4])
def test_around_every_change_of_the_clocks_days_hold_together(
    zone_name: str, rollover_hour: int
) -> None:
    zone = load_zone(zone_name)
    changes = [
        at
        for at in (datetime(1965, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(27_000))
        if at.astimezone(zone).utcoffset() != (at - timedelta(days=1)).astimezone(zone).utcoffset()
    ]
    assert changes or zone_name == "UTC"

    for change in changes:
        days = [
            study_day(change + timedelta(minutes=30 * step), zone, rollover_hour)
            for step in range(-120, 73)
        ]
        assert days == sorted(days)
        for day in set(days):
            assert study_day(day_start(day, zone, rollover_hour), zone, rollover_hour) == day


@given(st.dates(date(1960, 1, 1), date(2100, 1, 1)), ZONES, st.integers(0, 23))
def test_a_day_starts_when_the_local_clock_first_reaches_the_rollover(
    day: date, zone_name: str, rollover_hour: int
) -> None:
    zone = load_zone(zone_name)
    rollover = datetime.combine(day, time(rollover_hour))

    start = day_start(day, zone, rollover_hour)

    assert start.tzinfo is UTC
    assert wall_clock(start, zone) >= rollover
    assert wall_clock(start - timedelta(seconds=1), zone) < rollover


@pytest.mark.parametrize(
    ("zone", "day", "rollover_hour", "start"),
    [
        (BERLIN, date(2026, 7, 1), 4, datetime(2026, 7, 1, 2, tzinfo=UTC)),
        # the gap from 02:00 to 03:00: its end
        (BERLIN, date(2026, 3, 29), 2, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        # 02:00 twice: the first pass
        (BERLIN, date(2026, 10, 25), 2, datetime(2026, 10, 25, 0, tzinfo=UTC)),
        # a gap of half an hour from 02:00: its end, 02:30
        (
            ZoneInfo("Australia/Lord_Howe"),
            date(2025, 10, 5),
            2,
            datetime(2025, 10, 4, 15, 30, tzinfo=UTC),
        ),
        # a day that is not there ends with the gap, and the next begins as ever
        (APIA, date(2011, 12, 29), 4, datetime(2011, 12, 29, 14, tzinfo=UTC)),
        (APIA, date(2011, 12, 30), 4, datetime(2011, 12, 30, 10, tzinfo=UTC)),
        (APIA, date(2011, 12, 31), 4, datetime(2011, 12, 30, 14, tzinfo=UTC)),
        (APIA, date(2011, 12, 30), 0, datetime(2011, 12, 30, 10, tzinfo=UTC)),
        (APIA, date(2011, 12, 31), 0, datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_gaps_and_repeats_at_the_rollover(
    zone: ZoneInfo, day: date, rollover_hour: int, start: datetime
) -> None:
    assert day_start(day, zone, rollover_hour) == start


def test_a_day_the_zone_left_out_is_never_today() -> None:
    around = [datetime(2011, 12, 29, tzinfo=UTC) + timedelta(hours=hour) for hour in range(72)]

    days = {study_day(at, APIA, 0) for at in around}

    assert date(2011, 12, 29) in days
    assert date(2011, 12, 30) not in days
    assert date(2011, 12, 31) in days


@pytest.mark.parametrize(
    "name",
    [
        *["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "localtime", "America"],
        *["europe/berlin", "posix/UTC", "Europe/Berlin\n", "UTC/../UTC", "a\0b", "x" * 5000],
    ],
)
def test_anything_but_a_zone_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(Invalid, match="time zone") as refusal:
        load_zone(name)
    assert refusal.value.field == "time_zone"
    assert len(str(refusal.value)) < 160


def test_names_that_browsers_still_use_are_known() -> None:
    for name in ("Asia/Calcutta", "Asia/Katmandu", "America/Buenos_Aires", "Europe/Kiev", "UTC"):
        assert load_zone(name) is load_zone(name)
