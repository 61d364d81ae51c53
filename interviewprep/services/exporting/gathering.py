"""Notes, cards, progress and history of chosen decks, out of the tables and into values.

What is gathered is only what lies in the chosen decks, which the learner may see: a note's cards in
other decks stay here, and so do drafts and what the learner has hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import Boolean, Connection, Text, and_, bindparam, or_, select, type_coerce

from ...core.notes import DeckInfo, NoteType
from ...core.notes import Note as NoteValue
from ...core.outgoing import (
    Outgoing,
    OutgoingCalendar,
    OutgoingCard,
    OutgoingNote,
)
from ...core.read_warnings import WarningLog
from ...core.study_settings import DeckOptions
from ...storage import Card, CardMark, Enrolment, Memory, Note, NoteMedia
from ...storage import NoteType as NoteTypeRow
from ...storage.media_store import MediaStore
from ...storage.memories import COLUMNS, state_of
from ...storage.types import AnyRow
from ..learner import Learner
from ..note_types import type_of
from .as_they_came import AsTheyCame
from .choosing import ChosenDecks
from .history import reviews_of

BATCH_NOTES = 900
"""Ids a statement, below what SQLite takes as parameters in its oldest builds."""
_DETAILS_KEPT_HERE = frozenset({"hash"})
_IN_DECKS = Card.deck_id.in_(bindparam("deck_ids", expanding=True))
_LIVING = and_(Card.retired_at.is_(None), Note.retired_at.is_(None))
_MARKED = and_(CardMark.card_id == Card.id, CardMark.user_id == bindparam("user_id"))
_KEPT_BACK = select(CardMark.card_id).where(
    CardMark.user_id == bindparam("user_id"), or_(CardMark.is_draft, CardMark.is_hidden)
)
_GOES_OUT = and_(
    _LIVING,
    _IN_DECKS,
    or_(bindparam("whole", type_=Boolean), Card.id.not_in(_KEPT_BACK)),
)
_PLACES = (
    select(
        Card.deck_id, Card.id, Card.note_id, Note.note_type_id, type_coerce(Note.created_at, Text)
    )
    .join(Note, Note.id == Card.note_id)
    .where(_GOES_OUT)
    .order_by(Card.deck_id, Card.position, Card.note_id, Card.ordinal)
)
_NOTE_TYPES = (
    select(NoteTypeRow)
    .where(NoteTypeRow.id.in_(bindparam("ids", expanding=True)))
    .order_by(NoteTypeRow.id)
)
_NOTES = select(
    Note.id,
    Note.note_type_id,
    Note.guid,
    Note.fields,
    Note.tags,
    Note.details,
    Note.created_at,
    Note.changed_at,
).where(Note.id.in_(bindparam("note_ids", expanding=True)))
_REMEMBERED = and_(Memory.card_id == Card.id, Memory.user_id == bindparam("user_id"))
_CARDS = (
    select(
        Card.id,
        Card.note_id,
        Card.deck_id,
        Card.ordinal,
        Card.position,
        CardMark.is_suspended,
        CardMark.flag,
        Memory.version,
        *COLUMNS,
    )
    .join(Note, Note.id == Card.note_id)
    .outerjoin(CardMark, _MARKED)
    .outerjoin(Memory, _REMEMBERED)
    .where(_GOES_OUT, Card.note_id.in_(bindparam("note_ids", expanding=True)))
    .order_by(Card.note_id, Card.ordinal)
)
_MEDIA = (
    # By owner, one range of an index: to look for each note again takes three times as long.
    select(NoteMedia.note_id, NoteMedia.label, NoteMedia.sha256)
    .join(Note, Note.id == NoteMedia.note_id)
    .where(
        or_(
            Note.owner_id.in_(bindparam("owner_ids", expanding=True)),
            and_(bindparam("built_in", type_=Boolean), Note.owner_id.is_(None)),
        )
    )
)


Place: TypeAlias = tuple[int, int, int, int, Any]
"""One card that goes out: ids of deck, card, note and note type, and when the note was made, as the
driver has it. Plain tuples, because there are so many."""


class Gathering:
    """What lies in chosen decks. With `whole`, drafts and what the learner has hidden go along.

    `places` are the cards in their order, `note_ids` the notes in that of their first cards. Known
    once `outgoing` has been asked for: `type_keys`, the keys of note types by their ids, and
    `shown`, label and SHA-256 of the files that each note shows.
    """

    def __init__(
        self,
        connection: Connection,
        learner: Learner,
        chosen: ChosenDecks,
        now: datetime,
        *,
        with_progress: bool,
        whole: bool = False,
    ) -> None:
        self.connection = connection
        self.learner = learner
        self.with_progress = with_progress
        self.deck_names = {deck.id: deck.name for deck in chosen.decks}
        self.type_keys: dict[int, str] = {}
        self.shown: dict[int, tuple[tuple[str, str], ...]] = {}
        self._chosen = chosen
        self._now = now
        self._values = {
            "user_id": learner.id,
            "deck_ids": list(self.deck_names),
            "whole": whole,
        }
        self._sent: set[int] = set()
        self.places = self._places()
        self.note_ids = list(dict.fromkeys(map(itemgetter(2), self.places)))

    def outgoing(self, store: MediaStore, warnings: WarningLog) -> Outgoing:
        """Return it; notes and reviews are read while they are iterated. A file that the store has
        lost is told to `warnings`."""
        note_types = self._note_types()
        self.shown = self._shown(store, warnings)
        return Outgoing(
            name=self._chosen.name,
            decks=self._decks(),
            note_types=note_types,
            notes=self._notes(),
            note_count=len(self.note_ids),
            calendar=self._calendar(),
            now=self._now,
            media=tuple(sorted({pair for pairs in self.shown.values() for pair in pairs})),
            file_of=store.path_of,
            reviews=reviews_of(self.connection, self._values, self._sent)
            if self.with_progress
            else (),
        )

    def _places(self) -> list[Place]:
        of_deck: dict[int, list[Place]] = {}
        with self.connection.execute(_PLACES, self._values) as result:
            assert result.cursor is not None
            for deck_id, places in groupby(result.cursor.fetchall(), itemgetter(0)):
                of_deck[deck_id] = list(places)
        return list(chain.from_iterable(of_deck.get(deck_id, ()) for deck_id in self.deck_names))

    def _decks(self) -> list[DeckInfo]:
        options: dict[int, Any] = {}
        if self.with_progress:
            studied = select(Enrolment.deck_id, Enrolment.options).where(
                Enrolment.user_id == self.learner.id
            )
            options = {row.deck_id: row.options for row in self.connection.execute(studied)}
        found: dict[str, DeckInfo] = {}
        for deck in self._chosen.decks:
            details = {k: v for k, v in deck.details.items() if k not in _DETAILS_KEPT_HERE}
            said = {"description": deck.description, "category": deck.category} | details
            chosen = DeckOptions.from_mapping(options.get(deck.id)).as_dict()
            limits = {name: value for name, value in chosen.items() if type(value) is int}
            info = DeckInfo(deck.name, {k: v for k, v in said.items() if v}, limits)
            found.setdefault(deck.name, info)
        return list(found.values())

    def _note_types(self) -> dict[str, NoteType]:
        types: dict[str, NoteType] = {}
        ids = sorted(set(map(itemgetter(3), self.places)))
        for row in self.connection.execute(_NOTE_TYPES, {"ids": ids}):
            kind = type_of(row)
            types[kind.key] = kind
            self.type_keys[row.id] = kind.key
        return types

    def _shown(
        self, store: MediaStore, warnings: WarningLog
    ) -> dict[int, tuple[tuple[str, str], ...]]:
        found: dict[int, list[tuple[str, str]]] = {}
        is_there: dict[str, bool] = {}
        owner_ids = {deck.owner_id for deck in self._chosen.decks}
        values = {"owner_ids": owner_ids - {None}, "built_in": None in owner_ids}
        sent = set(self.note_ids)
        for note_id, label, sha256 in self.connection.execute(_MEDIA, values).all():
            if note_id not in sent:
                continue
            if sha256 not in is_there:
                is_there[sha256] = store.path_of(sha256).is_file()
            if is_there[sha256]:
                found.setdefault(note_id, []).append((label, sha256))
            else:
                warnings.add("missing-media", label, "this file is no longer on the server")
        return {note_id: tuple(sorted(pairs)) for note_id, pairs in found.items()}

    def _notes(self) -> Iterator[OutgoingNote]:
        came = AsTheyCame(self.connection, self.learner.id) if self.with_progress else None
        for part in _parts(self.note_ids):
            values = {**self._values, "note_ids": part}
            rows = {row.id: row for row in self.connection.execute(_NOTES, values).all()}
            cards: dict[int, list[OutgoingCard]] = {}
            card_rows = self.connection.execute(_CARDS, values).all()
            unchanged = came.of(card_rows) if came is not None else {}
            for card in card_rows:
                cards.setdefault(card.note_id, []).append(self._card(card, unchanged))
            for note_id in part:
                row = rows.get(note_id)
                # One that is missing here has just gone, or has just become of another type.
                if row is not None and note_id in cards and row.note_type_id in self.type_keys:
                    yield self._note(row, tuple(cards[note_id]), self.shown.get(note_id, ()))

    def _card(self, row: AnyRow, unchanged: Mapping[int, tuple[int, ...]]) -> OutgoingCard:
        self._sent.add(row.id)
        name = self.deck_names[row.deck_id]
        if not self.with_progress:
            return OutgoingCard(row.id, row.ordinal, name, row.position)
        return OutgoingCard(
            row.id,
            row.ordinal,
            name,
            row.position,
            state_of(row) if row.due_day is not None else None,
            bool(row.is_suspended),
            row.flag or 0,
            unchanged.get(row.id),
        )

    def _note(
        self, row: AnyRow, cards: tuple[OutgoingCard, ...], media: tuple[tuple[str, str], ...]
    ) -> OutgoingNote:
        deck = cards[0].deck
        value = NoteValue(
            guid=row.guid,
            note_type=self.type_keys[row.note_type_id],
            deck=deck,
            fields=tuple(row.fields),
            tags=tuple(row.tags.split()),
            card_decks={card.ordinal: card.deck for card in cards if card.deck != deck},
            details=row.details,
        )
        return OutgoingNote(value, cards, row.created_at, row.changed_at, media)

    def _calendar(self) -> OutgoingCalendar:
        today = self.learner.study_day(self._now)
        return OutgoingCalendar(self.learner.zone, self.learner.rollover_hour, today)


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    for at in range(0, len(ids), BATCH_NOTES):
        yield list(ids[at : at + BATCH_NOTES])
