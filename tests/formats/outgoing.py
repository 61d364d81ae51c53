"""Notes made into something to write, and files read back, for the tests of the writers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from interviewprep.core.cards import cards_of
from interviewprep.core.notes import DeckFile, DeckInfo, Markup, Note, NoteKind, NoteType
from interviewprep.core.outgoing import Outgoing, OutgoingCalendar, OutgoingCard, OutgoingNote
from interviewprep.core.own_types import own_type

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
OWN_TYPES = {
    own_type(kind, markup).key: own_type(kind, markup)
    for kind in NoteKind
    if kind is not NoteKind.TEMPLATES
    for markup in Markup
}


def outgoing(
    notes: Sequence[Note],
    note_types: Mapping[str, NoteType] = OWN_TYPES,
    *,
    decks: Iterable[DeckInfo] | None = None,
    media: Mapping[str, tuple[tuple[str, str], ...]] | None = None,
    folder: Path = Path(),
) -> Outgoing:
    """These notes, all new. `media` has label and SHA-256 of what each note shows, by guid; the
    files lie in `folder` under their SHA-256."""
    shown = media or {}
    names = dict.fromkeys(note.deck for note in notes)
    return Outgoing(
        name="Everything",
        decks=[DeckInfo(name) for name in names] if decks is None else list(decks),
        note_types=note_types,
        notes=[
            OutgoingNote(
                note,
                tuple(
                    OutgoingCard(place * 100 + key.ordinal, key.ordinal, note.deck, place)
                    for key in cards_of(note_types[note.note_type], note.fields)
                ),
                NOW,
                NOW,
                shown.get(note.guid, ()),
            )
            for place, note in enumerate(notes)
        ],
        note_count=len(notes),
        calendar=OutgoingCalendar(BERLIN, 4, date(2026, 5, 4)),
        now=NOW,
        media=tuple(sorted({pair for pairs in shown.values() for pair in pairs})),
        file_of=lambda sha256: folder / sha256,
    )


def said(deck_file: DeckFile) -> list[tuple[object, ...]]:
    """All that counts of the notes of a file."""
    return [
        (note.guid, note.note_type, note.deck, note.fields, note.tags, dict(note.details))
        for note in deck_file.notes
    ]
