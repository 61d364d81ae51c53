"""An edition raises the `rev` of a built-in card: whoever has begun the card meets it once more."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.orm import Session

from ..core.notes import Note
from ..core.revisions import revised
from ..storage import Card, Enrolment, Memory, NoteType, Review, User
from ..storage import Note as NoteRow
from ..storage.memories import COLUMNS, as_columns, as_log, shift_load, state_of
from ..storage.types import AnyRow
from .learner import Learner, load_learner
from .locking import lock_user

FIRST_REV = 1


@dataclass(frozen=True, slots=True)
class Revision:
    """The `rev` a note has now, and what it said before, at `earlier_rev`."""

    rev: int
    earlier_rev: int
    kind: str
    fields: tuple[str, ...]

    def as_options(self) -> dict[str, Any]:
        """Return it as the log keeps it."""
        earlier = {"rev": self.earlier_rev, "kind": self.kind, "fields": list(self.fields)}
        return {"rev": self.rev, "earlier": earlier}


def revision_of(session: Session, row: NoteRow, note: Note) -> Revision | None:
    """Return what a new edition revises; None where `rev` is not raised. `row` is as it was."""
    rev, earlier_rev = rev_of(note.details), rev_of(row.details)
    if rev <= earlier_rev:
        return None
    kind = session.get_one(NoteType, row.note_type_id).kind
    return Revision(rev, earlier_rev, kind, tuple(row.fields))


def rev_of(details: Mapping[str, Any]) -> int:
    """Return the revision that the details of a note name."""
    rev = details.get("rev", FIRST_REV)
    return rev if isinstance(rev, int) else FIRST_REV


def lock_learners(session: Session, deck_ids: Collection[int]) -> None:
    """Hold the lock of everyone who studies one of these decks, before any of their rows is.

    Answers take the learner's lock first too, so that neither waits for the other in a circle.
    PostgreSQL only.
    """
    if session.connection().dialect.name == "postgresql":
        studying = select(Enrolment.user_id).where(Enrolment.deck_id.in_(deck_ids))
        query = select(User.id).where(User.id.in_(studying)).order_by(User.id)
        session.execute(query.with_for_update(key_share=True)).all()


def revise(connection: Connection, revisions: Mapping[int, Revision], now: datetime) -> int:
    """Make the cards of these notes (by id) due for all who have begun them; return how many."""
    if not revisions:
        return 0
    begun = (
        select(Memory.user_id, Card.id, Card.note_id, Card.deck_id, Memory.version, *COLUMNS)
        .join(Card, Card.id == Memory.card_id)
        .where(
            Card.note_id.in_(sorted(revisions)),
            Card.retired_at.is_(None),
            Memory.due_day.is_not(None),
        )
    )
    learners = connection.execute(begun.with_only_columns(Memory.user_id).distinct()).scalars()
    count = 0
    for user_id in sorted(learners):
        lock_user(connection, user_id)
        learner = load_learner(connection, user_id)
        rows = connection.execute(begun.where(Memory.user_id == user_id).order_by(Card.id)).all()
        if rows:
            _revise(connection, learner, rows, revisions, now)
        count += len(rows)
    return count


def _revise(
    connection: Connection,
    learner: Learner,
    rows: Sequence[AnyRow],
    revisions: Mapping[int, Revision],
    now: datetime,
) -> None:
    """Store the new states of one learner's cards, and a row of the log for each."""
    today = learner.study_day(now)
    states, log, moves = [], [], []
    for row in rows:
        before, version = state_of(row), row.version + 1
        after = revised(before, version, today)
        moves.append((before.due_day, after.due_day))
        states.append({"b_card_id": row.id, "version": version, **as_columns(after)})
        log.append(
            {
                "user_id": learner.id,
                "id": uuid.uuid4(),
                "card_id": row.id,
                "deck_id": row.deck_id,
                "kind": "revised",
                "at": now,
                "study_day": today,
                "version": version,
                "scheduler": learner.scheduler_name,
                "options": revisions[row.note_id].as_options(),
                "before": as_log(before),
                "after": as_log(after),
            }
        )
    of_card = update(Memory).where(
        Memory.user_id == learner.id, Memory.card_id == bindparam("b_card_id")
    )
    connection.execute(of_card, states)
    connection.execute(insert(Review), log)
    shift_load(connection, learner.id, moves)
