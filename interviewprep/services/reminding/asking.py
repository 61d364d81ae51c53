"""The one question about reminders, after the first finished session, and never again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from ...core.reminders import ReminderSettings
from ...storage import Reminder
from ...storage.prepared import Prepared
from .settings import ensure_reminder, save_settings

_ASKED = Prepared(select(Reminder.asked_at).where(Reminder.user_id == bindparam("user_id")))


def should_ask(connection: Connection, user_id: int) -> bool:
    """Whether nobody has asked this learner yet, who has chosen nothing by themselves either."""
    row = _ASKED.first(connection, {"user_id": user_id})
    return row is None or row.asked_at is None


def answer_question(
    session: Session, user_id: int, minute_of_day: int | None, now: datetime
) -> None:
    """Switch reminders on at this minute of the learner's day, or, with None, leave them off."""
    row = ensure_reminder(session, user_id, now)
    if minute_of_day is not None:
        chosen = ReminderSettings.from_mapping(row.settings)
        chosen = replace(chosen, is_on=True, minute_of_day=minute_of_day)
        save_settings(session, user_id, chosen, now)
    mark_asked(session, user_id, now)


def mark_asked(session: Session, user_id: int, now: datetime) -> None:
    """Keep that the learner has decided, so that no page asks."""
    row = ensure_reminder(session, user_id, now)
    row.asked_at = row.asked_at or now
    session.flush()
