"""Reading a file in the tests as the program does, and what is common to all such files."""

from __future__ import annotations

from pathlib import Path

from interviewprep.core.notes import DeckFile, Note, ReadWarning
from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions, recognise


def read_as(
    format_name: str, path: Path, options: ReadOptions | None = None
) -> tuple[DeckFile, list[Note]]:
    """The file and its notes, read by the format that recognises it, which must be this one."""
    known = recognise(path)
    assert known.name == format_name
    deck_file = known.read(path, options or ReadOptions(default_deck=path.stem))
    return deck_file, list(deck_file.notes)


def told(warnings: list[ReadWarning]) -> list[tuple[str, str]]:
    return [(warning.code, warning.where) for warning in warnings]


def refusal(path: Path) -> str:
    """Why a file is refused; the test fails where it is not."""
    try:
        deck_file = recognise(path).read(path, ReadOptions(default_deck="x"))
        notes = list(deck_file.notes)
    except UnreadableDeck as error:
        assert error.message.endswith("."), error.message
        assert "\n" not in error.message
        return error.message
    raise AssertionError(f"it was read, with {len(notes)} notes")
