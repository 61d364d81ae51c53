"""Our own Markdown deck files, as `docs/deck-format.md` describes them."""

from interviewprep.formats.markdown_deck.grammar import (
    Block,
    Fence,
    FrontMatter,
    ParsedCard,
    ParsedDeck,
)
from interviewprep.formats.markdown_deck.parsing import parse_deck
from interviewprep.formats.markdown_deck.reader import deck_file, read, recognises
from interviewprep.formats.reading import Format

FORMAT = Format(
    name="markdown",
    label="Markdown decks",
    suffixes=(".md", ".markdown"),
    recognises=recognises,
    read=read,
)

__all__ = [
    "FORMAT",
    "Block",
    "Fence",
    "FrontMatter",
    "ParsedCard",
    "ParsedDeck",
    "deck_file",
    "parse_deck",
    "read",
]
