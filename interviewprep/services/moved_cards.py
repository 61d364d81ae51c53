"""Learners follow the built-in cards they study into the decks to which an edition moves them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..storage import Card, Enrolment, Memory


def follow_moved(
    session: Session,
    moves: Mapping[tuple[int, int], Collection[int]],
    vanished: Collection[int],
    now: datetime,
) -> int:
    """Enrol who studies cards that moved in the decks where they are now; return how many times.

    `moves` holds the ids of the notes that went from one deck (its id first) to another. Of a deck
    that vanished every learner follows, of one that stays those who had begun such a card. The new
    deck takes the place of the old one in their order, and its options.
    """
    followed = 0
    for (old, new), notes in moves.items():
        learners = select(Enrolment).where(Enrolment.deck_id == old)
        if old not in vanished:
            begun = (
                select(Memory.user_id)
                .join(Card, Card.id == Memory.card_id)
                .where(Card.note_id.in_(notes), Memory.due_day.is_not(None))
            )
            learners = learners.where(Enrolment.user_id.in_(begun))
        there = set(session.scalars(select(Enrolment.user_id).where(Enrolment.deck_id == new)))
        for held in session.scalars(learners).all():
            if held.user_id in there:
                continue
            followed += 1
            session.add(
                Enrolment(
                    user_id=held.user_id,
                    deck_id=new,
                    position=held.position,
                    options=dict(held.options),
                    created_at=now,
                )
            )
        session.flush()
    return followed
