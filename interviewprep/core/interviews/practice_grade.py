"""The grade that is proposed for an exercise done on its own. The learner decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..grades import Grade


@dataclass(frozen=True, slots=True)
class Attempted:
    """What happened in one go at an exercise. `passed_at` is when the code was submitted that then
    passed every test, null where none did; `submissions` counts all, the passing one included."""

    started_at: datetime
    hints: int
    submissions: int
    passed_at: datetime | None
    gave_up: bool


def proposed_grade(attempted: Attempted, minutes: int) -> Grade:
    """Return the grade for an exercise that is meant to take so many minutes.

    Not passed: Again. Passed with a hint, or after more than those minutes: Hard. Passed at once,
    with the first submission: Easy. Passed with a later one: Good.
    """
    if attempted.passed_at is None or attempted.gave_up:
        return Grade.AGAIN
    if attempted.hints or is_late(attempted, attempted.passed_at, minutes):
        return Grade.HARD
    return Grade.EASY if attempted.submissions <= 1 else Grade.GOOD


def is_late(attempted: Attempted, at: datetime, minutes: int) -> bool:
    return at - attempted.started_at > timedelta(minutes=minutes)
