"""Our own Markdown deck files, as `docs/deck-format.md` describes them."""

from functools import partial

from interviewprep.formats.contained import read_contained_if_large
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
    read=partial(read_contained_if_large, "interviewprep.formats.markdown_deck.reader", read=read),
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
