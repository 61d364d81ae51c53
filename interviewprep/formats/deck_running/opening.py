"""Reading deck files for a run: what can be parsed is run, what cannot is a finding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from interviewprep.core.deck_lint.findings import ERROR, Finding
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.markdown_deck.grammar import ParsedCard
from interviewprep.formats.markdown_deck.refusals import UnusableFence, UnusableId
from interviewprep.formats.markdown_deck.tolerant import Mistake, parse_tolerantly

_PLACE = re.compile(r"line (?P<line>\d+): (?P<message>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """The cards of one file that can be run, and what the parser refused of the others."""

    path: str
    cards: tuple[ParsedCard, ...]
    refused: tuple[Finding, ...]


def open_file(path: Path) -> OpenedFile:
    """Read a deck file. Raises `UnreadableDeck`, which names the file, if it is no text."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, ValueError) else error.strerror
        raise UnreadableDeck(f"{path} cannot be read ({reason}).") from None
    deck, mistakes = parse_tolerantly(text)
    return OpenedFile(
        str(path), deck.cards, tuple(_finding(str(path), mistake) for mistake in mistakes)
    )


def _finding(path: str, mistake: Mistake) -> Finding:
    rule = "S01" if mistake.is_front_matter else "S03"
    if isinstance(mistake.error, UnusableFence):
        rule = "S04"
    elif isinstance(mistake.error, UnusableId):
        rule = "S02"
    found = _PLACE.fullmatch(mistake.error.message)
    line, said = (int(found["line"]), found["message"]) if found else (1, mistake.error.message)
    message, semicolon, fix = said.rstrip(".").partition("; ")
    if not semicolon:
        fix = "see the deck format, section 11"
    return Finding(path, line, rule, ERROR, message, fix, mistake.card_id)
