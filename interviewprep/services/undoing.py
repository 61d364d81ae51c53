"""An answer is taken back: a new row in the log, and the state before it restored."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, insert, select, update
from sqlalchemy.orm import aliased

from ..core.cards import PROMPT_KEY
from ..core.grades import Grade
from ..core.schedulers import Memory as State
from ..core.schedulers import answered_today
from ..errors import NotFound
from ..storage import Card, CardMark, Day, Memory, Review
from ..storage.memories import COLUMNS, as_columns, as_log, from_log, shift_load, state_of
from ..storage.types import AnyRow
from .answering import REFUSED, REPEATED
from .learner import Learner
from .locking import lock_user
from .recording import STORED
from .studied_decks import look_again


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of it; `card_id` is the card to show again."""

    id: uuid.UUID
    status: str
    card_id: int
    version: int
    due_at: datetime | None
    reason: str | None = None


def undo(connection: Connection, learner: Learner, answer_id: uuid.UUID, now: datetime) -> Undone:
    """Take an answer back: the newest effective one of its card, and of today.

    Again is harmless (`repeated`); any other answer is `refused` with the reason. Raises `NotFound`
    for an id this learner never sent.
    """
    lock_user(connection, learner.id)
    answer = connection.execute(
        select(Review.__table__).where(Review.user_id == learner.id, Review.id == answer_id)
    ).first()
    if answer is None or answer.kind != "answer":
        raise NotFound("There is no such answer among yours.")
    memory = connection.execute(
        select(Memory.version, *COLUMNS).where(
            Memory.user_id == learner.id, Memory.card_id == answer.card_id
        )
    ).first()
    state, version = state_of(memory), 0 if memory is None else memory.version

    def result(status: str, state: State, version: int, reason: str | None = None) -> Undone:
        due_at = learner.due_at(state.due_day, state.repeat_at)
        return Undone(answer_id, status, answer.card_id, version, due_at, reason)

    later = connection.execute(
        select(Review.id, Review.kind, Review.undoes_id)
        .where(
            Review.user_id == learner.id,
            Review.card_id == answer.card_id,
            Review.status == STORED,
            Review.version > answer.version,
        )
        .order_by(Review.version)
    ).all()
    if any(row.undoes_id == answer_id for row in later):
        return result(REPEATED, state, version)
    reason = _reason_against(learner, answer, later, now)
    if reason is not None:
        return result(REFUSED, state, version, reason)
    before = from_log(answer.before)
    _restore(connection, learner, answer, state, before, version + 1, now)
    return result(STORED, before, version + 1)


def undo_newest(connection: Connection, learner: Learner, now: datetime) -> Undone:
    """Take back today's newest effective answer, whichever device gave it.

    The grade of an exercise is taken back where it was given, on the exercise's own page. Raises
    `NotFound` where there is none left.
    """
    lock_user(connection, learner.id)
    undoing = aliased(Review)
    newest = connection.execute(
        select(Review.id)
        .where(
            Review.user_id == learner.id,
            Review.at >= learner.day_start(learner.study_day(now)),
            Review.study_day == learner.study_day(now),
            Review.kind == "answer",
            Review.status == STORED,
            Card.id == Review.card_id,
            Card.key != PROMPT_KEY,
            ~exists(
                select(1).where(
                    undoing.user_id == learner.id,
                    undoing.card_id == Review.card_id,
                    undoing.undoes_id == Review.id,
                )
            ),
        )
        .order_by(Review.at.desc(), Review.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    if newest is None:
        raise NotFound("There is no answer of today left to take back.")
    return undo(connection, learner, newest, now)


def _reason_against(learner: Learner, answer: AnyRow, later: Any, now: datetime) -> str | None:
    if answer.status != STORED:
        return "This answer had no effect, so there is nothing to take back."
    undone = {row.undoes_id for row in later if row.kind == "undo"}
    effective = [row for row in later if row.kind != "undo" and row.id not in undone]
    if any(row.kind == "answer" for row in effective):
        return "The card was answered again since; take that answer back first."
    if effective:
        return "The card was set in another way since; this answer can no longer be taken back."
    if answer.study_day < learner.study_day(now):
        return "Only answers of today can be taken back."
    return None


def put_back(
    connection: Connection,
    learner: Learner,
    row: Any,
    undo_id: uuid.UUID,
    state: State,
    before: State,
    version: int,
    now: datetime,
) -> None:
    """Give a card the state it had before `row` of the log, and log that as the row `undo_id`."""
    connection.execute(
        update(Memory)
        .where(Memory.user_id == learner.id, Memory.card_id == row.card_id)
        .values(version=version, **as_columns(before))
    )
    connection.execute(
        insert(Review).values(
            user_id=learner.id,
            id=undo_id,
            card_id=row.card_id,
            deck_id=row.deck_id,
            kind="undo",
            at=now,
            study_day=row.study_day,
            version=version,
            scheduler=row.scheduler,
            before=as_log(state),
            after=as_log(before),
            undoes_id=row.id,
        )
    )


def _restore(
    connection: Connection,
    learner: Learner,
    answer: AnyRow,
    state: State,
    before: State,
    version: int,
    now: datetime,
) -> None:
    put_back(connection, learner, answer, uuid.uuid4(), state, before, version, now)
    was_answered = answered_today(before, answer.study_day)
    connection.execute(
        update(Day)
        .where(
            Day.user_id == learner.id,
            Day.study_day == answer.study_day,
            Day.deck_id == answer.deck_id,
        )
        .values(
            answers=Day.answers - 1,
            passes=Day.passes - int(answer.grade > Grade.AGAIN),
            duration_ms=Day.duration_ms - answer.duration_ms,
            new=Day.new - int(before.is_new),
            reviews=Day.reviews - int(not before.is_new and not was_answered),
        )
    )
    shift_load(connection, learner.id, [(state.due_day, before.due_day)])
    if before.is_new:
        look_again(connection, [answer.deck_id], user_id=learner.id)
    if (answer.options or {}).get("suspends"):
        connection.execute(
            update(CardMark)
            .where(CardMark.user_id == learner.id, CardMark.card_id == answer.card_id)
            .values(is_suspended=False)
        )
