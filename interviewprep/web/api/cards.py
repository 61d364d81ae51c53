"""Decks and cards over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from ...services import marks
from ...services.card_records import standing
from ...services.learner import learner_of
from ...services.library import LibraryDeck, list_library
from ...services.rendered import shown_cards
from ...services.visibility import get_card
from ..cards_json import instant, shown_json
from ..login import person
from ..renderings import keep_for_later
from ..transactions import reading, writing
from .endpoints import WHOLE, Answered, Strict, endpoint
from .review_models import ShownCardOut


class ListedDeckOut(Answered):
    """One deck. `cards` is counted to 1,000; 1,001 means more."""

    id: int
    name: str
    description: str
    category: str
    cards: int
    is_own: bool
    is_built_in: bool
    is_shared: bool
    is_studied: bool


class DecksOut(Answered):
    """All decks the learner may see: built-in, their own, shared by others."""

    decks: list[ListedDeckOut]


class StandingOut(Answered):
    """Where a card stands; `ease` is a factor such as 2.5."""

    due_day: date
    due_at: datetime | None
    interval_days: int
    ease: float
    repetitions: int
    lapses: int


class MarksOut(Answered):
    """What the learner said about a card without answering it."""

    suspended: bool
    flag: int
    tags: list[str]
    note: str


class CardPageOut(ShownCardOut):
    """One card with what the learner knows of it; `state` is null for a card not begun.

    `version` is what an answer to it has to name."""

    state: StandingOut | None
    marks: MarksOut


class MarksIn(Strict):
    """What to set; what is left out stays as it is."""

    suspended: Annotated[bool, Field(strict=True)] | None = None
    flag: Annotated[int, Field(ge=0, le=marks.HIGHEST_FLAG), WHOLE] | None = None


@endpoint("GET", "/decks", answers={200: DecksOut})
def list_decks() -> dict[str, Any]:
    """Return all decks the learner may see."""
    with reading() as session:
        library = list_library(session, person.id)
    return {
        "decks": [
            *(
                _deck(deck, is_built_in=True)
                for found in library.built_in.values()
                for deck in found
            ),
            *(_deck(deck) for deck in library.own_decks),
            *(_deck(deck) for deck in library.shared),
        ]
    }


@endpoint("GET", "/cards/<int:card_id>", answers={200: CardPageOut})
def show_card(card_id: int) -> dict[str, Any]:
    """Return one card, rendered, with what the learner knows of it."""
    learner = learner_of(person.account)
    with reading() as session:
        get_card(session, person.id, card_id)
        shown, fresh = shown_cards(session.connection(), person.id, [card_id])
        state = standing(session, person.id, card_id)
        said = _marks(marks.get_mark(session, person.id, card_id))
    keep_for_later(fresh)
    return {
        **shown_json(shown[0]),
        "state": None
        if state is None
        else {
            "due_day": state.due_day.isoformat(),
            "due_at": instant(learner.due_at(state.due_day, state.repeat_at)),
            "interval_days": state.interval_days,
            "ease": state.ease,
            "repetitions": state.repetitions,
            "lapses": state.lapses,
        },
        "marks": said,
    }


@endpoint("POST", "/cards/<int:card_id>/marks", body=MarksIn, answers={200: MarksOut})
def mark_card(card_id: int, body: MarksIn) -> dict[str, Any]:
    """Suspend a card or let it back in, or flag it; returns its marks."""
    with writing() as session:
        get_card(session, person.id, card_id)
        if body.suspended is not None:
            marks.suspend(session, person.id, [card_id], is_suspended=body.suspended)
        if body.flag is not None:
            marks.flag(session, person.id, [card_id], body.flag)
        return _marks(marks.get_mark(session, person.id, card_id))


def _marks(mark: Any) -> dict[str, Any]:
    if mark is None:
        return {"suspended": False, "flag": 0, "tags": [], "note": ""}
    return {
        "suspended": mark.is_suspended,
        "flag": mark.flag,
        "tags": mark.tags.split(),
        "note": mark.note,
    }


def _deck(deck: LibraryDeck, *, is_built_in: bool = False) -> dict[str, Any]:
    return {
        "id": deck.id,
        "name": deck.name,
        "description": deck.description,
        "category": deck.category,
        "cards": deck.cards,
        "is_own": deck.is_own,
        "is_built_in": is_built_in,
        "is_shared": deck.is_shared,
        "is_studied": deck.is_studied,
    }
