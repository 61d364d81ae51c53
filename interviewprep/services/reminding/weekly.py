"""What a week held for a learner, for the weekly summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from ...storage import Card, Day, Deck, Memory
from ...storage.memories import load_between
from ..learner import Learner

WEEK_DAYS = 7
STRONG_DAYS = 21
"""From this interval on a card counts as strong: it is remembered for three weeks."""
FEWEST_ANSWERS = 10
WEAK_BELOW = 0.85
MOST_DECKS = 3


@dataclass(frozen=True, slots=True)
class DeckShare:
    """A deck with how much of it: cards, or answers and the share of them that was right."""

    name: str
    count: int
    passed: float = 1.0


@dataclass(frozen=True, slots=True)
class Week:
    """The seven study days that end with `last_day`, and the load of the seven after it.

    `stronger` has the decks with cards that an answer of the week left strong; `weak` those with
    the smallest share of right answers, below `WEAK_BELOW`.
    """

    last_day: date
    days: int
    answers: int
    seconds: float
    stronger: list[DeckShare]
    weak: list[DeckShare]
    coming: Mapping[date, int]


def week_of(connection: Connection, learner: Learner, last_day: date) -> Week:
    """Return the learner's week up to and with this study day."""
    first_day = last_day - timedelta(days=WEEK_DAYS - 1)
    rows = connection.execute(
        select(Deck.name, Day.study_day, Day.answers, Day.passes, Day.duration_ms)
        .join(Deck, Deck.id == Day.deck_id)
        .where(
            Day.user_id == learner.id,
            Day.study_day.between(first_day, last_day),
            Day.answers > 0,
        )
    ).all()
    by_deck: dict[str, tuple[int, int]] = {}
    for row in rows:
        answers, passes = by_deck.get(row.name, (0, 0))
        by_deck[row.name] = (answers + row.answers, passes + row.passes)
    shares = [DeckShare(name, count, passes / count) for name, (count, passes) in by_deck.items()]
    weak = [one for one in shares if one.count >= FEWEST_ANSWERS and one.passed < WEAK_BELOW]
    return Week(
        last_day=last_day,
        days=len({row.study_day for row in rows}),
        answers=sum(row.answers for row in rows),
        seconds=sum(row.duration_ms for row in rows) / 1000,
        stronger=_stronger(connection, learner, first_day, last_day),
        weak=sorted(weak, key=lambda one: (one.passed, one.name))[:MOST_DECKS],
        coming=load_between(
            connection,
            learner.id,
            last_day + timedelta(days=1),
            last_day + timedelta(days=WEEK_DAYS),
        ),
    )


def _stronger(
    connection: Connection, learner: Learner, first_day: date, last_day: date
) -> list[DeckShare]:
    count = func.count()
    rows = connection.execute(
        select(Deck.name, count)
        .select_from(Memory)
        .join(Card, Card.id == Memory.card_id)
        .join(Deck, Deck.id == Card.deck_id)
        .where(
            Memory.user_id == learner.id,
            Memory.last_day.between(first_day, last_day),
            Memory.interval_days >= STRONG_DAYS,
        )
        .group_by(Deck.name)
        .order_by(count.desc(), Deck.name)
        .limit(MOST_DECKS)
    )
    return [DeckShare(name, cards) for name, cards in rows]
