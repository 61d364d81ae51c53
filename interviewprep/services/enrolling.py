"""Which decks a learner studies, and in which order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, delete, func, select, update
from sqlalchemy.orm import Session

from ..core.study_settings import DeckOptions
from ..storage import Deck, Enrolment
from .locking import lock_user
from .visibility import deck_tree, get_deck, may_see


def enrol(
    session: Session, user_id: int, deck_id: int, now: datetime, *, is_own: bool = False
) -> list[int]:
    """Begin to study a deck and its subdecks; return those that were not studied before.

    They come last, or with `is_own` where `place_for_own` says.

    :raise NotFound: unless the user may see the deck.
    """
    lock_user(session.connection(), user_id)
    deck = get_deck(session, user_id, deck_id)
    studied = set(session.scalars(select(Enrolment.deck_id).where(Enrolment.user_id == user_id)))
    # Locked, so that an owner who stops sharing at this moment ends this enrolment too.
    tree = session.scalars(_tree(user_id, deck).with_for_update(read=True)).all()
    added = [each for each in tree if each not in studied]
    if is_own:
        first = place_for_own(session, user_id, len(added))
    else:
        first = _place_after_all(session, user_id)
    session.add_all(
        Enrolment(user_id=user_id, deck_id=each, position=position, created_at=now)
        for position, each in enumerate(added, start=first)
    )
    session.flush()
    return added


def place_for_own(session: Session | Connection, user_id: int, count: int) -> int:
    """Make room for `count` new decks of the learner's own and return the position of the first:
    ahead of the decks that a track brought, else behind all.

    The many cards of a track would otherwise keep one's own waiting for weeks.
    """
    held = session.execute(
        select(Enrolment.position, Enrolment.options)
        .where(Enrolment.user_id == user_id)
        .order_by(Enrolment.position, Enrolment.deck_id)
    )
    of_tracks = (row.position for row in held if DeckOptions.from_mapping(row.options).track)
    first = next(of_tracks, None)
    if first is None:
        return _place_after_all(session, user_id)
    if count:
        session.execute(
            update(Enrolment)
            .where(Enrolment.user_id == user_id, Enrolment.position >= first)
            .values(position=Enrolment.position + count)
        )
    return int(first)


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


def _place_after_all(session: Session | Connection, user_id: int) -> int:
    last = session.execute(
        select(func.max(Enrolment.position)).where(Enrolment.user_id == user_id)
    ).scalar_one()
    return 0 if last is None else int(last) + 1


def _tree(user_id: int, deck: Deck) -> Select[int]:
    return select(Deck.id).where(may_see(user_id), deck_tree(deck)).order_by(Deck.name)
