"""Which cards wait for a learner: repeats and due ones, as rows of ids; new ones are in new_cards.

All look along an index and stop at a limit; none counts everything. A card waits where the learner
is enrolled in its deck, it is not retired, no mark takes it out, and it is a flashcard: exercises
and interview prompts have a list of their own. With `bury`, a card whose note was already answered
today through another card does not wait either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    and_,
    bindparam,
    case,
    exists,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from ..core.cards import PROMPT_KEY
from ..storage import Card, CardMark, Enrolment, Memory
from ..storage.prepared import Prepared
from ..storage.types import AnySelect
from .learner import Learner

MOST_COUNTED = 1_000

USER: BindParameter[Any] = bindparam("user_id")
TODAY: BindParameter[Any] = bindparam("today")
LIMIT: BindParameter[Any] = bindparam("limit")
_Sibling, _SiblingMemory = aliased(Card), aliased(Memory)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One card that waits; `repeat_at` is set for repeats, `position` for new ones."""

    card_id: int
    note_id: int
    deck_id: int
    repeat_at: datetime | None = None
    position: int = 0


def one_a_note(cards: Sequence[Waiting]) -> list[Waiting]:
    """Return the first card of each note; its siblings wait for another day.

    Repeats stay all: each of them was begun today already.
    """
    seen: set[int] = set()
    kept = []
    for card in cards:
        if card.note_id in seen and card.repeat_at is None:
            continue
        seen.add(card.note_id)
        kept.append(card)
    return kept


def unmarked() -> ColumnElement[bool]:
    return or_(
        CardMark.card_id.is_(None),
        and_(
            CardMark.is_suspended.is_(False),
            CardMark.is_hidden.is_(False),
            CardMark.is_draft.is_(False),
        ),
    )


def note_answered_today() -> ColumnElement[bool]:
    return exists(
        select(1)
        .select_from(_Sibling)
        .join(
            _SiblingMemory,
            and_(_SiblingMemory.user_id == USER, _SiblingMemory.card_id == _Sibling.id),
        )
        .where(
            _Sibling.note_id == Card.note_id,
            _Sibling.id != Card.id,
            _SiblingMemory.last_day == TODAY,
        )
    )


def _begun(*, bury: bool, decks: bool) -> AnySelect:
    query = (
        select(Memory.card_id, Card.note_id, Card.deck_id, Memory.repeat_at)
        .join(Card, Card.id == Memory.card_id)
        .join(Enrolment, and_(Enrolment.user_id == USER, Enrolment.deck_id == Card.deck_id))
        .outerjoin(CardMark, and_(CardMark.user_id == USER, CardMark.card_id == Memory.card_id))
        .where(
            Memory.user_id == USER,
            Card.retired_at.is_(None),
            Card.key != PROMPT_KEY,
            unmarked(),
        )
    )
    if decks:
        query = query.where(Card.deck_id.in_(bindparam("deck_ids", expanding=True)))
    if bury:
        query = query.where(~note_answered_today())
    return query


def _due(*, bury: bool, decks: bool) -> AnySelect:
    return (
        _begun(bury=bury, decks=decks)
        .where(
            Memory.due_day <= TODAY,
            or_(Memory.last_day.is_(None), Memory.last_day < TODAY),
        )
        .order_by(Memory.due_day, Memory.card_id)
        .limit(LIMIT)
    )


def _useful_first(query: AnySelect) -> AnySelect:
    """Order by the delay beside the interval, the smallest first; see core/restarting.py."""
    today = bindparam("today", type_=Date)
    late_s = extract("epoch", today) - extract("epoch", Memory.due_day)
    interval = case((Memory.interval_days > 1, Memory.interval_days), else_=1)
    return query.order_by(None).order_by(1.0 * late_s / interval, Memory.card_id)


def _count(query: AnySelect) -> AnySelect:
    return select(func.count()).select_from(query.subquery())


def _count_by_deck(query: AnySelect) -> AnySelect:
    inner = query.subquery()
    return select(inner.c.deck_id, func.count().label("cards")).group_by(inner.c.deck_id)


def _repeats(*, decks: bool) -> AnySelect:
    return (
        _begun(bury=False, decks=decks)
        .where(Memory.repeat_at.is_not(None), Memory.last_day == TODAY)
        .order_by(Memory.repeat_at, Memory.card_id)
        .limit(LIMIT)
    )


def _ready(query: AnySelect, *, decks: bool) -> Prepared | AnySelect:
    """Return the query prepared, unless it takes a list of decks, whose length is in its text."""
    return query if decks else Prepared(query)


_FORMS = [(bury, decks) for bury in (False, True) for decks in (False, True)]
_QUERIES = {form: _due(bury=form[0], decks=form[1]) for form in _FORMS}
_DUE = {form: _ready(query, decks=form[1]) for form, query in _QUERIES.items()}
_USEFUL_FIRST = {
    form: _ready(_useful_first(query), decks=form[1]) for form, query in _QUERIES.items()
}
_OVERDUE_COUNT = Prepared(
    _count(_begun(bury=False, decks=False).where(Memory.due_day < TODAY).order_by(None))
)
_DUE_COUNT = {
    decks: _ready(_count(_QUERIES[False, decks].order_by(None)), decks=decks)
    for decks in (False, True)
}
_DUE_BY_DECK = {bury: Prepared(_count_by_deck(_QUERIES[bury, False])) for bury in (False, True)}
_REPEATS = {decks: _ready(_repeats(decks=decks), decks=decks) for decks in (False, True)}


def _rows(
    connection: Connection, query: Prepared | AnySelect, parameters: dict[str, Any]
) -> Sequence[Any]:
    if isinstance(query, Prepared):
        return query.rows(connection, parameters)
    return connection.execute(query, parameters).all()


def _parameters(
    learner: Learner, today: date, limit: int, deck_ids: list[int] | None
) -> dict[str, Any]:
    parameters = {"user_id": learner.id, "today": today, "limit": limit}
    return parameters if deck_ids is None else parameters | {"deck_ids": deck_ids}


def due_cards(
    connection: Connection,
    learner: Learner,
    today: date,
    *,
    limit: int,
    deck_ids: list[int] | None = None,
) -> list[Waiting]:
    """Return cards due and not answered today, the longest due first; while a plan after a break
    runs, the most useful first."""
    form = (learner.settings.bury_siblings, deck_ids is not None)
    is_bound = learner.plan is not None and learner.plan.binds(today)
    query = (_USEFUL_FIRST if is_bound else _DUE)[form]
    rows = _rows(connection, query, _parameters(learner, today, limit, deck_ids))
    return [Waiting(row.card_id, row.note_id, row.deck_id) for row in rows]


def due_count(
    connection: Connection,
    learner: Learner,
    today: date,
    *,
    most: int,
    deck_ids: list[int] | None = None,
) -> int:
    """Return how many are due, siblings included; at most `most` or `MOST_COUNTED`, which then
    stand for more."""
    parameters = _parameters(learner, today, min(most, MOST_COUNTED), deck_ids)
    [[cards]] = _rows(connection, _DUE_COUNT[deck_ids is not None], parameters)
    return int(cards)


def overdue_count(connection: Connection, learner: Learner, today: date) -> int:
    """Return how many fell due before today, all of them, siblings included."""
    [[cards]] = _OVERDUE_COUNT.rows(connection, {"user_id": learner.id, "today": today})
    return int(cards)


def due_by_deck(connection: Connection, learner: Learner, today: date) -> dict[int, int]:
    """Return how many are due in each deck, out of the first `MOST_COUNTED`."""
    parameters = _parameters(learner, today, MOST_COUNTED, None)
    return dict(_DUE_BY_DECK[learner.settings.bury_siblings].rows(connection, parameters))


def repeats(
    connection: Connection, learner: Learner, today: date, *, deck_ids: list[int] | None = None
) -> list[Waiting]:
    """Return the cards to be repeated today, the earliest first, whether their time has come."""
    rows = _rows(
        connection,
        _REPEATS[deck_ids is not None],
        _parameters(learner, today, MOST_COUNTED, deck_ids),
    )
    return [Waiting(row.card_id, row.note_id, row.deck_id, row.repeat_at) for row in rows]
