"""A round while it runs: its stages, its clock, its beginning and its end.

Each verb takes the round's learner, the mock, the round's position and the moment, and raises
`NotFound` for a stranger and `Conflict` in a state in which it makes no sense.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ...core.interviews.clock import at_stage, stopped, stored_segments
from ...errors import Conflict, NotFound
from ...storage import Mock, MockRound
from ..learner import Learner
from ..locking import lock_user
from .rounds import (
    PAUSED,
    RUNNING,
    SCORING,
    WAITING,
    bump,
    load_mock,
    round_to_change,
)


def go_to_stage(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, now: datetime, stage: int
) -> None:
    """Turn to any stage, a later or an earlier one; its clock runs from now on."""
    held = round_to_change(session, learner, mock_id, position)
    held.expect(RUNNING)
    if not 0 <= stage < len(held.round.stages):
        raise NotFound("This round has no such stage.")
    if stage == held.round.stage:
        return
    held.round.stage = stage
    held.round.segments = stored_segments(at_stage(held.segments, stage, now))
    bump(held.mock)


def pause(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, now: datetime
) -> None:
    """Stop the clock; on the day nobody can, so neither can a bare round."""
    held = round_to_change(session, learner, mock_id, position)
    held.expect(RUNNING, PAUSED)
    if held.mock.is_bare:
        raise Conflict("As on the day, the clock cannot be paused.")
    if held.round.state == PAUSED:
        return
    held.round.state = PAUSED
    held.round.segments = stored_segments(stopped(held.segments, now))
    bump(held.mock)


def resume(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, now: datetime
) -> None:
    """Let the clock go on in the stage where it was stopped."""
    held = round_to_change(session, learner, mock_id, position)
    held.expect(RUNNING, PAUSED)
    if held.round.state == RUNNING:
        return
    held.round.state = RUNNING
    held.round.segments = stored_segments(at_stage(held.segments, held.round.stage, now))
    bump(held.mock)


def begin_round(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, now: datetime
) -> None:
    """Begin the next round of a loop; the break may be cut short. Again is harmless."""
    held = round_to_change(session, learner, mock_id, position)
    if held.round.state == RUNNING:
        return
    if held.round.state != WAITING:
        raise Conflict("This round has begun before.")
    before = select(MockRound.state).where(
        MockRound.user_id == learner.id,
        MockRound.mock_id == mock_id,
        MockRound.position < position,
    )
    if set(session.scalars(before)) & {RUNNING, PAUSED, WAITING}:
        raise Conflict("Finish the round before this one first.")
    held.round.state = RUNNING
    held.round.started_at = now
    held.round.segments = stored_segments(at_stage((), held.round.stage, now))
    bump(held.mock)


def finish_round(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, now: datetime
) -> None:
    """End the round: the clock stops, and it is time to score. Again is harmless."""
    held = round_to_change(session, learner, mock_id, position)
    if held.round.state == SCORING:
        return
    held.expect(RUNNING, PAUSED)
    held.round.state = SCORING
    held.round.ended_at = now
    held.round.segments = stored_segments(stopped(held.segments, now))
    bump(held.mock)


def discard_mock(session: Session, learner: Learner, mock_id: uuid.UUID) -> None:
    """Throw an unfinished mock away with all its rounds, texts and scores.

    Code that was run stays among the attempts at its exercise.

    :raise NotFound: unless there is such a mock of this learner's.
    :raise Conflict: for one that is finished, which stays in the history.
    """
    lock_user(session.connection(), learner.id)
    mock = load_mock(session, learner.id, mock_id)
    if mock.ended_at is not None:
        raise Conflict("This interview is finished and stays in your history.")
    session.expunge(mock)
    session.execute(delete(Mock).where(Mock.user_id == learner.id, Mock.id == mock_id))
