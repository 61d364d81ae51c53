"""All decks a learner may see, as the library lists them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ..core.cards import PROMPT_KEY
from ..storage import Card, Deck, Enrolment
from .visibility import may_see

COUNTED_AT_MOST = 1_000
CATEGORIES = ("coding", "ml", "system-design", "behavioral")


@dataclass(frozen=True, slots=True)
class LibraryDeck:
    """One deck. `cards` are its flashcards and `prompts` its exercises and interview prompts, each
    counted to 1,000 and then 1,001; `requires` are names of decks."""

    id: int
    name: str
    description: str
    category: str
    level: str
    requires: tuple[str, ...]
    cards: int
    prompts: int
    is_own: bool
    is_shared: bool
    is_studied: bool


@dataclass(frozen=True, slots=True)
class TreeDeck:
    """A deck of one's own in the tree: the last level of its name, and those below it.

    `deck` is None for a level that is only part of other decks' names.
    """

    title: str
    deck: LibraryDeck | None
    below: list[TreeDeck] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Library:
    """Built-in decks by category in the order of `CATEGORIES`, those of others, and one's own."""

    built_in: dict[str, list[LibraryDeck]]
    shared: list[LibraryDeck]
    own: list[TreeDeck]

    @property
    def own_decks(self) -> list[LibraryDeck]:
        """One's own decks in the order of the tree."""
        return [deck for branch in self.own for deck in _decks_in(branch)]


def list_library(session: Session, user_id: int) -> Library:
    """Return all decks this user may see."""
    rows = session.execute(
        select(
            Deck.id,
            Deck.owner_id,
            Deck.name,
            Deck.key,
            Deck.description,
            Deck.category,
            Deck.details,
            Deck.is_shared,
            Enrolment.user_id.label("studied_by"),
            _capped_count(Card.key != PROMPT_KEY).label("cards"),
            _capped_count(Card.key == PROMPT_KEY).label("prompts"),
        )
        .outerjoin(Enrolment, (Enrolment.deck_id == Deck.id) & (Enrolment.user_id == user_id))
        .where(may_see(user_id))
        .order_by(Deck.name, Deck.id)
    ).all()
    names = {row.key: row.name for row in rows if row.key}
    decks = [(row.owner_id, _library_deck(row, user_id, names)) for row in rows]
    built_in: dict[str, list[LibraryDeck]] = {category: [] for category in CATEGORIES}
    for owner_id, deck in decks:
        if owner_id is None:
            built_in.setdefault(deck.category, []).append(deck)
    return Library(
        built_in={category: found for category, found in built_in.items() if found},
        shared=[deck for owner_id, deck in decks if owner_id is not None and not deck.is_own],
        own=tree_of([deck for _, deck in decks if deck.is_own]),
    )


def own_decks(session: Session, user_id: int) -> list[tuple[int, str]]:
    """Return id and full name of one's own decks, by name: what a card can be written to."""
    rows = session.execute(
        select(Deck.id, Deck.name)
        .where(Deck.owner_id == user_id, Deck.retired_at.is_(None))
        .order_by(func.lower(Deck.name), Deck.id)
    )
    return [(row.id, row.name) for row in rows]


def tree_of(decks: list[LibraryDeck]) -> list[TreeDeck]:
    """Put decks below each other by the `::` in their names; missing levels are filled in."""
    roots: list[TreeDeck] = []
    known: dict[str, list[TreeDeck]] = {"": roots}
    by_name = {deck.name: deck for deck in decks}
    for deck in sorted(decks, key=lambda deck: [part.casefold() for part in deck.name.split("::")]):
        levels = deck.name.split("::")
        for depth in range(1, len(levels) + 1):
            path = "::".join(levels[:depth])
            if path not in known:
                branch = TreeDeck(levels[depth - 1], by_name.get(path))
                known["::".join(levels[: depth - 1])].append(branch)
                known[path] = branch.below
    return roots


def _capped_count(which: ColumnElement[bool]) -> Any:
    some = (
        select(Card.id)
        .where(Card.deck_id == Deck.id, Card.retired_at.is_(None), which)
        .limit(COUNTED_AT_MOST + 1)
        .correlate(Deck)
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()


def _library_deck(row: Any, user_id: int, names: dict[str, str]) -> LibraryDeck:
    requires = row.details.get("requires") or ()
    return LibraryDeck(
        id=row.id,
        name=row.name,
        description=row.description or str(row.details.get("description") or ""),
        category=row.category,
        level=str(row.details.get("level") or ""),
        requires=tuple(names.get(key, key) for key in map(str, requires)),
        cards=row.cards,
        prompts=row.prompts,
        is_own=row.owner_id == user_id,
        is_shared=row.is_shared,
        is_studied=row.studied_by is not None,
    )


def _decks_in(branch: TreeDeck) -> list[LibraryDeck]:
    here = [] if branch.deck is None else [branch.deck]
    return here + [deck for below in branch.below for deck in _decks_in(below)]
