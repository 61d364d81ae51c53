"""A mock ends: its verdict stands, and what follows from it for the schedule is done at once.

`preview` says what that will be; both go through `consequences.work_out`. Each card that moves gets
one row of kind `mock` in the log, its id made of mock and card, so that nothing is done twice. A
mock is no flashcard answer: the daily roll-up, and with it minutes and streak, counts nothing of
it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from ...core.interviews.verdicts import in_hundredths
from ...errors import Conflict
from ...storage import Memory, Mock, Review
from ...storage.memories import as_columns, as_log, shift_load
from ..drafts import make_drafts
from ..learner import Learner
from ..locking import lock_user
from .consequences import Change, Effects, work_out
from .rounds import DONE, bump, load_mock


@dataclass(frozen=True, slots=True)
class Finished:
    """`effects` is None where the mock had ended before, and nothing was done again."""

    mock: Mock
    effects: Effects | None


def preview(session: Session, learner: Learner, mock_id: uuid.UUID, now: datetime) -> Effects:
    """Return everything that ending the mock would do, without doing it.

    :raise NotFound: unless the mock is this learner's.
    :raise Conflict: once it has ended, before any round was scored, or while one is under way.
    """
    return work_out(session, learner, load_mock(session, learner.id, mock_id), now)


def finish_mock(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    now: datetime,
    *,
    drafts: Collection[str] | None = None,
) -> Finished:
    """End a mock and do all that `preview` said, in the caller's one transaction.

    `drafts` are the keys of the follow-ups to keep as drafts; None keeps those never offered
    before. A mock that has ended already stays as it is.

    :raise NotFound: unless the mock is this learner's.
    :raise Conflict: before any round was scored, or while one is under way.
    """
    lock_user(session.connection(), learner.id)
    mock = load_mock(session, learner.id, mock_id)
    if mock.ended_at is not None:
        return Finished(mock, None)
    effects = work_out(session, learner, mock, now)
    reviews = [_move(session, learner, mock, change, now) for change in effects.changes]
    shift_load(
        session.connection(),
        learner.id,
        [(change.before_day, change.after_day) for change in effects.changes],
    )
    chosen = [
        offer
        for offer in effects.drafts
        if (offer.key in drafts if drafts is not None else offer.is_new)
    ]
    made = make_drafts(session, learner.id, chosen, now)
    _close(mock, effects, now)
    mock.effects = {
        "reviews": [str(review_id) for review_id in reviews],
        "drafts": made,
        "offered": [card.id for card in effects.offered],
    }
    bump(mock)
    session.flush()
    return Finished(mock, effects)


def review_id(mock_id: uuid.UUID, card_id: int) -> uuid.UUID:
    """Return the id of the log's row in which a mock moved a card."""
    return uuid.uuid5(mock_id, f"card {card_id}")


def _move(
    session: Session, learner: Learner, mock: Mock, change: Change, now: datetime
) -> uuid.UUID:
    card, values = change.card, as_columns(change.after)
    version = (card.version or 0) + 1
    if card.version is None:
        session.execute(
            insert(Memory).values(user_id=learner.id, card_id=card.id, version=version, **values)
        )
    else:
        moved = session.execute(
            update(Memory)
            .where(
                Memory.user_id == learner.id,
                Memory.card_id == card.id,
                Memory.version == card.version,
            )
            .values(version=version, **values)
            .execution_options(synchronize_session=False)
        )
        if moved.rowcount != 1:  # type: ignore[attr-defined]  # the learner's lock rules this out
            raise Conflict("A card changed at this very moment; try again.")
    made = review_id(mock.id, card.id)
    session.execute(
        insert(Review).values(
            user_id=learner.id,
            id=made,
            card_id=card.id,
            deck_id=card.deck_id,
            kind="mock",
            at=now,
            study_day=change.after.last_day if change.grade else learner.study_day(now),
            duration_ms=change.duration_ms,
            grade=None if change.grade is None else int(change.grade),
            scheduler=learner.scheduler_name,
            options={
                **learner.logged_options,
                "mock": str(mock.id),
                "why": change.why.value,
                "reason": change.reason,
                "level": change.level,
                "grade": None if change.grade is None else change.grade.label,
            },
            chosen_day=change.after_day,
            version=version,
            before=as_log(card.memory),
            after=as_log(change.after),
        )
    )
    return made


def _close(mock: Mock, effects: Effects, now: datetime) -> None:
    for sheet in effects.sheets:
        sheet.round.state = DONE
        if sheet.round.ended_at is None:
            sheet.round.ended_at = now
    mock.ended_at = now
    mock.study_day = effects.study_day
    mock.score_hundredths = in_hundredths(effects.result.score)
    mock.verdict = effects.result.verdict.value if effects.result.verdict else ""
