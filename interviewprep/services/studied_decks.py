"""The decks a learner studies, with what today has seen of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, bindparam, select, update

from ..core.study_settings import DeckOptions
from ..storage import Day, Deck, Enrolment
from ..storage.prepared import Prepared
from ..storage.types import AnySelect
from .learner import Learner

NO_OPTIONS = DeckOptions()


@dataclass(frozen=True, slots=True)
class StudiedDeck:
    """A deck a learner is enrolled in, with what today has seen of it."""

    id: int
    name: str
    options: DeckOptions
    new_from: int
    new_today: int
    reviews_today: int


_DECKS = Prepared(
    select(
        Enrolment.deck_id,
        Deck.name,
        Enrolment.options,
        Enrolment.new_from,
        Day.new,
        Day.reviews,
    )
    .join(Deck, Deck.id == Enrolment.deck_id)
    .outerjoin(
        Day,
        and_(
            Day.user_id == bindparam("user_id"),
            Day.study_day == bindparam("today"),
            Day.deck_id == Enrolment.deck_id,
        ),
    )
    .where(Enrolment.user_id == bindparam("user_id"), Deck.retired_at.is_(None))
    .order_by(Enrolment.position, Enrolment.deck_id)
)
_ADVANCE = Prepared(
    update(Enrolment)
    .where(
        Enrolment.user_id == bindparam("b_user_id"),
        Enrolment.deck_id == bindparam("b_deck_id"),
        Enrolment.new_from == bindparam("b_seen"),
    )
    .values(new_from=bindparam("b_found"))
)


def studied_decks(connection: Connection, learner: Learner, today: date) -> list[StudiedDeck]:
    """Return the decks of the learner, in their order, with today's roll-up."""
    return [
        StudiedDeck(
            id=row.deck_id,
            name=row.name,
            options=DeckOptions.from_mapping(row.options) if row.options else NO_OPTIONS,
            new_from=row.new_from,
            new_today=row.new or 0,
            reviews_today=row.reviews or 0,
        )
        for row in _DECKS.rows(connection, {"user_id": learner.id, "today": today})
    ]


def look_again(
    connection: Connection,
    deck_ids: Collection[int] | AnySelect,
    *,
    user_id: int | None = None,
) -> None:
    """Forget where new cards of these decks begin, for one learner or for all: an earlier card may
    be new, or new again. `deck_ids` may be a query of ids."""
    query = update(Enrolment).where(Enrolment.deck_id.in_(deck_ids), Enrolment.new_from > 0)
    if user_id is not None:
        query = query.where(Enrolment.user_id == user_id)
    connection.execute(query.values(new_from=0))


def advance_hint(connection: Connection, user_id: int, deck: StudiedDeck, found: int) -> None:
    """Remember where new cards begin, unless somebody has moved the hint in the meantime."""
    _ADVANCE.run(
        connection,
        {
            "b_user_id": user_id,
            "b_deck_id": deck.id,
            "b_seen": deck.new_from,
            "b_found": found,
        },
    )
