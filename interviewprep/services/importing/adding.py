"""Notes that are new here, with their cards and what they show. This is the hot path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import TypeVar

from sqlalchemy import Connection, Table, bindparam, select

from ...core.cards import CardKey, CardMaker, card_maker
from ...core.compact import compact_json
from ...core.note_batches import FIELD_SEPARATOR, Layout, NoteBatch
from ...core.notes import NoteKind, NoteType
from ...storage import Card, MediaFile, Note, NoteMedia
from .media import PreparedMedia
from .ordering import NewCardOrder
from .targets import Targets
from .writing import Ids, Row, fields_json, insert_rows, instant

T = TypeVar("T")
NOTE: Table = Note.__table__  # type: ignore[assignment]
CARD: Table = Card.__table__  # type: ignore[assignment]
NOTE_MEDIA: Table = NoteMedia.__table__  # type: ignore[assignment]
MEDIA: Table = MediaFile.__table__  # type: ignore[assignment]
_NOTE_COLUMNS = (
    "id",
    "owner_id",
    "deck_id",
    "note_type_id",
    "guid",
    "fields",
    "tags",
    "details",
    "content_hash",
    "created_at",
    "changed_at",
)
_CARD_COLUMNS = ("id", "note_id", "deck_id", "ordinal", "key", "position")
_KNOWN_MEDIA = select(MediaFile.sha256).where(
    MediaFile.sha256.in_(bindparam("hashes", expanding=True))
)
_OWN_MEDIA = (
    select(NoteMedia.sha256)
    .join(Note, Note.id == NoteMedia.note_id)
    .where(
        NoteMedia.sha256.in_(bindparam("hashes", expanding=True)),
        Note.owner_id == bindparam("user_id"),
    )
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Placing:
    """What many new notes share: type, deck, and their cards where the file says which."""

    layout: Layout
    type_id: int
    deck_id: int
    cards: tuple[tuple[int, str, int], ...] | None
    """Ordinal, key and deck of each card; None where the fields decide."""
    card_decks: Mapping[int, int]
    make: CardMaker


class Adder:
    """Adds new notes, batch after batch."""

    def __init__(
        self,
        connection: Connection,
        user_id: int,
        note_types: Mapping[str, NoteType],
        media: Mapping[str, PreparedMedia],
        targets: Targets,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._user_id = user_id
        self._note_types = note_types
        self._media = media
        self._targets = targets
        self._now = instant(connection, now)
        self._ids = Ids(connection, NOTE)
        self._card_ids = Ids(connection, CARD)
        self._order = NewCardOrder(connection)
        self._placings: dict[tuple[str, int], Placing] = {}
        self._stored_media: set[str] = set()
        self.own_media: set[str] = set()
        """Some of what the learner's notes show, by SHA-256; whoever takes it away says so here."""
        self.added_cards: list[tuple[int, int]] = []
        """Id and deck of the cards that `add` last added, note by note and by ordinal."""
        self.cards_added = 0
        self.media_added = 0

    def add(
        self, batch: NoteBatch, places: Sequence[int], guids: Mapping[int, str] | None = None
    ) -> Sequence[int]:
        """Add the notes at these places of a batch; return their ids.

        `guids` gives some of them another guid than the file does.
        """
        ids = self._ids.take(len(places))
        texts = _chosen(batch.texts, places)
        placings = self._placings_of(batch, places)
        notes = zip(
            ids,
            repeat(self._user_id),
            [placing.deck_id for placing in placings],
            [placing.type_id for placing in placings],
            [guids[place] for place in places] if guids else _chosen(batch.guids, places),
            map(fields_json, texts),
            _chosen(batch.tags, places),
            self._details(batch, places),
            _chosen(batch.hashes, places),
            repeat(self._now),
            repeat(self._now),
            strict=False,  # what is repeated has no end
        )
        next_position = self._targets.next_position
        cards: list[Row] = []
        for note_id, text, placing in zip(ids, texts, placings, strict=True):
            deck_id = placing.deck_id
            position = next_position(deck_id)
            for ordinal, key, card_deck in placing.cards or cards_from_fields(placing, text):
                where = position if card_deck == deck_id else next_position(card_deck)
                cards.append((note_id, card_deck, ordinal, key, where))
        insert_rows(self._connection, NOTE, _NOTE_COLUMNS, notes)
        card_ids = self._card_ids.take(len(cards))
        numbered = [(card_id, *card) for card_id, card in zip(card_ids, cards, strict=True)]
        insert_rows(self._connection, CARD, _CARD_COLUMNS, numbered)
        self.added_cards = [(row[0], row[2]) for row in numbered]
        self._order.add(ids, None if batch.dues is None else _chosen(batch.dues, places))
        self.cards_added += len(cards)
        if batch.media:
            chosen = dict(zip(places, ids, strict=True))
            self.show_media(
                [
                    (chosen[place], label, self._media[name].sha256)
                    for place, pairs in batch.media.items()
                    if place in chosen
                    for label, name in pairs
                ]
            )
        return ids

    def add_cards(self, rows: list[Row]) -> None:
        """Add cards to notes that are there: note, deck, ordinal, key and position of each."""
        ids = self._card_ids.take(len(rows))
        numbered = [(card_id, *row) for card_id, row in zip(ids, rows, strict=True)]
        insert_rows(self._connection, CARD, _CARD_COLUMNS, numbered)
        self.cards_added += len(rows)

    def show_media(self, rows: list[Row]) -> None:
        """Say which notes show which files: note, label, SHA-256."""
        hashes = {str(row[2]) for row in rows} - self._stored_media
        if hashes:
            known = set(
                self._connection.execute(_KNOWN_MEDIA, {"hashes": sorted(hashes)}).scalars()
            )
            by_hash = {media.sha256: media for media in self._media.values()}
            fresh = [by_hash[sha256] for sha256 in sorted(hashes - known)]
            insert_rows(
                self._connection,
                MEDIA,
                ("sha256", "size_bytes", "content_type", "created_at"),
                [(m.sha256, m.size_bytes, m.content_type, self._now) for m in fresh],
            )
            # New to the learner: what else lies in the store may be others', and nobody's business.
            if known:
                values = {"hashes": sorted(known), "user_id": self._user_id}
                self.own_media.update(self._connection.execute(_OWN_MEDIA, values).scalars())
            self.media_added += len(hashes - self.own_media)
            self._stored_media |= hashes
        insert_rows(self._connection, NOTE_MEDIA, ("note_id", "label", "sha256"), rows)

    def forget_ids(self) -> None:
        """Others may have written since: the next ids are looked up again."""
        self._ids.forget()
        self._card_ids.forget()

    def put_in_order(self, between: Callable[[], object]) -> None:
        """Once all are there: let new cards come in the order that the file wants. `between` is
        called after some cards each."""
        self._order.arrange(self._targets.filled, between)

    def _details(self, batch: NoteBatch, places: Sequence[int]) -> Iterable[str]:
        said = batch.details
        if not said:
            return repeat("{}")
        return [compact_json(dict(said[place])) if place in said else "{}" for place in places]

    def _placings_of(self, batch: NoteBatch, places: Sequence[int]) -> list[Placing]:
        """Each is kept with its layout, so that the layout's identity stays its own."""
        types, layouts = _chosen(batch.types, places), _chosen(batch.layouts, places)
        known, keys = self._placings, list(zip(types, map(id, layouts), strict=True))
        if not known.keys() >= set(keys):
            for key, layout in zip(keys, layouts, strict=True):
                if key not in known:
                    known[key] = placing_of(self._note_types[key[0]], layout, self._targets)
        return [known[key] for key in keys]


def _chosen(column: Sequence[T], places: Sequence[int]) -> Sequence[T]:
    """The values at these places, which rise."""
    if len(places) == len(column):
        return column[:]
    return [column[place] for place in places]


def placing_of(note_type: NoteType, layout: Layout, targets: Targets) -> Placing:
    deck_id = targets.deck(layout.deck)
    elsewhere = {ordinal: targets.deck(name) for ordinal, name in layout.card_decks}
    cards = None
    if layout.ordinals is not None:
        cards = tuple(
            (ordinal, key_of(note_type, ordinal), elsewhere.get(ordinal, deck_id))
            for ordinal in layout.ordinals
        )
    return Placing(
        layout,
        targets.note_type(note_type.key),
        deck_id,
        cards,
        elsewhere,
        card_maker(note_type),
    )


def cards_from_fields(placing: Placing, text: str) -> tuple[tuple[int, str, int], ...]:
    """Ordinal, key and deck of the cards that the fields ask for."""
    made: tuple[CardKey, ...] = placing.make(text.split(FIELD_SEPARATOR))
    return tuple(
        (card.ordinal, card.key, placing.card_decks.get(card.ordinal, placing.deck_id))
        for card in made
    )


def key_of(note_type: NoteType, ordinal: int) -> str:
    """The permanent name of a card that a package lists: see `core.cards`."""
    return f"c{ordinal + 1}" if note_type.kind is NoteKind.CLOZE else f"t{ordinal}"
