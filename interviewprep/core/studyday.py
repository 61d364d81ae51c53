"""Instants and a learner's days.

A study day is the local date of the last rollover: with the rollover at four, three in the morning
still belongs to yesterday. A study day begins at the first instant at which the local clock has
reached the rollover: in a gap left by the clocks that is the gap's end, in a repeat the first pass.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from interviewprep.errors import Invalid

DEFAULT_ROLLOVER_HOUR = 4

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_NOT_IANA = {"localtime", "posixrules", "Factory"}
"""Files beside the zones on some systems."""


def study_day(at_utc: datetime, zone: ZoneInfo, rollover_hour: int = DEFAULT_ROLLOVER_HOUR) -> date:
    """Return the study day that the instant belongs to: `day_start(day) <= at < the next start`.

    A day that the zone left out whole may begin and end in the same instant; it is never returned.
    """
    local = at_utc.astimezone(zone).replace(tzinfo=None)
    day = (local - timedelta(hours=rollover_hour)).date()
    # A clock past the rollover has reached it, so the day has begun; after a repeat, though, the
    # clock may show a time before the next day's start although that start has passed.
    while day_start(day + _DAY, zone, rollover_hour) <= at_utc:
        day += _DAY
    return day


@lru_cache(maxsize=8192)
def day_start(
    study_day: date, zone: ZoneInfo, rollover_hour: int = DEFAULT_ROLLOVER_HOUR
) -> datetime:
    """Return the first instant of the study day, in UTC."""
    return first_instant(datetime.combine(study_day, time(rollover_hour)), zone)


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant, in UTC, at which the clock of the zone has reached the naive
    `wall`: in a gap the gap's end, in a repeat the first pass."""
    start = wall.replace(tzinfo=zone).astimezone(UTC)  # fold 0: the first pass of a repeat
    if _wall_clock(start, zone) == wall:
        return start
    return _end_of_gap(wall, zone, start)


@lru_cache(maxsize=1024)
def load_zone(name: str) -> ZoneInfo:
    """Return the IANA time zone called `name`.

    :raise Invalid: for any other text, file paths included.
    """
    if name not in _zone_names():
        raise Invalid(
            f"There is no time zone “{name[:60]}”; use a name such as Europe/Berlin or UTC.",
            field="time_zone",
        )
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_IANA)


def _wall_clock(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _end_of_gap(wall: datetime, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first instant at which the local clock is past `wall`, which it skips.

    `after` is an instant after the gap. Found by bisection, as the zones do not tell their changes.
    """
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _wall_clock(middle, zone) < wall:
            before = middle
        else:
            after = middle
    return after
