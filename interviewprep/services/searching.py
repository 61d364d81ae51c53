"""Search over the cards a learner studies: conditions become SQL, results come a page at a time.

The order is that of the decks (deck, position, card), which an index holds ready, so that the first
page of a broad search stops early; the text index answers a narrow one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    not_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from ..core import search_query as q
from ..errors import Invalid
from ..storage import Card, CardMark, Deck, Memory, Note, NoteType
from .search_conditions import Asker, Conditions
from .search_results import Found, Page, Place
from .visibility import studied_decks, visible_card_ids

PAGE_SIZE = 50
COUNTED_AT_MOST = 1_000


_COLUMNS = (
    Card.id,
    Card.note_id,
    Card.deck_id,
    Deck.name,
    Deck.owner_id,
    Card.ordinal,
    Card.position,
    Note.fields,
    NoteType.kind,
    NoteType.markup,
    Note.tags,
    Memory.due_day,
    Memory.repeat_at,
    CardMark.is_suspended,
    CardMark.flag,
    CardMark.tags.label("personal_tags"),
)
_ORDER = (Card.deck_id, Card.position, Card.id)


def search(
    session: Session,
    asker: Asker,
    query: str,
    *,
    after: Place | None = None,
    before: Place | None = None,
    limit: int = PAGE_SIZE,
) -> Page:
    """Return one page of the cards that `query` finds: the first, or that after or before a place.

    :raise Invalid: with a sentence, for a query that cannot be read.
    """
    return _page_of(session, asker, _matching(session, asker, query), after, before, limit)


def cards_of_deck(
    session: Session,
    asker: Asker,
    deck_id: int,
    *,
    after: Place | None = None,
    before: Place | None = None,
    limit: int = PAGE_SIZE,
) -> Page:
    """Return one page of a deck's cards, subdecks left out; the caller checked who asks."""
    conditions = Conditions(session, asker, {})
    cards = _living(conditions).where(Card.deck_id == deck_id)
    return _page_of(session, asker, cards, after, before, limit)


def count(session: Session, asker: Asker, query: str, at_most: int = COUNTED_AT_MOST) -> int:
    """Return how many cards a query finds, counting no further than `at_most` + 1."""
    some = _matching(session, asker, query).limit(at_most + 1).subquery()
    return session.execute(select(func.count()).select_from(some)).scalar_one()


def matching_ids(session: Session, asker: Asker, query: str, at_most: int) -> list[int]:
    """Return the ids of all cards found, in order.

    :raise Invalid: where there are more than `at_most`.
    """
    ids = _ids(session, _matching(session, asker, query), at_most)
    if len(ids) > at_most:
        raise Invalid(
            f"The search finds more than {at_most:,} cards; narrow it and do it in parts."
        )
    return ids


def found_cards(session: Session, asker: Asker, card_ids: Iterable[int]) -> list[Found]:
    """Return these cards as search shows them, in the order given; the caller checked who asks."""
    ids = list(card_ids)
    rows = session.execute(
        _joined(select(*_COLUMNS), asker.user_id)
        .join(Note, Note.id == Card.note_id)
        .join(NoteType, NoteType.id == Note.note_type_id)
        .join(Deck, Deck.id == Card.deck_id)
        .where(Card.id.in_(ids))
    )
    by_id = {row.id: _found(row, asker.user_id) for row in rows}
    return [by_id[card_id] for card_id in ids if card_id in by_id]


def visible_among(session: Session, asker: Asker, card_ids: Iterable[int]) -> list[int]:
    """Return those of these cards that the learner may see, in the order given."""
    ids = list(card_ids)
    seen = set(session.scalars(visible_card_ids(asker.user_id, ids)))
    return [card_id for card_id in ids if card_id in seen]


def _matching(session: Session, asker: Asker, query: str) -> Select[int]:
    condition = q.parse(query)
    decks = session.execute(
        select(Deck.id, Deck.name).where(Deck.id.in_(studied_decks(asker.user_id)))
    ).all()
    names = {row.id: row.name for row in decks}
    conditions = Conditions(session, asker, names)
    where = conditions.where(condition)
    within = sorted(conditions.decks_of(condition))
    few = conditions.few_notes(condition)
    if few is None:
        return _living(conditions).where(Card.deck_id.in_(within), where)
    # The sum keeps the planner from the index by deck, which is the long way round here.
    return _living(conditions).where(Card.note_id.in_(few), (Card.deck_id + 0).in_(within), where)


def _living(conditions: Conditions) -> Select[int]:
    hidden = conditions.marked(CardMark.is_hidden.is_(True))
    return select(Card.id).where(Card.retired_at.is_(None), not_(hidden))


def _joined(query: Select[*tuple[Any, ...]], user_id: int) -> Select[Any]:
    return (
        query.select_from(Card)
        .outerjoin(Memory, and_(Memory.user_id == user_id, Memory.card_id == Card.id))
        .outerjoin(CardMark, and_(CardMark.user_id == user_id, CardMark.card_id == Card.id))
    )


def _ids(
    session: Session, matching: Select[*tuple[Any, ...]], limit: int, backwards: bool = False
) -> list[int]:
    order = [column.desc() for column in _ORDER] if backwards else list(_ORDER)
    return list(session.execute(matching.order_by(*order).limit(limit + 1)).scalars())


def _page_of(
    session: Session,
    asker: Asker,
    matching: Select[int],
    after: Place | None,
    before: Place | None,
    limit: int,
) -> Page:
    if before is not None:
        ids = _ids(session, matching.where(_place() < _values(before)), limit, backwards=True)
        return _page(session, asker, ids[:limit][::-1], earlier=len(ids) > limit, later=True)
    if after is not None:
        matching = matching.where(_place() > _values(after))
    ids = _ids(session, matching, limit)
    return _page(session, asker, ids[:limit], earlier=after is not None, later=len(ids) > limit)


def _page(session: Session, asker: Asker, ids: list[int], *, earlier: bool, later: bool) -> Page:
    return Page(found_cards(session, asker, ids), earlier=earlier, later=later)


def _place() -> ColumnElement[Any]:
    return tuple_(*_ORDER)


def _values(place: Place) -> ColumnElement[Any]:
    return tuple_(place.deck_id, place.position, place.card_id)


def _found(row: Any, user_id: int) -> Found:
    return Found(
        card_id=row.id,
        note_id=row.note_id,
        deck_id=row.deck_id,
        deck_name=row.name,
        is_own=row.owner_id == user_id,
        ordinal=row.ordinal,
        position=row.position,
        fields=row.fields,
        kind=row.kind,
        markup=row.markup,
        tags=row.tags,
        due_day=row.due_day,
        is_learning=row.repeat_at is not None,
        is_suspended=bool(row.is_suspended),
        flag=row.flag or 0,
        personal_tags=row.personal_tags or "",
    )
