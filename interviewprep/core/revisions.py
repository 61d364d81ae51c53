"""A deck's answer to a card was revised: the card is due once, and says so until it is answered.

The mark is the version of the row in the log that tells what changed. It stands in the state's
`extra`, so that the log can lead to it, undo can bring it back, and no scheduler has to know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from interviewprep.core.schedulers import Memory

_MARK = "revised_at"


def revised(memory: Memory, version: int, today: date) -> Memory:
    """Return a begun card's state after a revision, whose row in the log has this version.

    It is due `today`, if it was not before; interval, ease and the day of the last answer stay, for
    the next answer to go on from. A revision that has not been answered keeps its mark.
    """
    if memory.due_day is None:
        raise ValueError("a card nobody has begun is not due because of a revision")
    extra = {**memory.extra, _MARK: revised_at(memory.extra) or version}
    if memory.due_day <= today:
        return replace(memory, extra=extra)
    last_day = memory.last_day
    if last_day is None:  # it counts from `due_day`, which is about to move
        last_day = memory.due_day - timedelta(days=memory.interval_days)
        last_day = min(last_day, today - timedelta(days=1))
    return replace(memory, last_day=last_day, due_day=today, extra=extra)


def seen(memory: Memory) -> Memory:
    """Return the state from which an answer goes on: whoever answers has seen what changed."""
    if _MARK not in memory.extra:
        return memory
    rest = {name: value for name, value in memory.extra.items() if name != _MARK}
    return replace(memory, extra=rest)


def revised_at(extra: Mapping[str, object] | None) -> int | None:
    """Return the version of the first revision since the last answer, None where there is none."""
    version = (extra or {}).get(_MARK)
    return version if isinstance(version, int) else None
