"""After a break: the backlog spread over some days, by a bound on each day's reviews.

No card's schedule changes. While a plan runs, fewer of the cards that wait come up each day, the
most useful ones first; when it ends, whatever is left waits as ever.

Most useful first is by what one more day of waiting costs. A card of interval i that waited for t
days is remembered with about R = 0.9 ** (t / i), the rate at which SM-2's intervals are meant to
be met. A day of delay loses R · 0.105 / i of that, and a card that is forgotten throws away its
interval i: the product is 0.105 · R. So the cards most likely to be remembered still come first,
that is those whose delay is shortest beside their interval; one that is forgotten already loses
little by waiting longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from interviewprep.errors import Invalid

AWAY_DAYS = 7
"""So long a break, in days without an answer, is offered a plan."""
LEAST_BACKLOG = 20
"""Fewer overdue cards than this are no backlog, whatever the learner's usual day is."""
CHOICES_DAYS = (3, 5, 7, 10, 14, 21, 30)
USUAL_CHOICE_DAYS = 7
LONGEST_DAYS = 60
MOST_PER_DAY = 9_999


@dataclass(frozen=True, slots=True)
class RestartPlan:
    """At most `per_day` reviews on each of `days` study days from `from_day` on.

    With 0 days nobody is bound: the learner waved the offer off on `from_day`.
    """

    from_day: date
    days: int
    per_day: int

    @classmethod
    def from_mapping(cls, stored: object) -> RestartPlan | None:
        """Return the plan in what is stored; None for anything unusable."""
        if not isinstance(stored, Mapping):
            return None
        try:
            from_day = date.fromisoformat(str(stored.get("from")))
        except ValueError:
            return None
        days, per_day = stored.get("days"), stored.get("per_day")
        if type(days) is not int or type(per_day) is not int:
            return None
        if not 0 <= days <= LONGEST_DAYS or not 0 <= per_day <= MOST_PER_DAY:
            return None
        return cls(from_day, days, per_day)

    def as_dict(self) -> dict[str, Any]:
        return {"from": self.from_day.isoformat(), "days": self.days, "per_day": self.per_day}

    @property
    def last_day(self) -> date:
        """The last study day that is bound; the day before `from_day` where none is."""
        return self.from_day + timedelta(days=self.days - 1)

    def binds(self, today: date) -> bool:
        return self.from_day <= today <= self.last_day


def is_backlog(overdue: int, usual_a_day: float) -> bool:
    """Whether so many overdue cards are more than a day's worth for this learner."""
    return overdue > max(LEAST_BACKLOG, usual_a_day)


def reviews_a_day(overdue: int, due_meanwhile: int, days: int) -> int:
    """Return how many reviews on each day clear the backlog in `days`, with what falls due on
    these days already counted in."""
    return max(1, -(-(overdue + due_meanwhile) // days))


def parse_days(text: str) -> int:
    """:raise Invalid: with the field `days`, for what is no whole number of days that is taken."""
    days = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if not 2 <= days <= LONGEST_DAYS:
        raise Invalid(f"Give a whole number of days from 2 to {LONGEST_DAYS}.", field="days")
    return days
