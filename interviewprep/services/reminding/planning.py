"""Which deliveries there are to be: a row for each reminder that has fallen due, and its place.

Rows are made once a reminder is due, never ahead. What was served by study day, or by the date on
the learner's calendar, is never served again, whatever becomes of zone, hour or address.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...core.reminders import ReminderSettings, Slot, next_slot_at, slots_between
from ...core.reminders.times import DAILY
from ...storage import Reminder, ReminderDelivery, User
from ..learner import zone_of
from .places import Place, places_of, wants

LOOK_BACK = timedelta(days=7)
LOOK_AGAIN = timedelta(hours=1)
"""Everybody is looked at so often, should anything have changed their clock unnoticed."""
BATCH = 200
LATE = "More than six hours late: the server was not running, or could not send."
NOT_TWICE = "Another reminder was due in the same hours; that one counts."
_ADD = {
    "sqlite": sqlite.insert(ReminderDelivery).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(ReminderDelivery).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A learner with reminders, as the planning needs them."""

    user_id: int
    settings: ReminderSettings
    zone: ZoneInfo
    rollover_hour: int
    changed_at: datetime
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class Served:
    """What already has a row."""

    days: set[tuple[str, str, date]] = field(default_factory=set)
    dates: set[tuple[str, str, date]] = field(default_factory=set)

    def has(self, slot: Slot) -> bool:
        return (slot.kind, slot.slot, slot.study_day) in self.days or (
            slot.kind,
            slot.slot,
            slot.local_date,
        ) in self.dates

    def add(self, kind: str, slot: str, study_day: date, local_date: date) -> None:
        self.days.add((kind, slot, study_day))
        self.dates.add((kind, slot, local_date))


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that has fallen due; `skipped_because` is empty where it is to be sent."""

    slot: Slot
    skipped_because: str = ""


def plan(person: Person, served: Served, now: datetime) -> list[Planned]:
    """Return what has fallen due and has no row yet; of daily ones only the last is to be sent."""
    if person.is_disabled:
        return []
    since = max(person.changed_at, now - LOOK_BACK)
    slots = []
    for slot in slots_between(person.settings, person.zone, person.rollover_hour, since, now):
        if not served.has(slot):
            served.add(slot.kind, slot.slot, slot.study_day, slot.local_date)
            slots.append(slot)
    timely = [slot for slot in slots if slot.kind == DAILY and not slot.is_too_late(now)]
    chosen = max(timely, key=lambda slot: slot.due_at, default=None)
    return [Planned(slot, _why_skipped(slot, chosen, now)) for slot in slots]


def _why_skipped(slot: Slot, chosen: Slot | None, now: datetime) -> str:
    if slot.is_too_late(now):
        return LATE
    return NOT_TWICE if slot.kind == DAILY and slot is not chosen else ""


def create_due(
    session: Session, now: datetime, channels: Collection[str], *, batch: int = BATCH
) -> int:
    """Make the rows of up to `batch` learners whose turn it is; return how many were looked at.

    `channels` are those this server can send by. Any number of processes may do so at once.
    """
    rows = session.execute(
        people_query()
        .where(Reminder.next_at <= now)
        .order_by(Reminder.next_at)
        .limit(batch)
        .with_for_update(of=Reminder, skip_locked=True)
    ).all()
    if not rows:
        return 0
    people = [person_of(row) for row in rows]
    connection = session.connection()
    user_ids = [person.user_id for person in people]
    places, served = places_of(connection, user_ids), served_of(connection, user_ids, now)
    new = [
        values
        for person in people
        for planned in plan(person, served[person.user_id], now)
        for values in _rows(person, planned, places.get(person.user_id, []), channels, now)
    ]
    if new:
        connection.execute(_ADD[connection.dialect.name], new)
    connection.execute(
        update(Reminder.__table__)  # type: ignore[arg-type]
        .where(Reminder.user_id == bindparam("b_user_id"))
        .values(next_at=bindparam("b_next_at")),
        [{"b_user_id": one.user_id, "b_next_at": next_look_at(one, now)} for one in people],
    )
    return len(people)


def people_query() -> Select[Any]:
    """Return everybody with a row, to be narrowed by the caller."""
    return select(
        Reminder.user_id,
        Reminder.settings,
        Reminder.changed_at,
        User.time_zone,
        User.rollover_hour,
        User.is_disabled,
    ).join(User, User.id == Reminder.user_id)


def person_of(row: Any) -> Person:
    return Person(
        row.user_id,
        ReminderSettings.from_mapping(row.settings),
        zone_of(row.time_zone),
        row.rollover_hour,
        row.changed_at,
        row.is_disabled,
    )


def served_of(
    connection: Connection, user_ids: Sequence[int], now: datetime
) -> defaultdict[int, Served]:
    """Return, by learner, what already has a row of the days that count."""
    found: defaultdict[int, Served] = defaultdict(Served)
    delivery = ReminderDelivery
    rows = connection.execute(
        select(
            *(delivery.user_id, delivery.kind, delivery.slot),
            *(delivery.study_day, delivery.local_date),
        ).where(
            delivery.user_id.in_(user_ids),
            delivery.study_day >= (now - LOOK_BACK - timedelta(days=3)).date(),
        )
    )
    for row in rows:
        found[row.user_id].add(row.kind, row.slot, row.study_day, row.local_date)
    return found


def next_look_at(person: Person, now: datetime) -> datetime | None:
    """Return when the learner's turn comes again; None for never, until they choose otherwise."""
    settings = person.settings
    if not (settings.is_on or settings.weekly):
        return None
    due = next_slot_at(settings, person.zone, person.rollover_hour, now)
    return min(due or now + LOOK_AGAIN, now + LOOK_AGAIN)


def message_name(user_id: int, slot: Slot, destination: str) -> str:
    """Return the part of the Message-ID before the at sign: the same whenever it is worked out."""
    parts = (user_id, slot.kind, slot.study_day, slot.slot, destination)
    return "reminder." + sha256(":".join(map(str, parts)).encode()).hexdigest()[:32]


def _rows(
    person: Person,
    planned: Planned,
    places: Iterable[Place],
    channels: Collection[str],
    now: datetime,
) -> Iterable[dict[str, Any]]:
    slot = planned.slot
    for place in places:
        if place.channel not in channels or not wants(person.settings, slot.kind, place.channel):
            continue
        if place.since is not None and place.since > slot.due_at:
            continue
        yield {
            "user_id": person.user_id,
            "kind": slot.kind,
            "study_day": slot.study_day,
            "slot": slot.slot,
            "channel": place.channel,
            "destination": place.destination,
            "local_date": slot.local_date,
            "due_at": slot.due_at,
            "state": "skipped" if planned.skipped_because else "due",
            "reason": planned.skipped_because,
            "attempts": 0,
            "next_try_at": now,
            "message_id": message_name(person.user_id, slot, place.destination),
        }
