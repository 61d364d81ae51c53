"""The learner's reminders as a calendar that ordinary calendar programs subscribe to.

The address needs no session, because calendar programs have none: it carries a code that only this
server can make, from its secret key, the account and a revision. Raising the revision ends the
address for ever.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vRecur
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from ...core.reminders import ReminderSettings, due_at, wall_date
from ...errors import NotFound
from ...storage import Reminder, User
from ..learner import zone_of
from .settings import ensure_reminder, save_settings

DAY_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LENGTH = timedelta(minutes=15)
FETCH_AGAIN = timedelta(hours=6)
YEARS_AHEAD = 5
"""For so long the clock changes stand in the calendar; it is fetched anew long before."""
_CODE_BYTES = 24
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FeedOwner:
    """Whose feed an address is, and what stands in it."""

    user_id: int
    zone: ZoneInfo
    rollover_hour: int
    settings: ReminderSettings
    changed_at: datetime


def feed_token(secret_key: str, user_id: int, revision: int) -> str:
    """Return what stands in the address: the number of the account, and the code."""
    signed = hmac.new(
        secret_key.encode(), f"calendar feed:{user_id}:{revision}".encode(), hashlib.sha256
    ).digest()[:_CODE_BYTES]
    return f"{user_id}-{base64.urlsafe_b64encode(signed).decode()}"


def offer_feed(session: Session, user_id: int, now: datetime) -> None:
    """Give the learner a new address; one given out before ends."""
    _revise(session, user_id, now, is_offered=True)


def end_feed(session: Session, user_id: int, now: datetime) -> None:
    """End the address for ever; a later feed has another one."""
    _revise(session, user_id, now, is_offered=False)


def _revise(session: Session, user_id: int, now: datetime, *, is_offered: bool) -> None:
    row = ensure_reminder(session, user_id, now)
    row.feed_revision += 1
    chosen = replace(ReminderSettings.from_mapping(row.settings), calendar_feed=is_offered)
    save_settings(session, user_id, chosen, now)


def find_feed(connection: Connection, secret_key: str, token: str) -> FeedOwner:
    """Return the owner of the feed at this address.

    :raise NotFound: for a forged or revoked one, and for an account that is disabled; all alike.
    """
    number = token.partition("-")[0]
    user_id = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    row = connection.execute(
        select(
            User.time_zone,
            User.rollover_hour,
            Reminder.settings,
            Reminder.feed_revision,
            Reminder.changed_at,
        )
        .join(Reminder, Reminder.user_id == User.id)
        .where(User.id == user_id, User.is_disabled.is_(False))
    ).first()
    right = feed_token(secret_key, user_id, row.feed_revision if row is not None else 0)
    is_right = hmac.compare_digest(right.encode(), token.encode())
    settings = ReminderSettings.from_mapping(row.settings if row is not None else None)
    if row is None or not is_right or not row.feed_revision or not settings.calendar_feed:
        raise NotFound("There is no such calendar; its address may have been ended.")
    return FeedOwner(user_id, zone_of(row.time_zone), row.rollover_hour, settings, row.changed_at)


def calendar_of(owner: FeedOwner, today: date, *, review_url: str, host: str) -> bytes:
    """Return the calendar in iCalendar's form (RFC 5545); empty while reminders are off.

    The event stands at the learner's own hour in their own zone, with the zone's clock changes, so
    it keeps its hour across them. An hour before the study day ends at night stands on the next
    date, as the reminder itself does. In a gap left by the clocks the calendar program decides; by
    the RFC it goes on with the clock of before.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Interview Prep//Reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Interview Prep")
    calendar.add("refresh-interval", FETCH_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", FETCH_AGAIN)
    settings = owner.settings
    if settings.is_on and settings.weekdays:
        first = _first_day(owner)
        last = date(today.year + YEARS_AHEAD, 12, 31)
        if owner.zone.key != "UTC":
            begin = date(min(first.year, today.year), 1, 1)
            calendar.add_component(Timezone.from_tzinfo(owner.zone, None, begin, last))
        for number, minute in enumerate(_minutes(owner, first)):
            calendar.add_component(_event(owner, first, minute, number, review_url, host))
    return bytes(calendar.to_ical())


def _first_day(owner: FeedOwner) -> date:
    """Return the first study day on which reminders are wanted, the same at every fetch."""
    day = owner.changed_at.astimezone(owner.zone).date()
    if owner.settings.paused_until is not None:
        day = max(day, owner.settings.paused_until)
    while day.weekday() not in owner.settings.weekdays:
        day += _DAY
    return day


def _minutes(owner: FeedOwner, day: date) -> list[int]:
    """Return the minute of the reminder, and that of a second one later on the same study day."""
    first, again = owner.settings.minute_of_day, owner.settings.again_minute
    if again is None:
        return [first]
    of_day = (owner.zone, owner.rollover_hour)
    return [first, again] if due_at(day, again, *of_day) > due_at(day, first, *of_day) else [first]


def _event(
    owner: FeedOwner, first: date, minute: int, number: int, review_url: str, host: str
) -> Event:
    date_on_wall = wall_date(first, minute, owner.rollover_hour)
    wall = datetime.combine(date_on_wall, time(minute // 60, minute % 60))
    shift = (date_on_wall - first).days
    days = sorted((day + shift) % 7 for day in owner.settings.weekdays)
    rule = {"FREQ": "DAILY"}
    if len(days) < len(DAY_NAMES):
        rule = {"FREQ": "WEEKLY", "BYDAY": [DAY_NAMES[day] for day in days]}  # type: ignore[dict-item]
    event = Event()
    event.add("uid", f"reminder-{owner.user_id}-{number}@{host}")
    event.add("dtstamp", owner.changed_at.astimezone(UTC))
    event.add("dtstart", wall.replace(tzinfo=UTC if owner.zone.key == "UTC" else owner.zone))
    event.add("duration", LENGTH)
    event.add("rrule", vRecur(rule))
    event.add("summary", "Today’s reviews" if not number else "Today’s reviews, if not done yet")
    event.add("description", f"Begin at {review_url}")
    event.add("url", review_url)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Today’s reviews")
    alarm.add("trigger", timedelta(0))
    event.add_component(alarm)
    return event
