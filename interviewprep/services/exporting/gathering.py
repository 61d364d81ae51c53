"""Notes, cards, progress and history of chosen decks, out of the tables and into values.

What is gathered is only what lies in the chosen decks, which the learner may see: a note's cards in
other decks stay here, and so do drafts and what the learner has hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Connection, and_, bindparam, or_, select

from ...core.notes import DeckInfo, Markup, NoteKind, NoteType, Template
from ...core.notes import Note as NoteValue
from ...core.outgoing import (
    Outgoing,
    OutgoingCalendar,
    OutgoingCard,
    OutgoingNote,
)
from ...core.own_types import own_type
from ...core.read_warnings import WarningLog
from ...core.study_settings import DeckOptions
from ...storage import Card, CardMark, Enrolment, Memory, Note, NoteMedia
from ...storage import NoteType as NoteTypeRow
from ...storage.media_store import MediaStore
from ...storage.memories import COLUMNS, state_of
from ...storage.types import AnyRow
from ..learner import Learner
from .as_they_came import AsTheyCame
from .choosing import ChosenDecks
from .history import reviews_of

BATCH_NOTES = 900
"""Ids a statement, below what SQLite takes as parameters in its oldest builds."""
_DETAILS_KEPT_HERE = frozenset({"hash"})
_IN_DECKS = Card.deck_id.in_(bindparam("deck_ids", expanding=True))
_LIVING = and_(Card.retired_at.is_(None), Note.retired_at.is_(None))
_MARKED = and_(CardMark.card_id == Card.id, CardMark.user_id == bindparam("user_id"))
_GOES_OUT = and_(
    _LIVING,
    _IN_DECKS,
    or_(
        bindparam("whole", type_=Boolean),
        CardMark.card_id.is_(None),
        and_(~CardMark.is_draft, ~CardMark.is_hidden),
    ),
)
_PLACES = (
    select(Card.note_id, Card.deck_id, Card.position)
    .join(Note, Note.id == Card.note_id)
    .outerjoin(CardMark, _MARKED)
    .where(_GOES_OUT)
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
_MEDIA = select(NoteMedia.note_id, NoteMedia.label, NoteMedia.sha256).where(
    NoteMedia.note_id.in_(bindparam("note_ids", expanding=True))
)


def gather(
    connection: Connection,
    learner: Learner,
    chosen: ChosenDecks,
    store: MediaStore,
    now: datetime,
    warnings: WarningLog,
    *,
    with_progress: bool,
    whole: bool = False,
) -> Outgoing:
    """Return what lies in these decks. Notes and reviews are read while they are iterated.

    A file that the store has lost is told to `warnings`. With `whole`, drafts and what the learner
    has hidden go along.
    """
    gathering = _Gathering(
        connection, learner, chosen, now, with_progress=with_progress, whole=whole
    )
    return gathering.outgoing(store, warnings)


class _Gathering:
    def __init__(
        self,
        connection: Connection,
        learner: Learner,
        chosen: ChosenDecks,
        now: datetime,
        *,
        with_progress: bool,
        whole: bool,
    ) -> None:
        self._connection = connection
        self._learner = learner
        self._chosen = chosen
        self._now = now
        self._with_progress = with_progress
        self._deck_names = {deck.id: deck.name for deck in chosen.decks}
        self._values = {
            "user_id": learner.id,
            "deck_ids": list(self._deck_names),
            "whole": whole,
        }
        self._sent: set[int] = set()

    def outgoing(self, store: MediaStore, warnings: WarningLog) -> Outgoing:
        note_ids = self._note_ids()
        note_types, self._type_keys = self._note_types(note_ids)
        shown = self._shown(note_ids, store, warnings)
        return Outgoing(
            name=self._chosen.name,
            decks=self._decks(),
            note_types=note_types,
            notes=self._notes(note_ids, shown),
            note_count=len(note_ids),
            calendar=self._calendar(),
            now=self._now,
            media=tuple(sorted({pair for pairs in shown.values() for pair in pairs})),
            file_of=store.path_of,
            reviews=reviews_of(self._connection, self._values, self._sent)
            if self._with_progress
            else (),
        )

    def _note_ids(self) -> list[int]:
        """The notes, deck by deck, each deck in its order."""
        ranks = {deck_id: rank for rank, deck_id in enumerate(self._deck_names)}
        rows = self._connection.execute(_PLACES, self._values).all()
        places = sorted((ranks[deck_id], place, note_id) for note_id, deck_id, place in rows)
        return list(dict.fromkeys(note_id for _, _, note_id in places))

    def _decks(self) -> list[DeckInfo]:
        options: dict[int, Any] = {}
        if self._with_progress:
            studied = select(Enrolment.deck_id, Enrolment.options).where(
                Enrolment.user_id == self._learner.id
            )
            options = {row.deck_id: row.options for row in self._connection.execute(studied)}
        found: dict[str, DeckInfo] = {}
        for deck in self._chosen.decks:
            details = {k: v for k, v in deck.details.items() if k not in _DETAILS_KEPT_HERE}
            said = {"description": deck.description, "category": deck.category} | details
            chosen = DeckOptions.from_mapping(options.get(deck.id)).as_dict()
            limits = {name: value for name, value in chosen.items() if type(value) is int}
            info = DeckInfo(deck.name, {k: v for k, v in said.items() if v}, limits)
            found.setdefault(deck.name, info)
        return list(found.values())

    def _note_types(self, note_ids: Sequence[int]) -> tuple[dict[str, NoteType], dict[int, str]]:
        ids: set[int] = set()
        for part in _parts(note_ids):
            used = select(Note.note_type_id).where(Note.id.in_(part)).distinct()
            ids.update(self._connection.execute(used).scalars())
        types: dict[str, NoteType] = {}
        keys: dict[int, str] = {}
        query = select(NoteTypeRow).order_by(NoteTypeRow.id)
        for row in self._connection.execute(query.where(NoteTypeRow.id.in_(sorted(ids)))):
            kind = _type_of(row)
            types[kind.key] = kind
            keys[row.id] = kind.key
        return types, keys

    def _shown(
        self, note_ids: Sequence[int], store: MediaStore, warnings: WarningLog
    ) -> dict[int, tuple[tuple[str, str], ...]]:
        found: dict[int, list[tuple[str, str]]] = {}
        is_there: dict[str, bool] = {}
        for part in _parts(note_ids):
            for note_id, label, sha256 in self._connection.execute(
                _MEDIA, {"note_ids": part}
            ).all():
                if sha256 not in is_there:
                    is_there[sha256] = store.path_of(sha256).is_file()
                if is_there[sha256]:
                    found.setdefault(note_id, []).append((label, sha256))
                else:
                    warnings.add("missing-media", label, "this file is no longer on the server")
        return {note_id: tuple(sorted(pairs)) for note_id, pairs in found.items()}

    def _notes(
        self, note_ids: Sequence[int], shown: Mapping[int, tuple[tuple[str, str], ...]]
    ) -> Iterator[OutgoingNote]:
        came = AsTheyCame(self._connection, self._learner.id) if self._with_progress else None
        for part in _parts(note_ids):
            values = {**self._values, "note_ids": part}
            rows = {row.id: row for row in self._connection.execute(_NOTES, values).all()}
            cards: dict[int, list[OutgoingCard]] = {}
            card_rows = self._connection.execute(_CARDS, values).all()
            unchanged = came.of(card_rows) if came is not None else {}
            for card in card_rows:
                cards.setdefault(card.note_id, []).append(self._card(card, unchanged))
            for note_id in part:
                if note_id in rows and note_id in cards:  # else it has just gone
                    yield self._note(rows[note_id], tuple(cards[note_id]), shown.get(note_id, ()))

    def _card(self, row: AnyRow, unchanged: Mapping[int, tuple[int, ...]]) -> OutgoingCard:
        self._sent.add(row.id)
        name = self._deck_names[row.deck_id]
        if not self._with_progress:
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
            note_type=self._type_keys[row.note_type_id],
            deck=deck,
            fields=tuple(row.fields),
            tags=tuple(row.tags.split()),
            card_decks={card.ordinal: card.deck for card in cards if card.deck != deck},
            details=row.details,
        )
        return OutgoingNote(value, cards, row.created_at, row.changed_at, media)

    def _calendar(self) -> OutgoingCalendar:
        today = self._learner.study_day(self._now)
        return OutgoingCalendar(self._learner.zone, self._learner.rollover_hour, today)


def _type_of(row: AnyRow) -> NoteType:
    kind, markup = NoteKind(row.kind), Markup(row.markup)
    if not row.templates:
        return own_type(kind, markup)
    return NoteType(
        key=row.fingerprint,
        name=row.name,
        kind=kind,
        markup=markup,
        fields=tuple(row.fields),
        templates=tuple(Template(**part) for part in row.templates),
    )


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    for at in range(0, len(ids), BATCH_NOTES):
        yield list(ids[at : at + BATCH_NOTES])
