"""What a learner has retired, out of the tables: notes, and single cards of notes that live on.

Nothing shows them any more, but the log speaks of them, and an account is only whole with its log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, select
from sqlalchemy.orm import aliased

from ...core.media_names import Pair
from ...core.notes import Note as NoteValue
from ...core.notes import NoteType
from ...core.outgoing import OutgoingNote
from ...formats.deck_json.writing import note_json
from ...storage import Card, Deck, Note, NoteMedia
from ...storage import NoteType as NoteTypeRow
from ...storage.types import AnyRow
from ..note_types import type_of

_AT_ONCE = 500
_OTHER = aliased(Card)
_LIVES = and_(
    Note.retired_at.is_(None),
    exists().where(_OTHER.note_id == Note.id, _OTHER.retired_at.is_(None)).correlate(Note),
)
_OWN = Note.owner_id == bindparam("user_id")
_NOTES = select(Note, Deck.name).join(Deck, Deck.id == Note.deck_id).where(_OWN, ~_LIVES)
_NOTE_TYPES = select(NoteTypeRow).where(
    NoteTypeRow.id.in_(select(Note.note_type_id).where(_OWN, ~_LIVES))
)
_MEDIA = (
    select(NoteMedia.note_id, NoteMedia.label, NoteMedia.sha256)
    .join(Note, Note.id == NoteMedia.note_id)
    .where(_OWN, ~_LIVES)
)
_CARDS = (
    select(Card.note_id, Note.guid, Card.ordinal, Card.key, Card.position, Deck.name)
    .join(Note, Note.id == Card.note_id)
    .join(Deck, Deck.id == Card.deck_id)
    .order_by(Card.note_id, Card.ordinal)
)
_OF_NOTES = _CARDS.where(Card.note_id.in_(bindparam("ids", expanding=True)))
_OF_LIVING = _CARDS.where(_OWN, _LIVES, Card.retired_at.is_not(None))


class Retired:
    """Reads what is retired: `note_types` by key and `media` first, then `lines`."""

    def __init__(self, connection: Connection, user_id: int) -> None:
        self._connection = connection
        self._values = {"user_id": user_id}
        self._keys: dict[int, str] = {}
        self.note_types: dict[str, NoteType] = {}
        for row in connection.execute(_NOTE_TYPES, self._values):
            kind = type_of(row)
            self.note_types[kind.key] = kind
            self._keys[row.id] = kind.key
        self._shown: dict[int, list[Pair]] = {}
        for note_id, label, sha256 in connection.execute(_MEDIA, self._values):
            self._shown.setdefault(note_id, []).append((label, sha256))

    @property
    def media(self) -> set[Pair]:
        """Label and SHA-256 of all files that retired notes show."""
        return {pair for pairs in self._shown.values() for pair in pairs}

    def lines(self, names: Mapping[Pair, str]) -> Iterator[dict[str, Any]]:
        """Yield notes with their cards, then the single cards of notes that live on."""
        with self._connection.execute(_NOTES, self._values) as result:
            for rows in result.partitions(_AT_ONCE):
                cards = self._cards([row.id for row in rows])
                for row in rows:
                    yield self._line(row, cards.get(row.id, []), names)
        single: dict[str, list[dict[str, Any]]] = {}
        for card in self._connection.execute(_OF_LIVING, self._values):
            single.setdefault(card.guid, []).append(_card(card))
        for guid, found in single.items():
            yield {"guid": guid, "cards": found}

    def _cards(self, note_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
        found: dict[int, list[dict[str, Any]]] = {}
        for row in self._connection.execute(_OF_NOTES, {"ids": note_ids}):
            found.setdefault(row.note_id, []).append(_card(row))
        return found

    def _line(
        self, row: AnyRow, cards: list[dict[str, Any]], names: Mapping[Pair, str]
    ) -> dict[str, Any]:
        media = tuple(pair for pair in sorted(self._shown.get(row.id, ())) if pair in names)
        value = NoteValue(
            guid=row.guid,
            note_type=self._keys[row.note_type_id],
            deck=row.name,
            fields=tuple(row.fields),
            tags=tuple(row.tags.split()),
            details=row.details,
        )
        note = OutgoingNote(value, (), row.created_at, row.changed_at, media)
        instants = {
            name: _text(getattr(row, name))
            for name in ("created_at", "changed_at", "retired_at")
            if getattr(row, name) is not None
        }
        return {"guid": row.guid, **instants, "note": note_json(note, dict(names)), "cards": cards}


def _card(row: AnyRow) -> dict[str, Any]:
    return {"ordinal": row.ordinal, "key": row.key, "position": row.position, "deck": row.name}


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
