"""The SQLite file of the classic flash cards: `cards(id, type, front, back, known)`."""

from __future__ import annotations

from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.contained import read_contained
from interviewprep.formats.reading import Format, ReadOptions

_MARK = b"SQLite format 3\0"


def _recognises(name: Path, head: bytes) -> bool:
    """Any SQLite file: then the reader says what is missing in it."""
    return head.startswith(_MARK)


def _read(path: Path, options: ReadOptions) -> DeckFile:
    return read_contained("interviewprep.formats.classic_cards.reader", path, options)


FORMAT = Format(
    "classic-cards", "SQLite flash cards", (".db", ".sqlite", ".sqlite3"), _recognises, _read
)
