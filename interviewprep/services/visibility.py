"""What a user may see, in one place: their own decks, built-in ones, and what others share.

Everything looked up here is scoped to who asks. What does not exist, is retired, or belongs to
somebody else raises the same `NotFound`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from ..errors import NotAllowed, NotFound
from ..storage import Card, Deck, Enrolment, Note


def may_see(user_id: int) -> ColumnElement[bool]:
    """The condition on `deck` under which this user may see it."""
    return and_(
        Deck.retired_at.is_(None),
        or_(Deck.owner_id == user_id, Deck.owner_id.is_(None), Deck.is_shared.is_(True)),
    )


def visible_decks(user_id: int) -> Select[int]:
    """The ids of all decks this user may see, as a query to select from or to use in `IN`.

    Whoever is enrolled in a deck may see it: the enrolments of others end when a deck stops being
    shared.
    """
    return select(Deck.id).where(may_see(user_id))


def studied_decks(user_id: int) -> Select[int]:
    """The ids of the decks this user owns or is enrolled in: where search looks."""
    enrolled = select(Enrolment.deck_id).where(Enrolment.user_id == user_id)
    return select(Deck.id).where(
        may_see(user_id), or_(Deck.owner_id == user_id, Deck.id.in_(enrolled))
    )


def get_deck(session: Session, user_id: int, deck_id: int) -> Deck:
    """:raise NotFound: unless the user may see the deck."""
    deck = session.scalars(select(Deck).where(Deck.id == deck_id, may_see(user_id))).first()
    if deck is None:
        raise NotFound("There is no such deck, or it is not yours to see.")
    return deck


def get_own_deck(session: Session, user_id: int, deck_id: int) -> Deck:
    """:raise NotFound: unless the user may see the deck.

    :raise NotAllowed: if they see it but it belongs to somebody else, or to nobody.
    """
    deck = get_deck(session, user_id, deck_id)
    if deck.owner_id != user_id:
        raise NotAllowed(f"“{deck.name}” is not your deck, so you can study it but not change it.")
    return deck


def get_card(session: Session, user_id: int, card_id: int) -> Card:
    """:raise NotFound: unless the user may see the card."""
    card = session.scalars(_cards(user_id).where(Card.id == card_id)).first()
    if card is None:
        raise NotFound("There is no such card, or it is not yours to see.")
    return card


def get_note(session: Session, user_id: int, note_id: int) -> Note:
    """:raise NotFound: unless the user may see the note, through its own deck or a card's."""
    note = session.get(Note, note_id)
    if note is not None and not _may_see_note(session, user_id, note):
        note = None
    if note is None:
        raise NotFound("There is no such card, or it is not yours to see.")
    return note


def get_own_note(session: Session, user_id: int, note_id: int) -> Note:
    """:raise NotFound: unless the user may see the note.

    :raise NotAllowed: if they see it but it belongs to somebody else, or to nobody.
    """
    note = get_note(session, user_id, note_id)
    if note.owner_id != user_id:
        raise NotAllowed(
            "This card is not yours to change; make your own version of it, or put a personal note"
            " beside it."
        )
    return note


def deck_tree(deck: Deck) -> ColumnElement[bool]:
    """The condition for a deck and its subdecks, of the same owner and not retired."""
    same_owner = Deck.owner_id.is_not_distinct_from(deck.owner_id)
    below = Deck.name.startswith(deck.name + "::", autoescape=True)
    return same_owner & Deck.retired_at.is_(None) & ((Deck.id == deck.id) | below)


def visible_card_ids(user_id: int, card_ids: list[int]) -> Select[*tuple[Any, ...]]:
    """Those of `card_ids` that the user may see, as a query."""
    return _cards(user_id).with_only_columns(Card.id).where(Card.id.in_(card_ids))


def _cards(user_id: int) -> Select[Card]:
    return (
        select(Card)
        .join(Deck, Deck.id == Card.deck_id)
        .where(Card.retired_at.is_(None), may_see(user_id))
    )


def _may_see_note(session: Session, user_id: int, note: Note) -> bool:
    if note.retired_at is not None:
        return False
    in_its_deck = select(Deck.id).where(Deck.id == note.deck_id, may_see(user_id))
    if session.execute(in_its_deck).first() is not None:
        return True
    return session.execute(_cards(user_id).where(Card.note_id == note.id)).first() is not None


def subdecks_of(session: Session, user_id: int, deck: Deck) -> list[Deck]:
    """The decks below this one that the user may see, by name."""
    below = select(Deck).where(may_see(user_id), deck_tree(deck), Deck.id != deck.id)
    return list(session.scalars(below.order_by(Deck.name)))


def parent_of(session: Session, user_id: int, deck: Deck) -> Deck | None:
    """The deck one level up, where there is one that the user may see."""
    above = deck.name.rpartition("::")[0]
    if not above:
        return None
    same_owner = Deck.owner_id.is_not_distinct_from(deck.owner_id)
    return session.scalars(
        select(Deck).where(may_see(user_id), same_owner, Deck.name == above)
    ).first()
