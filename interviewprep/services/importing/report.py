"""What an import did, or would do, in the shape that `--json` and the API give."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ...core.notes import ReadWarning
from ...core.storable import storable


class OnConflict(StrEnum):
    """What happens to a note that was edited by hand here and changed in the file, too."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


class OnMissing(StrEnum):
    """What happens to a note of an earlier import that a newer file no longer has."""

    KEEP = "keep"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the learner said about notes on which their deck and the file disagree.

    `notes` has the choice for single notes by guid; `on_conflict` counts for all others.
    `only_missing` has ids of notes: with `RETIRE` only these go, or all that are missing if None.
    """

    on_conflict: OnConflict = OnConflict.MINE
    notes: Mapping[str, OnConflict] = field(default_factory=dict)
    on_missing: OnMissing = OnMissing.KEEP
    only_missing: Collection[int] | None = None

    def about(self, guid: str) -> OnConflict:
        return self.notes.get(guid, self.on_conflict)

    def retired(self, missing: Collection[int]) -> Collection[int]:
        """Which of the missing notes go."""
        if self.on_missing is OnMissing.KEEP:
            return ()
        return set(missing if self.only_missing is None else self.only_missing)


@dataclass(slots=True)
class ImportReport:
    """Counts and warnings of one file. `cards_scheduled` counts cards whose schedule came from the
    file, `missing` notes of earlier imports that the file no longer has, `retired` those of them
    that were taken away. `touched_notes` are ids whose text or state changed, for the search index;
    the rest is for people."""

    format: str
    decks: list[str] = field(default_factory=list)
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    conflicts: int = 0
    missing: int = 0
    retired: int = 0
    cards_added: int = 0
    media_added: int = 0
    reviews_added: int = 0
    cards_scheduled: int = 0
    warnings: list[ReadWarning] = field(default_factory=list)
    touched_notes: array[int] = field(default_factory=lambda: array("q"))

    @property
    def changed_anything(self) -> bool:
        counts = (self.added, self.updated, self.retired, self.cards_added, self.media_added)
        return any(counts) or bool(self.reviews_added or self.cards_scheduled)

    def as_json(self, file_name: str) -> dict[str, Any]:
        """The report as `INTERFACE` describes it; `missing` stands in it where there is any."""
        missing = {"found": self.missing, "retired": self.retired}
        return {
            "file": file_name,
            "format": self.format,
            "decks": self.decks,
            "notes": {
                "added": self.added,
                "updated": self.updated,
                "unchanged": self.unchanged,
                "refused": self.refused,
            },
            "cards": {"added": self.cards_added},
            "media": {"added": self.media_added},
            "reviews": {"added": self.reviews_added},
            **({"missing": missing} if self.missing else {}),
            "warnings": warnings_as_json(self.warnings),
            "error": None,
        }


def failed_as_json(file_name: str, message: str, format_name: str | None = None) -> dict[str, Any]:
    """The report of a file that was refused: nothing was changed."""
    report = ImportReport(format_name or "").as_json(file_name)
    return {**report, "format": format_name, "error": message}


def warnings_as_json(warnings: Iterable[ReadWarning]) -> list[dict[str, str]]:
    return storable([{"code": w.code, "where": w.where, "message": w.message} for w in warnings])
