"""Two sides measured in turns, so that a machine that slows down slows both of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Side = Callable[[], Sequence[float]]
"""One turn of one side: does its work a number of times and returns the seconds of each."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and what it may be at most; `detail` says what it was made of."""

    what: str
    seen: float
    limit: float
    detail: str = ""
    unit: str = "×"

    @property
    def holds(self) -> bool:
        return self.seen <= self.limit


@dataclass(slots=True)
class Turns:
    """The seconds of every turn of one side."""

    turns: list[list[float]] = field(default_factory=list)

    @property
    def medians_s(self) -> list[float]:
        return [statistics.median(turn) for turn in self.turns]

    @property
    def median_s(self) -> float:
        """The median of the medians: one bad turn does not decide."""
        return statistics.median(self.medians_s)

    @property
    def noise(self) -> float:
        """How far the medians of the turns lie apart, as a share of the middle one."""
        medians = sorted(self.medians_s)
        return (medians[-1] - medians[0]) / statistics.median(medians)

    def quantile_s(self, share: float) -> float:
        """The median over turns of one quantile, 0.99 for the 99th percentile."""
        return statistics.median(quantile(turn, share) for turn in self.turns)


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def in_turns(sides: Mapping[str, Side], *, rounds: int) -> dict[str, Turns]:
    """Let each side work once a round, the first to begin changing from round to round.

    One more round goes ahead of them and is thrown away.
    """
    seen = {name: Turns() for name in sides}
    names = list(sides)
    for number in range(rounds + 1):
        for name in names if number % 2 else reversed(names):
            seconds = list(sides[name]())
            if number:
                seen[name].turns.append(seconds)
    return seen


def ratio(ours: Turns, theirs: Turns) -> float:
    """The median of the ratios of each round's medians."""
    pairs = zip(ours.medians_s, theirs.medians_s, strict=True)
    return statistics.median(one / other for one, other in pairs)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_ms(**sides: Turns) -> str:
    """Say the medians and the noise of the sides, for a figure's detail."""
    return ", ".join(
        f"{name} {turns.median_s * 1000:.2f} ms ±{turns.noise * 50:.0f} %"
        for name, turns in sides.items()
    )
