"""Which cards of a deck nobody has begun, in the deck's order. They wait as `waiting` says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select

from ..core.cards import PROMPT_KEY
from ..storage import Card, CardMark, Memory, Note
from ..storage.prepared import Prepared
from .learner import Learner
from .waiting import LIMIT, MOST_COUNTED, USER, Waiting, note_answered_today, unmarked

CURSOR_STEP = 50
"""How far the first new card has to lie ahead before the hint is worth a write."""


@cache
def _new(without: tuple[str, ...]) -> Prepared:
    query = (
        select(
            Card.id,
            Card.note_id,
            Card.deck_id,
            Card.position,
            note_answered_today().label("note_answered_today"),
        )
        .outerjoin(Memory, and_(Memory.user_id == USER, Memory.card_id == Card.id))
        .outerjoin(CardMark, and_(CardMark.user_id == USER, CardMark.card_id == Card.id))
        .where(
            Card.deck_id == bindparam("deck_id"),
            Card.position >= bindparam("first"),
            Card.position < bindparam("last"),
            Card.retired_at.is_(None),
            Card.key != PROMPT_KEY,
            Memory.due_day.is_(None),
            unmarked(),
        )
        .order_by(Card.position, Card.id)
        .limit(LIMIT)
    )
    if without:
        query = query.join(Note, Note.id == Card.note_id).where(has_none_of(without))
    return Prepared(query)


def has_none_of(tags: Iterable[str]) -> ColumnElement[bool]:
    """The condition on `note` that it has none of these tags."""
    return and_(*[~Note.tags.contains(f" {tag} ", autoescape=True) for tag in tags])


_LAST_POSITION = Prepared(
    select(func.max(Card.position)).where(Card.deck_id == bindparam("deck_id"))
)
BEYOND = 2**62


def new_cards(
    connection: Connection,
    learner: Learner,
    today: date,
    deck_id: int,
    *,
    first: int,
    limit: int,
    last: int = BEYOND,
    without: tuple[str, ...] = (),
) -> tuple[list[Waiting], int | None]:
    """Return cards nobody has begun, in the deck's order, from position `first` on, but none with
    a tag of `without`.

    The second value is the position of the first one that is waiting, buried or not: where the
    next look may begin. None: there is none.
    """
    found: list[Waiting] = []
    start: int | None = None
    query = _new(without)
    fetch = limit + 3  # a few siblings hardly ever cost a second look
    while True:
        rows = query.rows(
            connection,
            {
                "user_id": learner.id,
                "today": today,
                "deck_id": deck_id,
                "first": first,
                "last": last,
                "limit": fetch,
            },
        )
        if rows and start is None:
            start = rows[0].position
        bury = learner.settings.bury_siblings
        seen: set[int] = set()
        found = []
        for row in rows:
            if bury and (row.note_answered_today or row.note_id in seen):
                continue
            seen.add(row.note_id)
            found.append(Waiting(row.id, row.note_id, row.deck_id, position=row.position))
        if len(found) >= limit or len(rows) < fetch or fetch >= MOST_COUNTED:
            return found[:limit], start
        fetch *= 4


def position_after_last(connection: Connection, deck_id: int) -> int:
    [[last]] = _LAST_POSITION.rows(connection, {"deck_id": deck_id})
    return 0 if last is None else int(last) + 1
