"""What a learner chose about reminders, in the archive of their account and out of it.

The address of the calendar, devices, chat addresses and what was sent belong to one server; they
stay there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from ...core.reminders import ReminderSettings
from ...storage import Reminder
from ..reminding.settings import ensure_reminder, save_settings

_OF_THE_SERVER = "calendar_feed"


def reminders_as_json(connection: Connection, user_id: int) -> dict[str, Any] | None:
    """The learner's choices and when they were asked about them; None where there is neither."""
    query = select(Reminder.settings, Reminder.asked_at).where(Reminder.user_id == user_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    settings = ReminderSettings.from_mapping(row.settings).as_dict()
    settings.pop(_OF_THE_SERVER)
    asked_at = None if row.asked_at is None else row.asked_at.astimezone(UTC).isoformat()
    return {"settings": settings, "asked_at": asked_at}


def restore_reminders(connection: Connection, user_id: int, said: Any, now: datetime) -> None:
    """Set reminders as `reminders_as_json` gave them, unless the learner has decided here before.

    Unusable values count as absent. Nothing that was due before `now` is sent.
    """
    if not isinstance(said, dict):
        return
    session = Session(bind=connection)
    row = ensure_reminder(session, user_id, now)
    if row.asked_at is not None or row.settings:
        return
    stored = said.get("settings")
    chosen = ReminderSettings.from_mapping(stored if isinstance(stored, dict) else None)
    save_settings(session, user_id, replace(chosen, calendar_feed=False), now)
    with suppress(KeyError, TypeError, ValueError, OverflowError):
        asked_at = datetime.fromisoformat(said["asked_at"])
        if asked_at.tzinfo is not None and asked_at <= now:
            row.asked_at = asked_at.astimezone(UTC)
    session.flush()
