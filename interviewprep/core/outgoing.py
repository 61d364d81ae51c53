"""What a writer is given: notes with their cards, and how far a learner is with each.

The other direction of `notes.DeckFile`. A service gathers it, a writer of any format turns it into
a file, and neither knows the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from interviewprep.core.notes import DeckInfo, Note, NoteType
from interviewprep.core.schedulers import Memory


@dataclass(frozen=True, slots=True)
class OutgoingCard:
    """One card of a note. `memory` is None for one that nobody has begun, or where progress stays
    here; `position` orders those. `anki` are Anki's own columns, where the card came from there and
    stands as it came."""

    id: int
    ordinal: int
    deck: str
    position: int
    memory: Memory | None = None
    is_suspended: bool = False
    flag: int = 0
    anki: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class OutgoingNote:
    """A note as readers give it, with its cards by ordinal. `media` are pairs of label and SHA-256
    of the files that it shows."""

    note: Note
    cards: tuple[OutgoingCard, ...]
    created_at: datetime
    changed_at: datetime
    media: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OutgoingReview:
    """One answer that was given here, of a card that goes out. `grade` is 1 to 4; `before` and
    `after` are the states as the log keeps them."""

    card_id: int
    at: datetime
    grade: int
    duration_ms: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]


AnkiHistory: TypeAlias = tuple[int, int, int, int, int, int, int, int]
"""One review that came from Anki: id of our card, its instant in ms, ease, ivl, lastIvl, factor,
time and type as Anki has them."""


@dataclass(frozen=True, slots=True)
class OutgoingCalendar:
    """Whose days the due days are: `today` in `zone`, where a day begins at `rollover_hour`."""

    zone: ZoneInfo
    rollover_hour: int
    today: date


@dataclass(slots=True)
class Outgoing:
    """Everything of one export. `notes` and `reviews` are iterated once, notes first; reviews come
    oldest first, those from Anki as plain tuples because there are so many.

    `media` are all pairs of label and SHA-256 that notes show, `file_of` says where the bytes lie.
    `note_types` has those of all notes, by the keys that notes use.
    """

    name: str
    decks: list[DeckInfo]
    note_types: Mapping[str, NoteType]
    notes: Iterable[OutgoingNote]
    note_count: int
    calendar: OutgoingCalendar
    now: datetime
    media: tuple[tuple[str, str], ...]
    file_of: Callable[[str], Path]
    reviews: Iterable[OutgoingReview | AnkiHistory] = field(default_factory=tuple)
