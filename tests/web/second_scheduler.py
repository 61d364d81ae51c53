"""The default scheduler a second time, from the rules in docs/scheduling.md, with fractions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import ceil, floor
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
CHANGE_OF_EASE = {"hard": -14, "good": 0, "easy": 10}
CREDIT = {"hard": Fraction(0), "good": Fraction(1, 2), "easy": Fraction(1)}


@dataclass(frozen=True)
class Known:
    """What the rules say of one card."""

    repetitions: int = 0
    ease: int = 250
    lapses: int = 0
    last: date | None = None
    due: date | None = None
    repeats: bool = False

    @property
    def interval(self) -> int:
        return (self.due - self.last).days if self.due and self.last else 0

    def range_after(self, grade: str, day: date) -> tuple[int, int]:
        """The shortest and the longest interval that a pass may lead to."""
        elapsed = (day - self.last).days if self.last else 0
        if self.repetitions < 2:
            wanted = (1, 6)[self.repetitions]
        elif elapsed < self.interval:
            wanted = ceil(Fraction(elapsed * self.ease, 100))
        else:
            late = CREDIT[grade] * (elapsed - self.interval)
            wanted = ceil((self.interval + late) * Fraction(self.ease, 100))
        wanted = max(self.interval, min(wanted, 365))
        if wanted < 3:
            return wanted, wanted
        reach = 1 + Fraction(15, 100) * (min(wanted, 7) - Fraction(5, 2))
        reach += Fraction(10, 100) * max(0, min(wanted, 20) - 7)
        reach += Fraction(5, 100) * max(0, wanted - 20)
        least = self.interval + 1 if wanted > self.interval else wanted
        return max(wanted - floor(reach), least), min(wanted + floor(reach), max(365, wanted))

    def after(self, grade: str, day: date, due: date) -> Known:
        """The state after an answer whose due day, where there is a choice, was `due`."""
        if self.last == day:
            return replace(self, repeats=grade in ("again", "hard"))
        if grade == "again":
            lapses = self.lapses + (self.last is not None)
            return Known(0, self.ease, lapses, day, day + timedelta(days=1), True)
        is_early = self.last is not None and (day - self.last).days < self.interval
        ease = self.ease if is_early else max(130, self.ease + CHANGE_OF_EASE[grade])
        is_first_sight = self.last is None
        repeats = grade == "hard" and is_first_sight
        return Known(self.repetitions + 1, ease, self.lapses, day, due, repeats)


def study_day(at: datetime) -> date:
    return (at.astimezone(ZONE).replace(tzinfo=None) - timedelta(hours=4)).date()


def rollover(day: date | None) -> datetime:
    assert day is not None
    return datetime.combine(day, time(4), tzinfo=ZONE).astimezone(UTC)
