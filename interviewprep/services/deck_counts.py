"""How many cards of a deck are in which state, counted no further than is worth showing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from ..core.cards import PROMPT_KEY
from ..core.levels import LEVEL_STEP, end_of
from ..storage import Card, CardMark, Memory, Note
from .new_cards import has_none_of

COUNTED_AT_MOST = 1_000
TOTAL_COUNTED_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class DeckCounts:
    """Flashcards by state for one learner; one more than the limit means that there are more.

    `new`, `learning` and `due` leave out suspended cards; a day's limits are not applied. `new`
    counts no further than the depth to which the deck is studied, and not what is left out.
    `prompts` are the exercises and interview prompts, which are not among the others.
    """

    new: int
    learning: int
    due: int
    suspended: int
    total: int
    prompts: int


def count_deck(
    session: Session,
    user_id: int,
    deck_id: int,
    today: date,
    *,
    depth: int | None = None,
    without: tuple[str, ...] = (),
) -> DeckCounts:
    """Count the cards of one deck, subdecks not included. Neither hidden cards nor drafts count."""
    free = or_(CardMark.card_id.is_(None), CardMark.is_suspended.is_(False))

    def count(query: Select[int], at_most: int = COUNTED_AT_MOST) -> int:
        some = query.limit(at_most + 1).subquery()
        return session.execute(select(func.count()).select_from(some)).scalar_one()

    cards = _cards(user_id).where(Card.deck_id == deck_id)
    begun = cards.join(Memory, and_(Memory.user_id == user_id, Memory.card_id == Card.id))
    unbegun = cards.outerjoin(Memory, and_(Memory.user_id == user_id, Memory.card_id == Card.id))
    within: list[ColumnElement[bool]] = [] if depth is None else [Card.position < end_of(depth)]
    if without:
        within.append(exists().where(Note.id == Card.note_id, has_none_of(without)))
    return DeckCounts(
        new=count(unbegun.where(Memory.due_day.is_(None), free, *within)),
        learning=count(begun.where(Memory.repeat_at.is_not(None), Memory.last_day == today, free)),
        due=count(begun.where(Memory.due_day <= today, free)),
        suspended=count(cards.where(CardMark.is_suspended.is_(True))),
        total=count(cards, TOTAL_COUNTED_AT_MOST),
        prompts=count(_cards(user_id, prompts=True).where(Card.deck_id == deck_id)),
    )


def count_levels(session: Session, deck_id: int) -> dict[int, int]:
    """Return how many flashcards a built-in deck has of each level."""
    level = Card.position // LEVEL_STEP
    rows = session.execute(
        select(level.label("level"), func.count().label("cards"))
        .where(Card.deck_id == deck_id, Card.retired_at.is_(None), Card.key != PROMPT_KEY)
        .group_by(level)
    )
    return {int(row.level): int(row.cards) for row in rows}


def count_totals(session: Session, user_id: int, deck_ids: Sequence[int]) -> dict[int, int]:
    """Return how many flashcards each of these decks has, as `count_deck` counts them; those that
    have none are left out."""
    if not deck_ids:
        return {}
    shown = _cards(user_id).where(Card.deck_id.in_(deck_ids))
    rows = session.execute(
        shown.with_only_columns(Card.deck_id, func.count()).group_by(Card.deck_id)
    )
    return {int(deck_id): int(cards) for deck_id, cards in rows}


def count_tags(session: Session, deck_id: int, tags: Sequence[str]) -> dict[str, int]:
    """Return how many notes of a deck have each of these tags; those that none has are left out."""
    held = (
        select(Note.tags)
        .where(Note.deck_id == deck_id, Note.retired_at.is_(None))
        .limit(TOTAL_COUNTED_AT_MOST)
    )
    found = Counter(tag for line in session.scalars(held) for tag in line.split()) if tags else {}
    return {tag: found[tag] for tag in tags if found[tag]}


def _cards(user_id: int, *, prompts: bool = False) -> Any:
    """The flashcards of all decks, or the prompts."""
    return (
        select(Card.id)
        .outerjoin(CardMark, and_(CardMark.user_id == user_id, CardMark.card_id == Card.id))
        .where(
            Card.retired_at.is_(None),
            Card.key == PROMPT_KEY if prompts else Card.key != PROMPT_KEY,
            or_(
                CardMark.card_id.is_(None),
                and_(CardMark.is_hidden.is_(False), CardMark.is_draft.is_(False)),
            ),
        )
    )
