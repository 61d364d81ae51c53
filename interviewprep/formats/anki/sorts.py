"""What many notes share: their type, and the same cards in the same decks.

It is said once and numbered, so that each note needs only the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interviewprep.core.note_batches import Layout, type_media
from interviewprep.core.notes import NoteKind, NoteType, ReadWarning
from interviewprep.core.read_warnings import WarningLog
from interviewprep.formats.anki.cards import Cards, unpacked
from interviewprep.formats.anki.names import shown
from interviewprep.formats.anki.schema import Schema

_MOST_SORTS = 100_000
_MOST_CLOZES = 500
_DEFAULT_DECK = "Default"


@dataclass(frozen=True, slots=True, eq=False)
class Sort:
    """What notes of one type, with the same cards in the same decks, have in common."""

    number: int
    note_type: NoteType
    type_names: tuple[str, ...]
    separators: int
    ordinals: tuple[int, ...]
    """Of the cards that the file has for each such note."""


class SortBook:
    """The sorts of notes seen so far."""

    def __init__(self, schema: Schema, warnings: WarningLog) -> None:
        self._schema = schema
        self._warnings = warnings
        self._sorts: dict[tuple[Any, Cards | None], Sort | None] = {}
        self._known_types: set[str] = set()
        self._fresh: list[dict[str, Any]] = []
        self._next_sort = 0

    def take_fresh(self) -> list[dict[str, Any]]:
        """The sorts that came up since this was last asked, by number, as JSON."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def of(self, type_ids: Sequence[int], cards: list[Cards | None]) -> list[Any]:
        """The sort of each note; None where its type is unknown."""
        known, keys = self._sorts, list(zip(type_ids, cards, strict=True))
        try:
            found = [known[key] for key in keys]
        except KeyError:
            for key in set(keys) - known.keys():
                known[key] = self._sort(*key)
            found = [known[key] for key in keys]
        if len(known) > _MOST_SORTS:
            known.clear()
        return found

    def _sort(self, type_id: Any, cards: Cards | None) -> Sort | None:
        """The sort of a note's type and cards; None where the type is unknown."""
        note_type = self._schema.note_types.get(type_id)
        if note_type is None:
            return None
        if note_type.key not in self._known_types:
            self._known_types.add(note_type.key)
            warning = layout_warning(note_type)
            if warning is not None:
                self._warnings.add(warning.code, warning.where, warning.message)
        layout = self._layout(note_type, cards)
        sort = Sort(
            self._next_sort,
            note_type,
            tuple(type_media(note_type)),
            len(note_type.fields) - 1,
            layout.ordinals or (),
        )
        self._next_sort += 1
        self._fresh.append(
            {
                "type": note_type.key,
                "deck": layout.deck,
                "ordinals": layout.ordinals,
                "card_decks": layout.card_decks,
            }
        )
        return sort

    def _layout(self, note_type: NoteType, cards: Cards | None) -> Layout:
        most = _MOST_CLOZES if note_type.kind is NoteKind.CLOZE else len(note_type.templates)
        decks: dict[int, str] = {}
        for card in cards or ():
            ordinal, deck_id = unpacked(card)
            if not 0 <= ordinal < most:
                message = (
                    f"a card has number {ordinal}, which {shown(note_type.name)} does not make"
                )
                self._warnings.add("impossible-card", "", message)
                continue
            deck = self._schema.decks.get(deck_id)
            if deck is None:
                message = (
                    f"a card lies in a deck that the file does not hold; it is put into"
                    f" {_DEFAULT_DECK}"
                )
                self._warnings.add("unknown-deck", "", message)
            decks.setdefault(ordinal, deck or _DEFAULT_DECK)
        if not decks:
            return Layout(_DEFAULT_DECK)
        ordinals = tuple(sorted(decks))
        first = decks[ordinals[0]]
        elsewhere = tuple((n, decks[n]) for n in ordinals if decks[n] != first)
        return Layout(first, ordinals, elsewhere)


def layout_warning(note_type: NoteType) -> ReadWarning | None:
    """What to say of a type whose templates want more than they get here."""
    layouts = "".join(part.question + part.answer for part in note_type.templates)
    where = f"note type {shown(note_type.name)}"
    if "imageOcclusion" in layouts:
        message = "its masks are drawn over the pictures; texts drawn into a picture stand below it"
        return ReadWarning("image-occlusion", where, message)
    if "<script" in layouts.lower():
        return ReadWarning("template-script", where, "its scripts are left out")
    return None
