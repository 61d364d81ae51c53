"""What a search gives: cards, a page of them, and a card's place in the order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands in the order of results; written and read as `DECK.POSITION.CARD`."""

    deck_id: int
    position: int
    card_id: int

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """Return None where the text is not a place, such as one somebody shortened by hand."""
        if not re.fullmatch(r"\d{1,18}\.-?\d{1,18}\.\d{1,18}", text, re.ASCII):
            return None
        return cls(*(int(part) for part in text.split(".")))

    def __str__(self) -> str:
        return f"{self.deck_id}.{self.position}.{self.card_id}"


@dataclass(frozen=True, slots=True)
class Found:
    """One card found. `fields` and `markup` are its note's; `due_day` is None for a new card."""

    card_id: int
    note_id: int
    deck_id: int
    deck_name: str
    is_own: bool
    ordinal: int
    position: int
    fields: list[str]
    kind: str
    markup: str
    tags: str
    due_day: date | None
    is_learning: bool
    is_suspended: bool
    flag: int
    personal_tags: str

    @property
    def place(self) -> Place:
        return Place(self.deck_id, self.position, self.card_id)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of results; `earlier` and `later` say whether there are more on either side."""

    cards: list[Found]
    earlier: bool
    later: bool
