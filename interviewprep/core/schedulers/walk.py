"""A series of answers from a starting state, one a study day, without spread.

For showing what SM-2 leads to, and for checking it from outside: days count from an arbitrary
first one, and no time zone is involved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from interviewprep.core.grades import Grade
from interviewprep.core.schedulers import published
from interviewprep.core.schedulers.options import Options
from interviewprep.core.schedulers.sm2 import Sm2
from interviewprep.core.schedulers.state import Memory, Moment
from interviewprep.errors import Invalid

_ORIGIN = date(2000, 1, 1)
_MOST_BITS = 13_000
"""Of an interval: Python refuses to print numbers of more than 4,300 digits."""


@dataclass(frozen=True, slots=True)
class Step:
    """One answer: an SM-2 quality from 0 to 5, so many days after the due day (before: negative).

    A grade stands for its quality.
    """

    quality: int
    days_late: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """The state after a step, as far as days matter. An interval of 0 days is a new card."""

    interval_days: int = 0
    ease_hundredths: int = 250
    repetitions: int = 0
    lapses: int = 0
    leech: bool = False
    repeat_today: bool = False
    elapsed_days: int = 0
    """From the answer before, or from the first moment of a new card."""


def walk(start: State, steps: Iterable[Step], options: Options) -> Iterator[State]:
    """Yield the state after each step under the default scheduler.

    :raise Invalid: for a step that is not after the day of the answer before.
    """
    state = start
    for number, step in enumerate(steps, start=1):
        state = _next(state, step, number, options)
        yield state


def walk_published(start: State, steps: Iterable[Step]) -> Iterator[State]:
    """Yield the state after each step under SM-2 as published, each answer on time.

    Lapses and leeches are no part of it: `lapses` stays as it was.

    :raise Invalid: for an interval that has outgrown what can be printed.
    """
    state = start
    for number, step in enumerate(steps, start=1):
        interval_days, ease_hundredths, repetitions, repeat_today = published.after_answer(
            state.interval_days, state.ease_hundredths, state.repetitions, step.quality
        )
        if interval_days.bit_length() > _MOST_BITS:
            raise Invalid(f"After step {number} the interval is too long to print; give fewer.")
        state = State(
            interval_days=interval_days,
            ease_hundredths=ease_hundredths,
            repetitions=repetitions,
            lapses=state.lapses,
            repeat_today=repeat_today,
            elapsed_days=state.interval_days,
        )
        yield state


def _next(state: State, step: Step, number: int, options: Options) -> State:
    """Answer as if the answer before had been given on the origin, which keeps dates in range."""
    elapsed_days = state.interval_days + step.days_late
    if not state.interval_days:
        if step.days_late < 0:
            raise Invalid(f"Step {number} is early, but a new card has no due day to be early for.")
    elif elapsed_days < 1:
        raise Invalid(
            f"Step {number} is too early: it reaches the day of the answer before it, and each"
            f" step needs a later day (at most {state.interval_days - 1} early here)."
        )
    study_day = _ORIGIN + timedelta(days=elapsed_days)
    moment = Moment(datetime.combine(study_day, time(12), tzinfo=UTC), study_day)
    memory = Memory(
        interval_days=state.interval_days,
        ease_hundredths=state.ease_hundredths,
        repetitions=state.repetitions,
        lapses=state.lapses,
    )
    if state.interval_days:
        due_day = _ORIGIN + timedelta(days=state.interval_days)
        memory = replace(memory, last_day=_ORIGIN, due_day=due_day)
    outcome = Sm2().answer(memory, Grade.from_quality(step.quality), moment, options)
    after = outcome.memory
    return State(
        interval_days=after.interval_days,
        ease_hundredths=after.ease_hundredths,
        repetitions=after.repetitions,
        lapses=after.lapses,
        leech=outcome.leech,
        repeat_today=after.repeat_at is not None,
        elapsed_days=elapsed_days,
    )
