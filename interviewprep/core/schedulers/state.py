"""The values every scheduler takes and returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from interviewprep.core.grades import Grade
from interviewprep.core.schedulers.options import Options


@dataclass(frozen=True, slots=True)
class Memory:
    """What a learner's past answers say about one card.

    `due_day` is `last_day` plus `interval_days`, spread included, unless something but an answer
    set it. An imported card may leave `last_day` at None; it then counts as answered
    `interval_days` before `due_day`. `repeat_at` (UTC) counts only on the study day `last_day`:
    ask `repeats_today`. `extra` is what only one scheduler needs, fit for JSON, and the mark of a
    revision (`core.revisions`).
    """

    interval_days: int = 0
    ease_hundredths: int = 250
    repetitions: int = 0
    lapses: int = 0
    last_day: date | None = None
    due_day: date | None = None
    repeat_at: datetime | None = None
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def is_new(self) -> bool:
        """Whether the card has not been begun."""
        return self.due_day is None


@dataclass(frozen=True, slots=True)
class Moment:
    """When an answer is given: the instant, in UTC, and the learner's study day."""

    at: datetime
    study_day: date

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("the instant of an answer must be aware")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one grade leads to.

    `leech` is true on the answer that raises the mark. The due day may lie anywhere from
    `earliest_day` to `latest_day`, both included; both are None where there is no choice.
    """

    memory: Memory
    leech: bool = False
    earliest_day: date | None = None
    latest_day: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One effective answer from the log, with everything that counted then.

    `chosen_day` is the due day that was stored, None if the log does not know it.
    """

    grade: Grade
    moment: Moment
    options: Options
    chosen_day: date | None = None


def answered_today(memory: Memory, study_day: date) -> bool:
    """Return whether `study_day` already saw an answer to the card.

    A study day never goes backwards for a card: one before `last_day` counts as `last_day`.
    """
    return memory.last_day is not None and study_day <= memory.last_day


def repeats_today(memory: Memory, study_day: date) -> bool:
    """Return whether the card is to be repeated on `study_day`; an older mark has lapsed."""
    return memory.repeat_at is not None and answered_today(memory, study_day)
