"""When reminders are due: one per local date, whatever the clocks do.

A reminder belongs to a study day. At half past midnight, with the rollover at four, the study day
is still yesterday's, so the reminder of a study day may be due on the date after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..studyday import first_instant
from .settings import ReminderSettings

KINDS = DAILY, WEEKLY = "daily", "weekly"
FIRST, SECOND = "first", "second"
LATEST = timedelta(hours=6)
"""Late by up to this much, a reminder is still sent: the laptop slept. Later, it is skipped."""

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """One reminder that a learner is to have.

    It is known by kind, study day and slot; `local_date` is the date that the learner's clock shows
    at `due_at`, or the day skipped by it.
    """

    kind: str
    study_day: date
    slot: str
    due_at: datetime
    local_date: date

    def is_too_late(self, now: datetime) -> bool:
        return now - self.due_at > LATEST


def wall_date(study_day: date, minute_of_day: int, rollover_hour: int) -> date:
    """Return the date on the wall at the reminder of a study day, which may be the day after."""
    return study_day + _DAY if minute_of_day < rollover_hour * 60 else study_day


@lru_cache(maxsize=65_536)
def due_at(study_day: date, minute_of_day: int, zone: ZoneInfo, rollover_hour: int) -> datetime:
    """Return the instant, in UTC, of a study day's reminder.

    In a gap left by the clocks the end of the gap counts; in a repeat, the first pass. Where the
    gap runs into the next date (Nuuk goes from 23:00 to midnight), the last minute before it
    counts, so that each date keeps its own reminder.
    """
    at = time(minute_of_day // 60, minute_of_day % 60)
    local_date = wall_date(study_day, minute_of_day, rollover_hour)
    found = first_instant(datetime.combine(local_date, at), zone)
    before = found - _MINUTE
    if found.astimezone(zone).date() > local_date == before.astimezone(zone).date():
        return before
    return found


def slots_between(
    settings: ReminderSettings,
    zone: ZoneInfo,
    rollover_hour: int,
    after: datetime,
    until: datetime,
) -> list[Slot]:
    """Return what falls due after `after` and not after `until`, in that order.

    Weekdays and the pause are heeded; what is done or due is not known here.
    """
    if not (settings.is_on or settings.weekly) or after >= until:
        return []
    first = after.astimezone(UTC).date() - 3 * _DAY
    last = until.astimezone(UTC).date() + 3 * _DAY
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    found = [
        slot
        for day in days
        for slot in _slots_of(settings, zone, rollover_hour, day)
        if after < slot.due_at <= until
    ]
    return sorted(found, key=lambda slot: (slot.due_at, slot.slot, slot.kind))


def next_slot_at(
    settings: ReminderSettings, zone: ZoneInfo, rollover_hour: int, after: datetime
) -> datetime | None:
    """Return when the next reminder falls due strictly after `after`; None for never."""
    start = after
    if settings.paused_until is not None:
        noon = datetime.combine(settings.paused_until, time(12), tzinfo=UTC)
        start = max(after, noon - 3 * _DAY)
    coming = slots_between(settings, zone, rollover_hour, start, start + 11 * _DAY)
    return coming[0].due_at if coming else None


def _slots_of(
    settings: ReminderSettings, zone: ZoneInfo, rollover_hour: int, day: date
) -> Iterator[Slot]:
    minute = settings.minute_of_day
    at, local_date = due_at(day, minute, zone, rollover_hour), wall_date(day, minute, rollover_hour)
    if settings.paused_until is not None and day < settings.paused_until:
        return
    if settings.is_on and day.weekday() in settings.weekdays:
        yield Slot(DAILY, day, FIRST, at, local_date)
        if settings.again_minute is not None:
            again = due_at(day, settings.again_minute, zone, rollover_hour)
            if again > at:  # else it would be on the next study day
                again_date = wall_date(day, settings.again_minute, rollover_hour)
                yield Slot(DAILY, day, SECOND, again, again_date)
    if settings.weekly and day.weekday() == settings.weekly_weekday:
        yield Slot(WEEKLY, day, FIRST, at, local_date)
