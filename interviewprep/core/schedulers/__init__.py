"""When a card comes back: one protocol, one registry, a module for each scheduler.

A new scheduler is one class and one line in the registry. Nothing outside this folder knows which
is at work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from interviewprep.core.grades import Grade
from interviewprep.core.schedulers.options import OPTION_NAMES, Options
from interviewprep.core.schedulers.sm2 import Sm2
from interviewprep.core.schedulers.state import (
    Answer,
    Memory,
    Moment,
    Outcome,
    answered_today,
    repeats_today,
)
from interviewprep.errors import Invalid

__all__ = [
    "DEFAULT_SCHEDULER",
    "OPTION_NAMES",
    "SCHEDULER_NAMES",
    "Answer",
    "Memory",
    "Moment",
    "Options",
    "Outcome",
    "Scheduler",
    "answered_today",
    "get_scheduler",
    "repeats_today",
]


class Scheduler(Protocol):
    """A pure function of memory, grade, moment and options, in the shapes its callers need.

    `load` is the number of cards due per day, at least for the days of `spread_span`; a missing
    day counts as empty, and None means that nothing is spread. `spread_key` stands for the card.
    """

    name: str

    def outcomes(
        self,
        memory: Memory,
        moment: Moment,
        options: Options,
        load: Mapping[date, int] | None,
        spread_key: int,
    ) -> Mapping[Grade, Outcome]:
        """Return what each of the four grades leads to, as `answer` would."""
        ...

    def answer(
        self,
        memory: Memory,
        grade: Grade,
        moment: Moment,
        options: Options,
        load: Mapping[date, int] | None = None,
        spread_key: int = 0,
        promised_day: date | None = None,
        chosen_day: date | None = None,
    ) -> Outcome:
        """Return what one answer leads to.

        `promised_day` is what a button said; it is kept if it lies in the range of the spread. So
        is `chosen_day`, the due day in the log, which goes first and makes a replay independent of
        the load.
        """
        ...

    def spread_span(
        self, memory: Memory, moment: Moment, options: Options
    ) -> tuple[date, date] | None:
        """Return the first and the last day whose load counts for any grade; None for no day."""
        ...

    def replay(self, events: Iterable[Answer | Memory]) -> Memory:
        """Return the memory of a card after its effective answers, oldest first.

        A `Memory` among them is a state that was set: an import, a reset, another scheduler.
        """
        ...


DEFAULT_SCHEDULER = "sm2"

_REGISTRY: dict[str, Scheduler] = {
    "sm2": Sm2(),
}

SCHEDULER_NAMES = tuple(_REGISTRY)


def get_scheduler(name: str = DEFAULT_SCHEDULER) -> Scheduler:
    """Return the scheduler called `name`.

    :raise Invalid: if there is none.
    """
    scheduler = _REGISTRY.get(name)
    if scheduler is None:
        known = ", ".join(SCHEDULER_NAMES)
        raise Invalid(f"There is no scheduler “{name}”; choose from: {known}.", field="scheduler")
    return scheduler
