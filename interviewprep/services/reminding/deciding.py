"""Whether a delivery that has fallen due is to go out now, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from ...core.reminders import ReminderSettings, Slot, due_at, gap_days, next_day
from ...core.reminders.times import DAILY, FIRST, WEEKLY
from ...errors import NotFound
from ...storage import Day, Reminder, User
from ..learner import Learner, load_learner
from ..today import Today, today_of
from .places import Place, places_of, wants
from .planning import LATE, NOT_TWICE
from .weekly import Week, week_of

DONE = "Everything of the day is done."
OFF = "Reminders of this kind are off."
PAUSED = "Reminders are paused."
NO_PLACE = "The address or the device is no longer in use, or was switched off."
LONG_AWAY = "No study for four weeks, so there is nothing to sum up."
SUMMED_UP = timedelta(weeks=4)
WHILE_SENDING = timedelta(minutes=10)
"""What was in time when it was planned may still go out so much later."""
DISABLED = "The account is disabled."


@dataclass(frozen=True, slots=True)
class Subject:
    """A learner as reminders see them, at this moment.

    `silent` counts the study days with a reminder since they last studied, up to `last_day`.
    """

    learner: Learner
    email: str
    is_disabled: bool
    settings: ReminderSettings
    last_day: date | None
    silent: int
    studied_on: date | None
    unsubscribe_revision: int
    places: list[Place]

    def place(self, destination: str) -> Place | None:
        return next((one for one in self.places if one.destination == destination), None)


@dataclass(frozen=True, slots=True)
class Decision:
    """`why_not` is empty where the message is to go; then `today` has its numbers,
    or `week` those of the summary.

    `gap_days` is how long the next one will wait if this one leads to nothing.
    """

    why_not: str = ""
    today: Today | None = None
    week: Week | None = None
    gap_days: int = 1


def load_subject(connection: Connection, user_id: int) -> Subject:
    """Return the learner's reminders as they are now; raises `NotFound` without an account."""
    row = connection.execute(
        select(
            User.email,
            User.is_disabled,
            Reminder.settings,
            Reminder.last_day,
            Reminder.silent,
            Reminder.welcome_back_at,
            Reminder.unsubscribe_revision,
        )
        .outerjoin(Reminder, Reminder.user_id == User.id)
        .where(User.id == user_id)
    ).first()
    if row is None:
        raise NotFound("There is no such account.")
    studied_on = connection.execute(
        select(func.max(Day.study_day)).where(Day.user_id == user_id, Day.answers > 0)
    ).scalar()
    has_come = studied_on is not None and (row.last_day is None or studied_on >= row.last_day)
    return Subject(
        learner=load_learner(connection, user_id),
        email=row.email,
        is_disabled=row.is_disabled,
        settings=ReminderSettings.from_mapping(row.settings),
        last_day=row.last_day,
        silent=0 if has_come else row.silent or 0,
        studied_on=studied_on,
        unsubscribe_revision=row.unsubscribe_revision or 0,
        places=places_of(connection, [user_id]).get(user_id, []),
    )


def decide(
    connection: Connection, subject: Subject, slot: Slot, channel: str, now: datetime
) -> Decision:
    """Return whether this reminder goes out at `now`, by what waits at this very moment."""
    why_not = _why_not_at_all(subject, slot, channel, now)
    if why_not:
        return Decision(why_not)
    if slot.kind == WEEKLY:
        week = week_of(connection, subject.learner, slot.study_day)
        return Decision(week=week) if _is_about(subject, slot) else Decision(LONG_AWAY)
    why_not = _why_not_yet(subject, slot)
    if why_not:
        return Decision(why_not)
    today = today_of(connection, subject.learner, now)
    waiting = cards_waiting(today)
    least = subject.settings.least_due
    if not waiting:
        return Decision(DONE)
    if waiting < least:
        return Decision(f"Only {waiting} of at least {least} cards wait.")
    sent = subject.silent if slot.study_day == subject.last_day else subject.silent + 1
    return Decision(today=today, gap_days=gap_days(sent))


def _is_about(subject: Subject, slot: Slot) -> bool:
    """Whether somebody studied lately enough for a summary to say anything."""
    return subject.studied_on is not None and slot.study_day - subject.studied_on < SUMMED_UP


def cards_waiting(today: Today) -> int:
    """Return the cards of the day that are left: due, to be repeated, and new within the limits."""
    return today.counts.due + today.counts.learning + today.counts.new


def _why_not_at_all(subject: Subject, slot: Slot, channel: str, now: datetime) -> str:
    settings, learner = subject.settings, subject.learner
    if subject.is_disabled:
        return DISABLED
    if not wants(settings, slot.kind, channel):
        return OFF
    if settings.paused_until is not None and learner.study_day(now) < settings.paused_until:
        return PAUSED
    if slot.is_too_late(now - WHILE_SENDING):
        return LATE
    if slot.kind == DAILY and slot.slot == FIRST and settings.again_minute is not None:
        again = due_at(slot.study_day, settings.again_minute, learner.zone, learner.rollover_hour)
        if slot.due_at < again <= now:
            return NOT_TWICE
    return ""


def _why_not_yet(subject: Subject, slot: Slot) -> str:
    """Return why somebody who stopped coming gets none today; the day's others follow the first."""
    again_on = next_day(subject.silent, subject.last_day)
    if again_on is None or slot.study_day >= again_on or slot.study_day == subject.last_day:
        return ""
    return f"No study after {subject.silent} reminders: the next one comes on {again_on}."
