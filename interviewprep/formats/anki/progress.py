"""What the parent makes of the child's totals of progress, and which of it is not carried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from interviewprep.core.notes import PackageProgress, ReadWarning

_LEFT_BEHIND = {
    "fsrs": "fsrs-memory",
    "learning": "learning-steps",
    "buried": "buried",
    "filtered": "filtered-deck",
}
_ONE_AND_MORE = {
    "fsrs": (
        "1 card comes with memory of FSRS, which is not carried; its interval and ease are",
        "{:,} cards come with memory of FSRS, which is not carried; their intervals and ease are",
    ),
    "learning": (
        "1 card is between learning steps; it starts its repetitions again",
        "{:,} cards are between learning steps; they start their repetitions again",
    ),
    "buried": (
        "1 buried card comes when it is due, as it would in Anki from the next day on",
        "{:,} buried cards come when they are due, as they would in Anki from the next day on",
    ),
    "filtered": (
        "1 card lies in a filtered deck; it comes into its own deck, due as it is there",
        "{:,} cards lie in filtered decks; they come into their own decks, due as they are there",
    ),
}


def progress_of(said: Mapping[str, Any] | None) -> PackageProgress | None:
    """The totals that a header says. Raises `TypeError`, `KeyError` or `ValueError`."""
    if said is None:
        return None
    values = {field.name: said[field.name] for field in fields(PackageProgress)}
    west = values.pop("minutes_west")
    return PackageProgress(
        minutes_west=None if west is None else int(west),
        **{name: int(value) for name, value in values.items()},
    )


def progress_warnings(
    progress: PackageProgress | None, reviews: int, strays: int
) -> Iterator[ReadWarning]:
    """What of the progress that was asked for does not come in."""
    if progress is None or progress.reviews < reviews:
        if reviews:
            message = (
                f"{reviews:,} reviews and the schedule cannot be read; all cards are new"
                if progress is None
                else f"{reviews:,} reviews cannot be read; the schedule is carried without them"
            )
            yield ReadWarning("progress-not-imported", "", message)
        if progress is None:
            return
    yield from left_behind(progress)
    if strays:
        belong = (
            "1 review belongs to a card" if strays == 1 else f"{strays:,} reviews belong to cards"
        )
        yield ReadWarning("review-without-card", "", f"{belong} that the file does not hold")


def left_behind(progress: PackageProgress) -> Iterator[ReadWarning]:
    """What of a file's progress does not come along, or comes as something else."""
    for name, code in _LEFT_BEHIND.items():
        count = getattr(progress, name)
        if count:
            one, more = _ONE_AND_MORE[name]
            yield ReadWarning(code, "", one if count == 1 else more.format(count))
