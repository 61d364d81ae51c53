"""The clock of a round: from what happened when, to the seconds each stage took.

Nothing counts: the time is derived from stored instants, so that a reload, a crash or another
device changes nothing. It never stops anything either; a stage may take longer than planned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time in one stage, counted from 0. `ended_at` is null for the one that runs."""

    stage: int
    began_at: datetime
    ended_at: datetime | None = None


Segments = tuple[Segment, ...]


def read_segments(stored: Iterable[Sequence[Any]]) -> Segments:
    """Read what `stored_segments` made."""
    return tuple(
        Segment(stage, _instant(began), None if ended is None else _instant(ended))
        for stage, began, ended in stored
    )


def stored_segments(segments: Iterable[Segment]) -> list[list[Any]]:
    """Return lists of [stage, from, to], instants in UTC as ISO 8601."""
    return [
        [one.stage, _text(one.began_at), None if one.ended_at is None else _text(one.ended_at)]
        for one in segments
    ]


def at_stage(segments: Segments, stage: int, now: datetime) -> Segments:
    """The clock runs in this stage from `now` on, whatever it did before."""
    if segments and segments[-1].ended_at is None and segments[-1].stage == stage:
        return segments
    return (*stopped(segments, now), Segment(stage, now))


def stopped(segments: Segments, now: datetime) -> Segments:
    """The clock stands still from `now` on."""
    if not segments or segments[-1].ended_at is not None:
        return segments
    last = segments[-1]
    return (*segments[:-1], replace(last, ended_at=max(now, last.began_at)))


def running_since(segments: Segments) -> datetime | None:
    """When the stretch that runs began; None while the clock stands still."""
    return segments[-1].began_at if segments and segments[-1].ended_at is None else None


def seconds_by_stage(segments: Segments, stages: int, now: datetime) -> tuple[float, ...]:
    """The seconds spent in each of so many stages up to `now`. None is ever below 0, even where
    the server's clock was set back."""
    seconds = [0.0] * stages
    for one in segments:
        if 0 <= one.stage < stages:
            ended_at = now if one.ended_at is None else one.ended_at
            seconds[one.stage] += max(0.0, (ended_at - one.began_at).total_seconds())
    return tuple(seconds)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()
