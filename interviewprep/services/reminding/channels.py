"""How each place of a learner's reminders is doing, as the settings show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...storage import ChannelState


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong last at a place, and since when nothing more is sent there."""

    error: str
    at: datetime | None
    switched_off_at: datetime | None


def troubles_of(session: Session, user_id: int) -> dict[str, Trouble]:
    """Return the places where the last message failed, by destination."""
    rows = session.scalars(select(ChannelState).where(ChannelState.user_id == user_id))
    return {
        row.destination: Trouble(row.last_error, row.last_error_at, row.switched_off_at)
        for row in rows
        if row.last_error or row.switched_off_at
    }
