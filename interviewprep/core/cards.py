"""A note becomes cards.

The key of a card stays the same for as long as the card asks the same thing, whatever is edited
around it: "" for a basic card, `td` and `dt` for the two directions, `c3` for a cloze number, `t0`
for a template of Anki's, `prompt` for an exercise or interview prompt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from interviewprep.core import cloze, templates
from interviewprep.core.notes import NoteKind, NoteType


@dataclass(frozen=True, slots=True)
class CardKey:
    """Which card of its note: `ordinal` counts from 0 as in Anki, `key` is its permanent name."""

    ordinal: int
    key: str


CardMaker: TypeAlias = Callable[[Sequence[str]], tuple[CardKey, ...]]

PROMPT_KEY = "prompt"
"""The key of a card that is done (an exercise, an interview prompt) and never asked in a review."""
_ONE = (CardKey(0, ""),)
_PROMPT = (CardKey(0, PROMPT_KEY),)
_BOTH = (CardKey(0, "td"), CardKey(1, "dt"))
_MOST_REMEMBERED = 4096
_NEVER_EMPTY = frozenset(["Card", "CardFlag", "CardID", "Deck", "Subdeck", "Type"])
"""What Anki counts as filled although no note says it; seen in Anki 26.9."""


def cards_of(note_type: NoteType, fields: Sequence[str]) -> tuple[CardKey, ...]:
    """The cards a note makes, by ordinal. Every note makes at least one."""
    return card_maker(note_type)(fields)


@lru_cache(maxsize=256)
def card_maker(note_type: NoteType) -> CardMaker:
    """A function from the fields of a note to its cards; for many notes, ask for it once."""
    match note_type.kind:
        case NoteKind.BASIC:
            return lambda fields: _ONE
        case NoteKind.PROMPT:
            return lambda fields: _PROMPT
        case NoteKind.BOTH_WAYS:
            return lambda fields: _BOTH
        case NoteKind.CLOZE:
            return _cloze_maker(note_type)
        case NoteKind.TEMPLATES:
            return _template_maker(note_type)


def _cloze_maker(note_type: NoteType) -> CardMaker:
    indexes = [0]
    if note_type.templates:
        names = templates.cloze_fields(note_type.templates[0].question)
        indexes = [note_type.fields.index(name) for name in names if name in note_type.fields]
    known: dict[frozenset[int], tuple[CardKey, ...]] = {}

    def make(fields: Sequence[str]) -> tuple[CardKey, ...]:
        numbers: frozenset[int] = frozenset()
        for index in indexes:
            if index < len(fields):
                numbers |= cloze.numbers(fields[index])
        cards = known.get(numbers)
        if cards is None:
            cards = tuple(CardKey(n - 1, f"c{n}") for n in sorted(numbers or {1}))
            if len(known) < _MOST_REMEMBERED:
                known[numbers] = cards
        return cards

    return make


def _template_maker(note_type: NoteType) -> CardMaker:
    """By Anki's rule: a template counts if some field that is not empty would show.

    Which fields are empty decides everything, so that the answer is remembered by that. Tags are
    taken as empty: a note whose cards depend on its tags is not worth a slower import.
    """
    questions = [templates.parse(template.question) for template in note_type.templates]
    used = sorted(
        index for index, name in enumerate(note_type.fields) if _speaks_of(questions, name)
    )
    known: dict[tuple[bool, ...], tuple[CardKey, ...]] = {}
    is_empty = templates.is_empty

    def make(fields: Sequence[str]) -> tuple[CardKey, ...]:
        count = len(fields)
        filled = tuple([index < count and not is_empty(fields[index]) for index in used])
        cards = known.get(filled)
        if cards is None:
            names = {note_type.fields[i] for i, full in zip(used, filled, strict=True) if full}
            names |= _NEVER_EMPTY.difference(note_type.fields)
            shown = [n for n, question in enumerate(questions) if _shows_a_field(question, names)]
            cards = tuple(CardKey(n, f"t{n}") for n in shown or [0])
            if len(known) < _MOST_REMEMBERED:
                known[filled] = cards
        return cards

    return make


def _speaks_of(nodes: Sequence[object], name: str) -> bool:
    for node in nodes:
        if isinstance(node, tuple) and _speaks_of(node, name):
            return True
        if isinstance(node, templates.Replacement) and node.field == name:
            return True
        if isinstance(node, templates.Section) and (
            node.field == name or _speaks_of(node.content, name)
        ):
            return True
    return False


def _shows_a_field(nodes: Sequence[templates.Node], filled: set[str]) -> bool:
    for node in nodes:
        if isinstance(node, templates.Replacement):
            if node.field in filled:
                return True
        elif (
            isinstance(node, templates.Section)
            and (node.field in filled) != node.shown_when_empty
            and _shows_a_field(node.content, filled)
        ):
            return True
    return False
