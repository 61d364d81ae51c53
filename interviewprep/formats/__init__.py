"""Floor 1, bytes to notes and back: one module for each format, one registry line each."""

from __future__ import annotations

from pathlib import Path

from interviewprep.errors import UnreadableDeck
from interviewprep.formats import (
    account_archive,
    anki,
    archive,
    classic_cards,
    crowdanki,
    csv_text,
    deck_json,
    hashcards,
    markdown_deck,
    mnemosyne,
    obsidian_cards,
)
from interviewprep.formats.reading import HEAD_BYTES, Format, ReadOptions

__all__ = ["FORMATS", "Format", "ReadOptions", "recognise"]

FORMATS: list[Format] = [
    account_archive.FORMAT,
    anki.FORMAT,
    archive.FORMAT,
    classic_cards.FORMAT,
    deck_json.FORMAT,
    crowdanki.FORMAT,
    mnemosyne.FORMAT,
    hashcards.FORMAT,
    obsidian_cards.FORMAT,
    markdown_deck.FORMAT,
    csv_text.FORMAT,
]
"""Tried in this order: the more certain a format's marks, the earlier it stands."""


def recognise(path: Path, original_name: str | None = None) -> Format:
    """Return the format of a file, by its content; the name only decides between texts.

    `original_name` is what the file was called where it came from. Raises `UnreadableDeck`.
    """
    name = Path(original_name or path.name)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise UnreadableDeck(f"{name.name} is empty; choose the file that holds the cards.")
    for known in FORMATS:
        if known.recognises(name, head):
            return known
    accepted = "; ".join(known.label for known in FORMATS)
    raise UnreadableDeck(
        f"{name.name} is in no format that can be read here; choose one of these: {accepted}."
    )
