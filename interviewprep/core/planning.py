"""The order of the queue, and honest estimates of what it takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")

FIRST_GUESS_S = 12.0
"""Seconds an answer takes, before the learner's own answers say better."""
LEAST_S, MOST_S = 2.0, 120.0
ANSWERS_A_CARD = 1.1
"""About one in ten comes back the same day; review/estimate.ts begins with the same guess."""


def interleave(
    due: Sequence[T],
    new: Sequence[T],
    *,
    mix: str,
    due_left: int,
    new_left: int,
    begun: int = 0,
    new_begun: int = 0,
) -> list[T]:
    """Return both sequences in one order; `mix` is `mixed`, `before` or `after` (the new ones).

    Mixed, the new cards lie evenly in the whole day: among the `begun` cards it has seen, of which
    `new_begun` were new, and the `due_left` + `new_left` of the rest. So whoever asks again after
    each answer gets the same order as who asks once.
    """
    if mix == "before":
        return [*new, *due]
    if mix == "after" or not new or not due:
        return [*due, *new]
    total, total_new = begun + due_left + new_left, new_begun + new_left
    mixed: list[T] = []
    rest_due, rest_new = list(reversed(due)), list(reversed(new))
    place, new_so_far = begun, new_begun
    while rest_due and rest_new:
        place += 1
        if new_so_far < place * total_new // total:
            mixed.append(rest_new.pop())
            new_so_far += 1
        else:
            mixed.append(rest_due.pop())
    return [*mixed, *reversed(rest_due), *reversed(rest_new)]


def seconds_per_answer(answers: int, duration_ms: int) -> float:
    """Return how long this learner takes, from what the last weeks add up to.

    Few answers say little: the first guess counts like twenty of them.
    """
    weight = 20
    seconds = (duration_ms / 1000 + weight * FIRST_GUESS_S) / (answers + weight)
    return min(max(seconds, LEAST_S), MOST_S)


def minutes_left(*, new: int, learning: int, due: int, seconds: float) -> int:
    """Return whole minutes for the rest of the day, at least 1 where anything is left."""
    answers = ANSWERS_A_CARD * (new + learning + due)
    return 0 if not answers else max(1, round(answers * seconds / 60))


def streak_days(studied: Iterable[date], today: date) -> int:
    """Return how many days in a row were studied, up to today or, if today waits, yesterday.

    `studied` comes newest first, each day once.
    """
    streak = 0
    expected = today
    for day in studied:
        if day > expected:
            continue
        if not streak and day == today - timedelta(days=1):
            expected = day
        if day != expected:
            break
        streak += 1
        expected = day - timedelta(days=1)
    return streak
