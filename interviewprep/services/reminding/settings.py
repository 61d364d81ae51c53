"""What a learner chose about reminders, and keeping it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...core.reminders import ReminderSettings
from ...storage import ChannelState, Reminder

_NEW = {
    "sqlite": sqlite.insert(Reminder).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Reminder).on_conflict_do_nothing(),
}


def settings_of(connection: Connection, user_id: int) -> ReminderSettings:
    """Return the learner's choices; the defaults, off, where nothing was chosen yet."""
    stored = connection.execute(
        select(Reminder.settings).where(Reminder.user_id == user_id)
    ).scalar_one_or_none()
    return ReminderSettings.from_mapping(stored)


def ensure_reminder(session: Session, user_id: int, now: datetime) -> Reminder:
    """Return the learner's row, locked, made where there is none."""
    statement = _NEW[session.get_bind().dialect.name]
    session.execute(statement, {"user_id": user_id, "settings": {}, "changed_at": now})
    return session.scalars(
        select(Reminder)
        .where(Reminder.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def save_settings(
    session: Session, user_id: int, settings: ReminderSettings, now: datetime
) -> None:
    """Keep the choices; where the timing changed, nothing that was due before is sent any more."""
    row = ensure_reminder(session, user_id, now)
    if ReminderSettings.from_mapping(row.settings).timing != settings.timing:
        row.changed_at = now
    row.settings = settings.as_dict()
    row.next_at = now if settings.is_on or settings.weekly else None
    session.flush()


def look_again(session: Session, user_id: int, now: datetime) -> None:
    """Let the next tick work out anew when this learner's reminders are due: their clock, or the
    hour at which their day begins, has changed."""
    session.execute(
        update(Reminder)
        .where(Reminder.user_id == user_id, Reminder.next_at.is_not(None))
        .values(next_at=now)
    )


def welcome_back(session: Session, user_id: int, now: datetime) -> None:
    """End the back-off: the learner says that they are back, and reminders come daily again."""
    session.execute(
        update(Reminder).where(Reminder.user_id == user_id).values(silent=0, welcome_back_at=now)
    )


def switch_on_again(session: Session, user_id: int, destination: str) -> None:
    """Forget what went wrong at a place, so that it is tried again."""
    session.execute(
        delete(ChannelState).where(
            ChannelState.user_id == user_id, ChannelState.destination == destination
        )
    )


def tally(session: Session, user_id: int, study_day: date, silent: int) -> None:
    """Count a study day's reminder that went out, once for all its places and slots."""
    session.execute(
        update(Reminder)
        .where(
            Reminder.user_id == user_id,
            Reminder.last_day.is_(None) | (Reminder.last_day < study_day),
        )
        .values(last_day=study_day, silent=silent + 1)
    )
