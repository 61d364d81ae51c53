"""Who would get a reminder now, and why the others would not. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ...core.reminders import Slot, next_slot_at
from ...core.reminders.times import KINDS
from ...storage import Reminder, ReminderDelivery, User
from .claiming import OPEN
from .deciding import DISABLED, NO_PLACE, PAUSED, Subject, decide, load_subject
from .messages import how_much
from .places import wants
from .planning import LOOK_BACK, Person, plan, served_of

NEVER_CHOSEN = "Reminders were never switched on."
ALL_OFF = "Reminders are off."
NO_CHANNEL = "This server has none of the channels they chose, or they have no device for them."
NOT_YET = "Nothing is due at this moment."
WEEKLY_SUBJECT = "The weekly summary"


@dataclass(frozen=True, slots=True)
class Due:
    """A message that would go out."""

    slot: Slot
    channel: str
    destination: str
    subject: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one learner would get; `why_not` is empty where it is something.

    `next_at` is when their next reminder falls due after this moment, whether or not it will go
    out; null for never.
    """

    email: str
    time_zone: str
    messages: list[Due]
    why_not: str
    next_at: datetime | None


def explain(connection: Connection, now: datetime, channels: Collection[str]) -> list[Outlook]:
    """Return the outlook of every account, by address; `channels` are those this server has."""
    users = connection.execute(select(User.id, User.email, User.time_zone).order_by(User.email))
    return [
        _outlook(connection, row.id, row.email, row.time_zone, now, channels) for row in users.all()
    ]


def _outlook(
    connection: Connection,
    user_id: int,
    email: str,
    time_zone: str,
    now: datetime,
    channels: Collection[str],
) -> Outlook:
    subject = load_subject(connection, user_id)
    settings, learner = subject.settings, subject.learner
    row = connection.execute(
        select(Reminder.changed_at, Reminder.next_at).where(Reminder.user_id == user_id)
    ).first()
    if row is None:
        return Outlook(email, time_zone, [], NEVER_CHOSEN, None)
    if subject.is_disabled:
        return Outlook(email, time_zone, [], DISABLED, None)
    if not (settings.is_on or settings.weekly):
        return Outlook(email, time_zone, [], ALL_OFF, None)
    next_at = next_slot_at(settings, learner.zone, learner.rollover_hour, now)
    person = Person(
        user_id, settings, learner.zone, learner.rollover_hour, row.changed_at, subject.is_disabled
    )
    messages, reasons = [], []
    for slot, channel, destination in _fallen_due(connection, person, subject, now, channels):
        if subject.place(destination) is None:
            reasons.append(NO_PLACE)
            continue
        decision = decide(connection, subject, slot, channel, now)
        if decision.why_not:
            reasons.append(decision.why_not)
            continue
        title = WEEKLY_SUBJECT if decision.today is None else how_much(decision.today)
        messages.append(Due(slot, channel, destination, title))
    if messages:
        return Outlook(email, time_zone, messages, "", next_at)
    if not reasons:
        reasons = [_nothing_due(connection, subject, now, channels)]
    return Outlook(email, time_zone, [], " ".join(dict.fromkeys(reasons)), next_at)


def _fallen_due(
    connection: Connection,
    person: Person,
    subject: Subject,
    now: datetime,
    channels: Collection[str],
) -> list[tuple[Slot, str, str]]:
    """Return what a tick would look at: new rows it would make, and open ones it would claim."""
    delivery = ReminderDelivery
    found = [
        (
            Slot(row.kind, row.study_day, row.slot, row.due_at, row.local_date),
            row.channel,
            row.destination,
        )
        for row in connection.execute(
            select(delivery.__table__).where(
                delivery.user_id == person.user_id,
                delivery.state.in_(OPEN),
                delivery.next_try_at <= now,
            )
        )
    ]
    served = served_of(connection, [person.user_id], now)[person.user_id]
    for planned in plan(person, served, now):
        if planned.skipped_because:
            continue
        found += [
            (planned.slot, place.channel, place.destination)
            for place in subject.places
            if place.channel in channels
            and wants(person.settings, planned.slot.kind, place.channel)
            and not (place.since is not None and place.since > planned.slot.due_at)
        ]
    return found


def _nothing_due(
    connection: Connection, subject: Subject, now: datetime, channels: Collection[str]
) -> str:
    settings, learner = subject.settings, subject.learner
    today = learner.study_day(now)
    if settings.paused_until is not None and today < settings.paused_until:
        return f"{PAUSED[:-1]} until {settings.paused_until}."
    reachable = [place for place in subject.places if place.channel in channels]
    if not any(wants(settings, kind, one.channel) for one in reachable for kind in KINDS):
        return NO_CHANNEL
    delivery = ReminderDelivery
    last = connection.execute(
        select(delivery.study_day, delivery.state, delivery.reason)
        .where(
            delivery.user_id == learner.id,
            delivery.due_at <= now,
            delivery.due_at > now - LOOK_BACK,
            delivery.study_day >= today,
        )
        .order_by(delivery.due_at.desc())
        .limit(1)
    ).first()
    if last is not None:
        return f"Served already for {last.study_day}: {last.state}. {last.reason}".strip()
    return NOT_YET
