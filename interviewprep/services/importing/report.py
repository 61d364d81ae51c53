"""What an import did, or would do, in the shape that `--json` and the API give."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ...core.notes import ReadWarning


class OnConflict(StrEnum):
    """What happens to a note that was edited by hand here and changed in the file, too."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(slots=True)
class ImportReport:
    """Counts and warnings of one file. `cards_scheduled` counts cards whose schedule came from the
    file. `touched_notes` are ids whose text or state changed, for the search index; the rest is for
    people."""

    format: str
    decks: list[str] = field(default_factory=list)
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    conflicts: int = 0
    cards_added: int = 0
    media_added: int = 0
    reviews_added: int = 0
    cards_scheduled: int = 0
    warnings: list[ReadWarning] = field(default_factory=list)
    touched_notes: array[int] = field(default_factory=lambda: array("q"))

    @property
    def changed_anything(self) -> bool:
        counts = (self.added, self.updated, self.cards_added, self.media_added)
        return any(counts) or bool(self.reviews_added or self.cards_scheduled)

    def as_json(self, file_name: str) -> dict[str, Any]:
        """The report as `INTERFACE` describes it."""
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
            "warnings": warnings_as_json(self.warnings),
            "error": None,
        }


def failed_as_json(file_name: str, message: str, format_name: str | None = None) -> dict[str, Any]:
    """The report of a file that was refused: nothing was changed."""
    report = ImportReport(format_name or "").as_json(file_name)
    return {**report, "format": format_name, "error": message}


def warnings_as_json(warnings: Iterable[ReadWarning]) -> list[dict[str, str]]:
    return [{"code": w.code, "where": w.where, "message": w.message} for w in warnings]
