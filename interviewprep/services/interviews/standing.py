"""Where a mock stands, for whoever comes back to it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...storage import MockRound
from .rounds import DONE, PAUSED, RUNNING, load_mock


@dataclass(frozen=True, slots=True)
class Standing:
    """`position` is the round in hand and `state` its state; null and empty when all are done."""

    is_ended: bool
    position: int | None
    state: str


def standing_of(session: Session, user_id: int, mock_id: uuid.UUID) -> Standing:
    """Return the round that runs, else the first that is not done.

    :raise NotFound: unless there is such a mock of this learner's.
    """
    mock = load_mock(session, user_id, mock_id)
    rows = session.execute(
        select(MockRound.position, MockRound.state)
        .where(MockRound.user_id == user_id, MockRound.mock_id == mock_id)
        .order_by(MockRound.position)
    ).all()
    running = [row for row in rows if row.state in (RUNNING, PAUSED)]
    left = [row for row in rows if row.state != DONE]
    for row in running or left:
        return Standing(mock.ended_at is not None, row.position, row.state)
    return Standing(mock.ended_at is not None, None, "")
