"""D01: a file of short cards is of a size to study, and asks for understanding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewprep.core import cloze
from interviewprep.core.deck_lint.findings import WARN, Finding
from interviewprep.core.deck_lint.markup import masked
from interviewprep.core.deck_lint.passages import LintedCard, LintedFile

FEWEST_ITEMS, MOST_ITEMS = 8, 120
MOST_CLOZE_PERCENT = 40
FEWEST_REASONING_PERCENT = 25
_REASONING = re.compile(r"\b(?:why|when|which|how)\b|\bwhat happens\b", re.IGNORECASE)


def count_items(card: LintedCard) -> int:
    """The review items of a card; a long card is one."""
    if "C" in card.passages:
        return len(cloze.numbers(card.passages["C"].text))
    return 2 if "T" in card.passages else 1


def check_deck(file: LintedFile) -> Iterator[Finding]:
    """D01. A file that has only exercises or prompts is not meant."""
    short = [card for card in file.cards if not card.card.is_long]
    if not short:
        return
    items = sum(map(count_items, short))
    if not FEWEST_ITEMS <= items <= MOST_ITEMS:
        fix = "split the file" if items > MOST_ITEMS else "write more, or move them to another deck"
        message = f"{items} review items, and {FEWEST_ITEMS} to {MOST_ITEMS} make a deck"
        yield _warn(file, message, fix)
    deletions = sum(count_items(card) for card in short if "C" in card.passages)
    if deletions * 100 > items * MOST_CLOZE_PERCENT:
        message = f"{deletions} of {items} review items are deletions"
        yield _warn(file, message, "ask questions instead of some of them")
    questions = [masked(card.passages["Q"].text) for card in short if "Q" in card.passages]
    reasoning = sum(_REASONING.search(question) is not None for question in questions)
    if questions and reasoning * 100 < len(questions) * FEWEST_REASONING_PERCENT:
        message = (
            f"{reasoning} of {len(questions)} questions ask why, when, which, how or what happens"
        )
        yield _warn(file, message, "ask for reasons instead of facts")


def _warn(file: LintedFile, message: str, fix: str) -> Finding:
    return Finding(file.path, 1, "D01", WARN, message, fix)
