"""A card begins again, as if it had never been answered; the log keeps what was."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from ..core.schedulers import Memory as State
from ..storage import Card, Memory, Review
from ..storage.memories import COLUMNS, as_columns, as_log, shift_load, state_of
from .learner import Learner
from .locking import lock_user
from .studied_decks import look_again


def reset_card(connection: Connection, learner: Learner, card_id: int, now: datetime) -> bool:
    """Make a card new for this learner; return False where it was new already.

    Its version goes on counting, so that an answer on its way to the old state is stale.
    """
    lock_user(connection, learner.id)
    row = connection.execute(
        select(Card.deck_id, Memory.version, *COLUMNS)
        .join(Memory, (Memory.card_id == Card.id) & (Memory.user_id == learner.id))
        .where(Card.id == card_id)
    ).first()
    if row is None or row.due_day is None:
        return False
    before, after = state_of(row), State()
    connection.execute(
        update(Memory)
        .where(Memory.user_id == learner.id, Memory.card_id == card_id)
        .values(version=row.version + 1, **as_columns(after))
    )
    connection.execute(
        insert(Review).values(
            user_id=learner.id,
            id=uuid.uuid4(),
            card_id=card_id,
            deck_id=row.deck_id,
            kind="reset",
            at=now,
            study_day=learner.study_day(now),
            version=row.version + 1,
            scheduler=learner.scheduler_name,
            before=as_log(before),
            after=as_log(after),
        )
    )
    shift_load(connection, learner.id, [(before.due_day, None)])
    look_again(connection, [row.deck_id], user_id=learner.id)
    return True
