"""What the four grade buttons say they lead to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from interviewprep.core.grades import Grade
from interviewprep.core.schedulers import Memory, Moment, Outcome, answered_today

_LONGEST_IN_DAYS = 60
"""Up to here an interval is told in days."""
_DAYS_A_YEAR = 365.25
_DAYS_A_MONTH = _DAYS_A_YEAR / 12


def outcome_labels(
    memory: Memory, outcomes: Mapping[Grade, Outcome], moment: Moment
) -> dict[Grade, str]:
    """Return the text of each button, without the name of the grade: `10 min`, `15 d`, `2.1 mo`.

    `memory` is the card's before the answer, `outcomes` what its scheduler said at `moment`. Where
    grades share a due day, the change of ease is told: `15 d, ease −0.14`. On a card answered
    before on this study day: `10 min` or `done for today, next in 3 d`.
    """
    days = {grade: _days_ahead(outcome, moment) for grade, outcome in outcomes.items()}
    texts = _day_texts(set(days.values()))
    if answered_today(memory, moment.study_day):
        return {
            grade: _minutes(outcome.memory.repeat_at, moment.at)
            if outcome.memory.repeat_at
            else f"done for today, next in {texts[days[grade]]}"
            for grade, outcome in outcomes.items()
        }
    labels = {
        grade: _when(outcome, moment, texts[days[grade]]) for grade, outcome in outcomes.items()
    }
    shared = Counter(labels.values())
    return {
        grade: label + (_ease_change(memory, outcomes[grade]) if shared[label] > 1 else "")
        for grade, label in labels.items()
    }


def _when(outcome: Outcome, moment: Moment, interval: str) -> str:
    if outcome.memory.repeat_at is None:
        return interval
    soon = _minutes(outcome.memory.repeat_at, moment.at)
    return soon if _days_ahead(outcome, moment) <= 1 else f"{soon}, then {interval}"


def _days_ahead(outcome: Outcome, moment: Moment) -> int:
    due_day = outcome.memory.due_day
    return 0 if due_day is None else (due_day - moment.study_day).days


def _minutes(repeat_at: datetime, at: datetime) -> str:
    return f"{max(1, -(-(repeat_at - at) // timedelta(minutes=1)))} min"


def _day_texts(intervals_days: set[int]) -> dict[int, str]:
    """Return a text for each interval, in days throughout if rounding would make two alike."""
    texts = {days: _interval(days) for days in intervals_days}
    if len(set(texts.values())) < len(texts):
        return {days: f"{days} d" for days in intervals_days}
    return texts


def _interval(days: int) -> str:
    if days <= _LONGEST_IN_DAYS:
        return f"{days} d"
    if days < 365:
        return f"{_tenths(days / _DAYS_A_MONTH)} mo"
    return f"{_tenths(days / _DAYS_A_YEAR)} y"


def _tenths(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _ease_change(before: Memory, outcome: Outcome) -> str:
    change = outcome.memory.ease_hundredths - before.ease_hundredths
    if not change:
        return ""
    sign = "+" if change > 0 else "−"
    return f", ease {sign}{abs(change) / 100:.2f}"
