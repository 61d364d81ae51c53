"""What today holds for a learner: what waits, in which decks, for how long, and what was done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select

from ..core.planning import minutes_left, seconds_per_answer, streak_days
from ..storage import Day
from ..storage.memories import load_between
from ..storage.prepared import Prepared
from .day_limits import due_within_limits
from .interviews.history import OpenMock, newest_open_mock
from .interviews.prompts import PromptCard, due_prompts
from .learner import Learner
from .queue import Counts
from .studied_decks import studied_decks
from .todays_new_cards import new_within_limits
from .waiting import MOST_COUNTED, due_by_deck, repeats

PACE_OVER = timedelta(days=14)
STREAK_STEP = 400


@dataclass(frozen=True, slots=True)
class Done:
    """What the study day has seen so far."""

    answers: int
    passes: int
    seconds: float
    new: int


@dataclass(frozen=True, slots=True)
class DeckToday:
    """One deck with something waiting; `due` counts repeats too."""

    id: int
    name: str
    due: int
    new: int


@dataclass(frozen=True, slots=True)
class Today:
    """The start page's numbers. `decks` lists only those with something waiting; `deck_count` all
    that are studied. `tomorrow` is how many cards fall due then, as things stand. The exercises and
    prompts that are due stand apart and are in no number, and so does the mock under way."""

    study_day: date
    counts: Counts
    decks: list[DeckToday]
    deck_count: int
    minutes: int
    streak_days: int
    done: Done
    tomorrow: int
    prompts: list[PromptCard]
    open_mock: OpenMock | None


def _sum(column: Any, *, today: bool = False) -> Any:
    if today:
        column = case((Day.study_day == bindparam("today"), column), else_=0)
    return func.coalesce(func.sum(column), 0)


_LATELY = Prepared(
    select(
        _sum(Day.answers, today=True).label("answers"),
        _sum(Day.passes, today=True).label("passes"),
        _sum(Day.duration_ms, today=True).label("duration_ms"),
        _sum(Day.new, today=True).label("new"),
        _sum(Day.answers).label("answers_lately"),
        _sum(Day.duration_ms).label("duration_ms_lately"),
    ).where(Day.user_id == bindparam("user_id"), Day.study_day > bindparam("before"))
)


def done_and_pace(connection: Connection, learner: Learner, today: date) -> tuple[Done, float]:
    """Return what today has seen, and the seconds an answer took over the last two weeks."""
    [row] = _LATELY.rows(
        connection, {"user_id": learner.id, "today": today, "before": today - PACE_OVER}
    )
    done = Done(int(row.answers), int(row.passes), int(row.duration_ms) / 1000, int(row.new))
    pace = seconds_per_answer(int(row.answers_lately), int(row.duration_ms_lately))
    return done, pace


def due_tomorrow(connection: Connection, learner: Learner, today: date) -> int:
    tomorrow = today + timedelta(days=1)
    return load_between(connection, learner.id, tomorrow, tomorrow).get(tomorrow, 0)


def streak(connection: Connection, learner: Learner, today: date) -> int:
    """Return the days studied in a row; today does not break it before it is over."""
    days: list[date] = []
    before = today + timedelta(days=1)
    while True:
        found = (
            connection.execute(
                select(Day.study_day)
                .where(Day.user_id == learner.id, Day.study_day < before, Day.answers > 0)
                .group_by(Day.study_day)
                .order_by(Day.study_day.desc())
                .limit(STREAK_STEP)
            )
            .scalars()
            .all()
        )
        days += found
        length = streak_days(days, today)
        if len(found) < STREAK_STEP or length < len(days):
            return length
        before = found[-1]


def today_of(connection: Connection, learner: Learner, now: datetime) -> Today:
    """Return what waits and what was done on the study day of `now`."""
    today = learner.study_day(now)
    decks = studied_decks(connection, learner, today)
    waiting = repeats(connection, learner, today)
    _, due_left = due_within_limits(connection, learner, today, decks, None, 1)
    new = new_within_limits(connection, learner, today, decks, decks, [])
    due = Counter(due_by_deck(connection, learner, today) if due_left else {})
    if due.total() > due_left:  # a limit cuts in: count the cards it lets through
        kept, _ = due_within_limits(connection, learner, today, decks, None, MOST_COUNTED)
        due = Counter(card.deck_id for card in kept)
    due_left = min(due_left, due.total())  # this count leaves out siblings that wait
    due.update(card.deck_id for card in waiting)
    fresh = Counter(card.deck_id for card in new)
    counts = Counts(new=len(new), learning=len(waiting), due=due_left)
    done, pace = done_and_pace(connection, learner, today)
    prompts = due_prompts(connection, learner.id, today + timedelta(days=1))
    prompts_now = [one for one in prompts if one.is_due(today)]
    return Today(
        study_day=today,
        counts=counts,
        decks=[
            DeckToday(deck.id, deck.name, due[deck.id], fresh[deck.id])
            for deck in decks
            if due[deck.id] or fresh[deck.id]
        ],
        deck_count=len(decks),
        minutes=minutes_left(
            new=counts.new,
            learning=counts.learning,
            due=counts.due,
            seconds=pace,
        ),
        streak_days=streak(connection, learner, today),
        done=done,
        tomorrow=due_tomorrow(connection, learner, today) - (len(prompts) - len(prompts_now)),
        prompts=prompts_now,
        open_mock=newest_open_mock(connection, learner.id),
    )
