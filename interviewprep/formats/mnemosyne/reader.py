"""From Mnemosyne's XML to notes. Runs in a child process with limits (`formats/contained`)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from interviewprep.core.notes import DeckFile, DeckInfo, Note
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.made_guids import MadeGuids
from interviewprep.formats.mnemosyne.facts import Facts
from interviewprep.formats.mnemosyne.kinds import BASIC, TYPES, has_progress
from interviewprep.formats.mnemosyne.records import Record, root_and_records
from interviewprep.formats.mnemosyne.texts import html_of, tag_of
from interviewprep.formats.pictures import pictures_of
from interviewprep.formats.reading import ReadOptions

_ROOTS = ("mnemosyne", "openSM2sync")


def read(path: Path, options: ReadOptions) -> DeckFile:
    """Read a file of XML; pictures lie beside it. Raises `UnreadableDeck`, which names the line."""
    size_bytes = path.stat().st_size
    if size_bytes > options.most_bytes:
        raise UnreadableDeck(
            f"The file has {size_bytes:,} bytes and {options.most_bytes:,} are allowed; "
            "split it into smaller files."
        )
    return deck_of(path.read_bytes(), options, path)


def deck_of(data: bytes, options: ReadOptions, path: Path) -> DeckFile:
    """The deck that XML describes. Raises `UnreadableDeck`, which names the line."""
    root, records = root_and_records(io.BytesIO(data))
    deck, warnings = options.deck_for(path), WarningLog()
    if root not in _ROOTS:
        list(records)  # where the file is broken, that is what to say
        raise UnreadableDeck(
            "The file is XML of another program; choose what Mnemosyne exported as XML or .cards."
        )
    if root == "mnemosyne":
        notes = _items(records, deck, options, warnings)
    else:
        notes = Facts(records, options, warnings).notes(deck)
    if not notes:
        raise UnreadableDeck("The file holds no cards that can be read; export the cards again.")
    return DeckFile(
        format="mnemosyne",
        decks=[DeckInfo(deck)],
        note_types=TYPES,
        notes=notes,
        media=pictures_of(notes, TYPES, options.media_folder),
        warnings=warnings.all(),
        note_count=len(notes),
        refused=warnings.left_out,
    )


def _items(
    records: Iterable[Record], deck: str, options: ReadOptions, warnings: WarningLog
) -> list[Note]:
    """Version 1: each item is a card. Its id is no identity, because many programs count from 0."""
    guids = MadeGuids("mnemosyne")
    notes: list[Note] = []
    for record in records:
        if record.name != "item":
            continue
        place = f"line {record.line}"
        front, back = (html_of(record.texts.get(side, "")) for side in ("Q", "A"))
        if not front:
            warnings.add("empty-front", place, "The card has no question and was left out.")
            continue
        if has_progress(record):
            warnings.add("schedule", place, "its schedule is not carried over")
        tag = tag_of(record.texts.get("cat", ""))
        notes.append(
            Note(
                guid=guids.make(deck, front),
                note_type=BASIC.key,
                deck=deck,
                fields=(front, back, "", ""),
                tags=(tag,) if tag else (),
                place=place,
            )
        )
        if len(notes) > options.most_notes:
            raise UnreadableDeck(
                f"{place}: only {options.most_notes:,} cards are allowed; split the file."
            )
    return notes
