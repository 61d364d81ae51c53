"""Notes that are here already and say something else in the file: changed in place.

Cards keep their ids, and with them memory and history. A card is retired only where neither the
text nor the file asks for it any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from ...core.note_batches import FIELD_SEPARATOR, NoteBatch
from ...core.notes import NoteType
from ...storage import Card, Note, NoteMedia, Rendering
from ...storage.types import AnyRow
from ..search_index import unindex_notes
from .adding import Adder, cards_from_fields, placing_of
from .comparing import Compared, Comparer, media_of
from .media import PreparedMedia
from .targets import Targets

_CARDS = select(Card.id, Card.note_id, Card.ordinal, Card.deck_id, Card.retired_at).where(
    Card.note_id.in_(bindparam("note_ids", expanding=True))
)
_UPDATE_NOTE = (
    update(Note)
    .where(Note.id == bindparam("note_id"))
    .values(
        deck_id=bindparam("new_deck_id"),
        note_type_id=bindparam("new_type_id"),
        fields=bindparam("new_fields"),
        tags=bindparam("new_tags"),
        details=bindparam("new_details"),
        content_hash=bindparam("new_hash"),
        changed_at=bindparam("now"),
        edited_at=bindparam("new_edited_at"),
        retired_at=None,
    )
)
_UPDATE_CARD = (
    update(Card)
    .where(Card.id == bindparam("card_id"))
    .values(retired_at=bindparam("new_retired_at"), deck_id=bindparam("new_deck_id"))
)
_FORGET_HTML = delete(Rendering).where(Rendering.card_id.in_(bindparam("card_ids", expanding=True)))
_FORGET_MEDIA = delete(NoteMedia).where(
    NoteMedia.note_id.in_(bindparam("note_ids", expanding=True))
)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Change:
    """One note that does change: our row, its place in the batch, and its cards here."""

    place: int
    row: AnyRow
    cards: Mapping[int, AnyRow]
    media: Mapping[str, str]


class Updater:
    """Updates changed notes, batch after batch."""

    def __init__(
        self,
        connection: Connection,
        note_types: Mapping[str, NoteType],
        media: Mapping[str, PreparedMedia],
        comparer: Comparer,
        targets: Targets,
        adder: Adder,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._note_types = note_types
        self._media = media
        self._comparer = comparer
        self._targets = targets
        self._adder = adder
        self._now = now

    def update(self, batch: NoteBatch, places: Sequence[int], compared: Compared) -> list[int]:
        """Update the notes at these places; return the ids of those that really changed."""
        changed: list[int] = []
        for at in range(0, len(places), _AT_ONCE):
            part = places[at : at + _AT_ONCE]
            changes = self.real_changes(batch, part, compared.known)
            if changes:
                self._store(batch, changes)
                changed += [change.row.id for change in changes]
        return changed

    def real_changes(
        self, batch: NoteBatch, places: Sequence[int], known: Mapping[int, AnyRow]
    ) -> list[_Change]:
        """Those that differ in more than their hash: text, tags, type, cards, media or state."""
        ids = [known[place].id for place in places]
        cards: dict[int, dict[int, AnyRow]] = {}
        for card in self._connection.execute(_CARDS, {"note_ids": ids}):
            cards.setdefault(card.note_id, {})[card.ordinal] = card
        shown = media_of(self._connection, ids)
        self._adder.own_media.update(
            sha256 for labels in shown.values() for sha256 in labels.values()
        )
        changes = []
        for place in places:
            row = known[place]
            media = {label: self._media[name].sha256 for label, name in batch.media.get(place, ())}
            held = cards.get(row.id, {})
            change = _Change(place, row, held, media)
            if (
                row.retired_at is not None
                or not self._comparer.is_same_text(row, batch, place)
                or shown.get(row.id, {}) != media
                or dict(batch.details.get(place, {})) != row.details
                or self._has_new_cards(batch, place, held)
            ):
                changes.append(change)
        return changes

    def _has_new_cards(self, batch: NoteBatch, place: int, held: Mapping[int, AnyRow]) -> bool:
        ordinals = batch.layouts[place].ordinals or ()
        return any(n not in held or held[n].retired_at is not None for n in ordinals)

    def _store(self, batch: NoteBatch, changes: list[_Change]) -> None:
        notes: list[dict[str, Any]] = []
        moved: list[dict[str, Any]] = []
        fresh: list[tuple[Any, ...]] = []
        for change in changes:
            notes.append(self._note_values(batch, change))
            self._sync_cards(batch, change, moved, fresh)
        self._connection.execute(_UPDATE_NOTE, notes)
        # Their old words go at once: then whoever looks for what is not indexed finds them.
        unindex_notes(self._connection, [change.row.id for change in changes])
        if moved:
            self._connection.execute(_UPDATE_CARD, moved)
        self._adder.add_cards(fresh)
        card_ids = [card.id for change in changes for card in change.cards.values()]
        if card_ids:
            self._connection.execute(_FORGET_HTML, {"card_ids": card_ids})
        self._connection.execute(_FORGET_MEDIA, {"note_ids": [c.row.id for c in changes]})
        self._adder.show_media(
            [
                (change.row.id, label, sha256)
                for change in changes
                for label, sha256 in change.media.items()
            ]
        )

    def _note_values(self, batch: NoteBatch, change: _Change) -> dict[str, Any]:
        """A note stays in the deck where its owner has it, unless it had been retired."""
        row, place = change.row, change.place
        came_back = row.retired_at is not None
        deck_id = self._targets.deck(batch.layouts[place].deck) if came_back else row.deck_id
        return {
            "note_id": row.id,
            "new_deck_id": deck_id,
            "new_type_id": self._targets.note_type(batch.types[place]),
            "new_fields": batch.texts[place].split(FIELD_SEPARATOR),
            "new_tags": batch.tags[place],
            "new_details": dict(batch.details.get(place, {})),
            "new_hash": batch.hashes[place],
            "new_edited_at": None,
            "now": self._now,
        }

    def _sync_cards(
        self,
        batch: NoteBatch,
        change: _Change,
        moved: list[dict[str, Any]],
        fresh: list[tuple[Any, ...]],
    ) -> None:
        note_type = self._note_types[batch.types[change.place]]
        placing = placing_of(note_type, batch.layouts[change.place], self._targets)
        from_fields = cards_from_fields(placing, batch.texts[change.place])
        wanted = placing.cards or from_fields
        came_back = change.row.retired_at is not None
        living = [card for card in change.cards.values() if card.retired_at is None]
        for ordinal, key, deck_id in wanted:
            card = change.cards.get(ordinal)
            if card is None:
                # A new card of a note that is here goes to where its siblings lie.
                where = living[0].deck_id if living and not came_back else deck_id
                position = self._targets.next_position(where)
                fresh.append((change.row.id, where, ordinal, key, position))
            elif card.retired_at is not None:
                where = deck_id if came_back else card.deck_id
                self._targets.fill(where)
                moved.append({"card_id": card.id, "new_retired_at": None, "new_deck_id": where})
        kept = {ordinal for ordinal, _, _ in (*wanted, *from_fields)}
        moved += [
            {"card_id": card.id, "new_retired_at": self._now, "new_deck_id": card.deck_id}
            for card in living
            if card.ordinal not in kept
        ]
