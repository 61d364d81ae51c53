"""What a format is, and what a reader may be told. Readers and registry both import this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from interviewprep.core.notes import DeckFile


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the caller knows or wants, and how much a file may hold.

    `deck` is the full name all notes go to, whatever the file says (built-in decks pass their id).
    `default_deck` counts where the file names none; empty means the name of the file without its
    suffix. `media_folder` holds the files that a text refers to by relative paths. `work_folder` is
    an empty folder to unpack into, which the caller removes; without one a reader makes its own.
    `with_progress` asks for schedule and history, too, from formats that have any.

    `encoding` (a name in `encodings.CHOICES`), `separator` (a name in `csv_text.rows`, or the signs
    themselves) and `row_separator` say how a text with columns is to be read, where what is found
    in it misleads; so does `first_line_is_heading`, `yes` or `no`.
    """

    deck: str | None = None
    default_deck: str = ""
    media_folder: Path | None = None
    work_folder: Path | None = None
    with_progress: bool = False
    encoding: str | None = None
    separator: str | None = None
    row_separator: str | None = None
    first_line_is_heading: str | None = None
    most_bytes: int = 64 * 1024 * 1024
    most_notes: int = 250_000
    most_field_chars: int = 1_000_000

    def deck_for(self, path: Path, named: str | None = None) -> str:
        """The deck of notes for which the file names `named`, or nothing."""
        return self.deck or named or self.default_deck or path.stem or "Imported"


@dataclass(frozen=True, slots=True)
class Format:
    """One deck format.

    `label` and `suffixes` are for people. `recognises` is given the name the file had and its first
    `HEAD_BYTES` bytes, and decides by content as far as it can. `read` raises `UnreadableDeck`.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    recognises: Callable[[Path, bytes], bool]
    read: Callable[[Path, ReadOptions], DeckFile]


HEAD_BYTES = 64 * 1024
