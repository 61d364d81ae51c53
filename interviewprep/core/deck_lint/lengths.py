"""W01, W02, W05: answers, questions, notes and lists stay short."""

from __future__ import annotations

from collections.abc import Iterator

from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.markup import count_words
from interviewprep.core.deck_lint.passages import LintedCard

MOST_WORDS, MANY_WORDS = 60, 40
MOST_WORDS_OF_NOTE = 80
MOST_ITEMS, MANY_ITEMS = 5, 3


def check_lengths(card: LintedCard) -> Iterator[Finding]:
    """W01 for `A:` and `D:`, W02 for `Q:`, `C:` and `N:`, W05 for lists in `A:` and `D:`."""
    for label, rule, name in (
        ("A", "W01", "answer"),
        ("D", "W01", "definition"),
        ("Q", "W02", "question"),
        ("C", "W02", "text"),
    ):
        passage = card.passages.get(label)
        length = count_words(passage.text) if passage else 0
        if passage is None or length <= MANY_WORDS:
            continue
        message = f"the {name} has {length} words and {MANY_WORDS} are enough"
        fix = "move what explains into `N:`, or make two cards of it"
        add = card.error if length > MOST_WORDS else card.warn
        yield add(rule, passage.line, message, fix)
    note = card.passages.get("N")
    length = count_words(note.text) if note else 0
    if note is not None and length > MOST_WORDS_OF_NOTE:
        message = f"the note has {length} words and {MOST_WORDS_OF_NOTE} are enough"
        yield card.warn("W02", note.line, message, "keep the one thing worth reading")
    yield from _lists(card)


def _lists(card: LintedCard) -> Iterator[Finding]:
    for label in ("A", "D"):
        passage = card.passages.get(label)
        items = passage.items() if passage else []
        if len(items) <= MANY_ITEMS:
            continue
        message = f"the answer is a list of {len(items)} items and {MANY_ITEMS} are enough"
        add = card.error if len(items) > MOST_ITEMS else card.warn
        yield add("W05", items[0][0], message, "ask for one item, or for what they have in common")
