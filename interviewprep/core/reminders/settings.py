"""What a learner chooses about reminders.

Stored by name in `reminder.settings`. Reading what is stored is tolerant: an unusable value falls
back to its default. What a person sends is read strictly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from interviewprep.errors import Invalid

EVERY_DAY = frozenset(range(7))
MINUTES_A_DAY = 24 * 60
MOST_DUE = 999
SIX_IN_THE_EVENING = 18 * 60
SUNDAY = 6
_TIME = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(:00)?")


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """The learner's choices; nothing is sent until `is_on`.

    `minute_of_day` is the minute of the learner's clock, 0 to 1439, and so is `again_minute`, at
    which a second one comes the same study day if something still waits; None for no second one.
    `weekdays` counts from Monday, 0, and names study days, as `paused_until` does, the first day
    on which reminders come again. With fewer than `least_due` cards waiting nothing is sent.
    `weekly` is the summary, sent by e-mail on `weekly_weekday` at `minute_of_day`, whether or not
    the daily ones are on.
    """

    is_on: bool = False
    minute_of_day: int = SIX_IN_THE_EVENING
    weekdays: frozenset[int] = EVERY_DAY
    least_due: int = 1
    again_minute: int | None = None
    paused_until: date | None = None
    by_email: bool = True
    by_push: bool = True
    by_chat: bool = True
    calendar_feed: bool = False
    weekly: bool = False
    weekly_weekday: int = SUNDAY

    @classmethod
    def from_mapping(cls, stored: Mapping[str, Any] | None) -> ReminderSettings:
        """Return the settings in `stored`; unknown names and unusable values count as absent."""
        values: dict[str, Any] = {}
        for name, read in _STORED.items():
            if stored and name in stored:
                try:
                    values[name] = read(stored[name])
                except (TypeError, ValueError):
                    continue
        return cls(**values)

    @classmethod
    def parse_form(cls, form: Mapping[str, str]) -> ReminderSettings:
        """Return what a form says.

        Times are like 18:05, dates like 2026-11-20; `again_minute` and `paused_until` may be
        empty. Switches, `weekday_0` (Monday) to `weekday_6` among them, are on where their name is
        there and not empty.

        :raise Invalid: with the field, for a value that is missing or unusable.
        """
        weekdays = frozenset(day for day in range(7) if form.get(f"weekday_{day}"))
        if form.get("is_on") and not weekdays:
            raise Invalid("Choose at least one day of the week.", field="weekdays")
        minute = _time(form, "minute_of_day", "The time of the reminder")
        again = form.get("again_minute", "").strip()
        again_minute = _time(form, "again_minute", "The time of the second one") if again else None
        if again_minute == minute:
            raise Invalid(
                "The second reminder needs another time than the first.", field="again_minute"
            )
        return cls(
            is_on=bool(form.get("is_on")),
            minute_of_day=minute,
            weekdays=weekdays or EVERY_DAY,
            least_due=_number(form, "least_due", "The least number of cards", 1, MOST_DUE),
            again_minute=again_minute,
            paused_until=_date(form, "paused_until"),
            by_email=bool(form.get("by_email")),
            by_push=bool(form.get("by_push")),
            by_chat=bool(form.get("by_chat")),
            calendar_feed=bool(form.get("calendar_feed")),
            weekly=bool(form.get("weekly")),
            weekly_weekday=_number(form, "weekly_weekday", "The day of the summary", 0, 6)
            if form.get("weekly_weekday", "").strip()
            else SUNDAY,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return all settings by name, as `from_mapping` takes them, as values of JSON."""
        until = self.paused_until
        return {
            "is_on": self.is_on,
            "minute_of_day": self.minute_of_day,
            "weekdays": sorted(self.weekdays),
            "least_due": self.least_due,
            "again_minute": self.again_minute,
            "paused_until": None if until is None else until.isoformat(),
            "by_email": self.by_email,
            "by_push": self.by_push,
            "by_chat": self.by_chat,
            "calendar_feed": self.calendar_feed,
            "weekly": self.weekly,
            "weekly_weekday": self.weekly_weekday,
        }

    @property
    def timing(self) -> tuple[object, ...]:
        """What decides about when and where: after a change nothing due before it is sent."""
        return (
            *(self.is_on, self.minute_of_day, self.weekdays, self.again_minute),
            *(self.paused_until, self.weekly, self.weekly_weekday),
            *(self.by_email, self.by_push, self.by_chat),
        )


def clock_time(minute_of_day: int) -> str:
    """Return 1085 as 18:05, as a form takes it."""
    return f"{minute_of_day // 60:02}:{minute_of_day % 60:02}"


def _stored_switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _stored_number(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError
        return value

    return read


def _stored_weekdays(value: object) -> frozenset[int]:
    if not isinstance(value, list) or not value:
        raise ValueError
    return frozenset(map(_stored_number(0, 6), value))


def _stored_date(value: object) -> date | None:
    if value is None or not isinstance(value, str):
        return None
    found = date.fromisoformat(value)
    if not _is_near(found):
        raise ValueError
    return found


def _is_near(day: date) -> bool:
    return 2000 <= day.year < 2200


_minute = _stored_number(0, MINUTES_A_DAY - 1)
_STORED: dict[str, Callable[[object], Any]] = {
    "is_on": _stored_switch,
    "minute_of_day": _minute,
    "weekdays": _stored_weekdays,
    "least_due": _stored_number(1, MOST_DUE),
    "again_minute": lambda value: None if value is None else _minute(value),
    "paused_until": _stored_date,
    "by_email": _stored_switch,
    "by_push": _stored_switch,
    "by_chat": _stored_switch,
    "calendar_feed": _stored_switch,
    "weekly": _stored_switch,
    "weekly_weekday": _stored_number(0, 6),
}


def _time(form: Mapping[str, str], field: str, name: str) -> int:
    match = _TIME.fullmatch(form.get(field, "").strip())
    if match is None:
        raise Invalid(f"{name}: give a time such as 18:05.", field=field)
    return int(match["hour"]) * 60 + int(match["minute"])


def _number(form: Mapping[str, str], field: str, name: str, least: int, most: int) -> int:
    text = form.get(field, "").strip()
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
    if value is None or not least <= value <= most:
        raise Invalid(f"{name}: give a whole number from {least} to {most}.", field=field)
    return value


def _date(form: Mapping[str, str], field: str) -> date | None:
    text = form.get(field, "").strip()
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not _is_near(found):
        raise Invalid("Pause until: give a date such as 2026-11-20.", field=field)
    return found
