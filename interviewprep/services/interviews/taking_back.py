"""What the end of a mock did to the schedule is taken back; the mock stays in history as it was."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...core.card_titles import card_title
from ...errors import Conflict
from ...storage import Card, Memory, Note, NoteType, Review
from ...storage.memories import COLUMNS, from_log, shift_load, state_of
from ..drafts import withdraw_drafts
from ..learner import Learner
from ..locking import lock_user
from ..recording import STORED
from ..studied_decks import look_again
from ..undoing import put_back
from .rounds import bump, load_mock


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`restored` counts the cards that stand where they stood. `kept` names those that moved on
    since, by their question, and keep what came later; `kept_drafts` counts drafts that the learner
    accepted since. `was_done` says that it had been taken back before."""

    restored: int = 0
    kept: tuple[str, ...] = ()
    kept_drafts: int = 0
    was_done: bool = False


def undo_mock(session: Session, learner: Learner, mock_id: uuid.UUID, now: datetime) -> TakenBack:
    """Restore every card that the end of a mock moved, and put its drafts away.

    Versions go on counting, and each restored card gets an undo row in the log. A card answered,
    reset or moved by another mock since stays as it is. Again is harmless.

    :raise NotFound: unless the mock is this learner's.
    :raise Conflict: before it has ended.
    """
    lock_user(session.connection(), learner.id)
    mock = load_mock(session, learner.id, mock_id)
    if mock.ended_at is None:
        raise Conflict("This mock has not ended, so it has done nothing yet.")
    if mock.undone_at is not None:
        return TakenBack(was_done=True)
    effects = mock.effects or {}
    rows = session.scalars(
        select(Review)
        .where(
            Review.user_id == learner.id,
            Review.id.in_([uuid.UUID(text) for text in effects.get("reviews", ())]),
        )
        .order_by(Review.card_id)
        .execution_options(populate_existing=True)
    ).all()
    moved_on = _moved_on(session, learner.id, rows)
    moves = [_restore(session, learner, row, now) for row in rows if row.card_id not in moved_on]
    shift_load(session.connection(), learner.id, moves)
    kept_drafts = withdraw_drafts(session, learner.id, effects.get("drafts", []), now)
    mock.undone_at = now
    bump(mock)
    session.flush()
    return TakenBack(len(moves), _titles(session, moved_on), len(kept_drafts))


def _moved_on(session: Session, user_id: int, rows: Sequence[Review]) -> list[int]:
    """Return the cards on which something took effect after these rows and still does."""
    if not rows:
        return []
    versions = {row.card_id: row.version for row in rows}
    later = session.execute(
        select(Review.id, Review.card_id, Review.kind, Review.version, Review.undoes_id).where(
            Review.user_id == user_id,
            Review.card_id.in_(list(versions)),
            Review.status == STORED,
        )
    ).all()
    undone = {row.undoes_id for row in later if row.kind == "undo"}
    return sorted(
        {
            row.card_id
            for row in later
            if row.version > versions[row.card_id]
            and row.kind not in ("undo", "imported")
            and row.id not in undone
        }
    )


def _restore(
    session: Session, learner: Learner, row: Review, now: datetime
) -> tuple[date | None, date | None]:
    """Give a card the state it had before; return its due day until now, and from now on."""
    found = session.execute(
        select(Memory.version, *COLUMNS).where(
            Memory.user_id == learner.id, Memory.card_id == row.card_id
        )
    ).one()
    state, before, version = state_of(found), from_log(row.before), found.version + 1
    undo_id = uuid.uuid5(row.id, "undo")
    put_back(session.connection(), learner, row, undo_id, state, before, version, now)
    if before.is_new:
        look_again(session.connection(), [row.deck_id], user_id=learner.id)
    return state.due_day, before.due_day


def _titles(session: Session, card_ids: Sequence[int]) -> tuple[str, ...]:
    rows = session.execute(
        select(NoteType.kind, NoteType.markup, Note.fields, Card.ordinal)
        .join(Note, Note.note_type_id == NoteType.id)
        .join(Card, Card.note_id == Note.id)
        .where(Card.id.in_(card_ids))
        .order_by(Card.id)
    )
    return tuple(card_title(*row) for row in rows)
