"""Which decks a learner studies, and in which order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from ..storage import Deck, Enrolment
from .locking import lock_user
from .visibility import deck_tree, get_deck, may_see


def enrol(session: Session, user_id: int, deck_id: int, now: datetime) -> list[int]:
    """Begin to study a deck and its subdecks; return those that were not studied before.

    :raise NotFound: unless the user may see the deck.
    """
    lock_user(session.connection(), user_id)
    deck = get_deck(session, user_id, deck_id)
    studied = set(session.scalars(select(Enrolment.deck_id).where(Enrolment.user_id == user_id)))
    # Locked, so that an owner who stops sharing at this moment ends this enrolment too.
    tree = session.scalars(_tree(user_id, deck).with_for_update(read=True)).all()
    added = [each for each in tree if each not in studied]
    last = session.execute(
        select(func.max(Enrolment.position)).where(Enrolment.user_id == user_id)
    ).scalar_one()
    first = 0 if last is None else last + 1
    session.add_all(
        Enrolment(user_id=user_id, deck_id=each, position=position, created_at=now)
        for position, each in enumerate(added, start=first)
    )
    session.flush()
    return added


def leave(session: Session, user_id: int, deck_id: int) -> None:
    """Stop studying a deck and its subdecks; what the learner knows of its cards is kept.

    :raise NotFound: unless the user may see the deck.
    """
    deck = get_deck(session, user_id, deck_id)
    ids = session.scalars(_tree(user_id, deck)).all()
    session.execute(
        delete(Enrolment).where(Enrolment.user_id == user_id, Enrolment.deck_id.in_(ids))
    )


def move_enrolment(session: Session, user_id: int, deck_id: int, steps: int) -> None:
    """Move a deck `steps` places later in the learner's order; a negative number is earlier.

    :raise NotFound: unless the user may see the deck. One not studied stays as it is.
    """
    get_deck(session, user_id, deck_id)
    order = list(
        session.scalars(
            select(Enrolment)
            .where(Enrolment.user_id == user_id)
            .order_by(Enrolment.position, Enrolment.deck_id)
        )
    )
    at = next((n for n, each in enumerate(order) if each.deck_id == deck_id), None)
    if at is None:
        return
    moved = order.pop(at)
    order.insert(max(0, min(len(order), at + steps)), moved)
    for position, each in enumerate(order):
        each.position = position
    session.flush()


def _tree(user_id: int, deck: Deck) -> Select[int]:
    return select(Deck.id).where(may_see(user_id), deck_tree(deck)).order_by(Deck.name)
