"""Which decks go out: one with its subdecks, or all that a learner owns or studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ...errors import NotFound
from ...storage import Deck
from ..visibility import deck_tree, get_deck, may_see, studied_decks

EVERYTHING = "Everything"


@dataclass(frozen=True, slots=True)
class ChosenDecks:
    """Decks that the learner may see, by name, and what to call them together."""

    name: str
    decks: tuple[Deck, ...]


def choose_decks(session: Session, user_id: int, name: str | None) -> ChosenDecks:
    """Return the deck of this full name with its subdecks; without a name, all that the learner
    owns or studies.

    The learner's own come first; a level that has no deck of its own counts where decks lie below.
    :raise NotFound: for a name that no deck has, or that several people's decks have.
    """
    if name is None:
        studied = select(Deck).where(Deck.id.in_(studied_decks(user_id)))
        return _chosen(EVERYTHING, session.scalars(studied).all())
    wanted = name.strip()
    named = or_(Deck.name == wanted, Deck.name.startswith(f"{wanted}::", autoescape=True))
    rows = session.scalars(select(Deck).where(may_see(user_id), named))
    found = [deck for deck in rows if _is_within(deck.name, wanted)]
    own = [deck for deck in found if deck.owner_id == user_id]
    if own:
        return _chosen(wanted, own)
    owners = {deck.owner_id for deck in found}
    if not owners:
        raise NotFound(
            f"You have no deck called “{wanted}”; give the full name, with :: between levels."
        )
    if len(owners) > 1:
        raise NotFound(
            f"Several decks that you can see are called “{wanted}”; export one from its page."
        )
    return _chosen(wanted, found)


def choose_own(session: Session, user_id: int) -> ChosenDecks:
    """Return all decks that the learner owns."""
    own = select(Deck).where(Deck.owner_id == user_id, Deck.retired_at.is_(None))
    return _chosen("Interview Prep account", session.scalars(own).all())


def choose_tree(session: Session, user_id: int, deck_id: int) -> ChosenDecks:
    """Return a deck with its subdecks. :raise NotFound: unless the learner may see it."""
    deck = get_deck(session, user_id, deck_id)
    tree = select(Deck).where(may_see(user_id), deck_tree(deck))
    rows = session.scalars(tree)
    return _chosen(deck.name, [each for each in rows if _is_within(each.name, deck.name)])


def _is_within(name: str, whole: str) -> bool:
    """Whether a deck is this one or lies below it; SQLite alone would not tell `ml` from `ML`."""
    return name == whole or name.startswith(f"{whole}::")


def _chosen(name: str, decks: Sequence[Deck]) -> ChosenDecks:
    return ChosenDecks(name, tuple(sorted(decks, key=lambda deck: (deck.name, deck.id))))
