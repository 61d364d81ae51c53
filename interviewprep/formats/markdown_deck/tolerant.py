"""Reading a deck file card by card, so that one broken card does not hide the mistakes of others.

`parse_deck` is what the app does and stops at the first mistake. Here each card is parsed by
itself, by the same parser and with the same line numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from interviewprep.errors import UnreadableDeck
from interviewprep.formats.markdown_deck.front_matter import split_front_matter
from interviewprep.formats.markdown_deck.grammar import FrontMatter, ParsedCard, ParsedDeck
from interviewprep.formats.markdown_deck.parsing import FENCE, CardParser

_CARD = re.compile(r"##[ \t]+(?P<id>.*?)[ \t#]*")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something the parser refuses: the error, and the id of the card that was lost if any."""

    error: UnreadableDeck
    card_id: str | None
    is_front_matter: bool = False


def parse_tolerantly(text: str) -> tuple[ParsedDeck, tuple[Mistake, ...]]:
    """Parse what can be parsed; ids that are there twice are kept, as nothing is lost by them."""
    lines = text.split("\n")
    mistakes: list[Mistake] = []
    front_matter: FrontMatter | None = None
    try:
        front_matter, first = split_front_matter(lines)
    except UnreadableDeck as error:
        mistakes.append(Mistake(error, None, is_front_matter=True))
        first = _after_front_matter(lines)
    cards: list[ParsedCard] = []
    group = ""
    for start, end in _pieces(lines, first):
        parser = CardParser(lines[:end], start, group)
        try:
            cards.extend(parser.cards())
        except UnreadableDeck as error:
            heading = _CARD.fullmatch(lines[start]) if start < end else None
            mistakes.append(Mistake(error, heading["id"] if heading else None))
        group = parser.group
    return ParsedDeck(front_matter, tuple(cards)), tuple(mistakes)


def _after_front_matter(lines: list[str]) -> int:
    ends = (index + 1 for index in range(1, len(lines)) if lines[index].rstrip() == "---")
    cards = (index for index, line in enumerate(lines) if line.startswith("## "))
    return min([next(ends, len(lines)), next(cards, len(lines))])


def _pieces(lines: list[str], first: int) -> Iterator[tuple[int, int]]:
    """Where each card begins and ends; what stands before the first is a piece too."""
    start = first
    closing: re.Pattern[str] | None = None
    for index in range(first, len(lines)):
        line = lines[index]
        if closing is not None:
            if closing.fullmatch(line):
                closing = None
            continue
        fence = FENCE.fullmatch(line)
        if fence is not None and not ("`" in fence["marks"] and "`" in fence["info"]):
            marks = fence["marks"]
            closing = re.compile(rf"[ \t]*{re.escape(marks[0])}{{{len(marks)},}}[ \t]*")
        elif _CARD.fullmatch(line):
            if index > start:
                yield start, index
            start = index
    yield start, len(lines)
