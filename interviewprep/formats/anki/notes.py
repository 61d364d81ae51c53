"""The notes of a collection, in the order of their ids, packed into frames of columns."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from interviewprep.core.media_references import media_references, remote_references
from interviewprep.core.note_batches import (
    FIELD_SEPARATOR,
    Layout,
    content_hash,
    fingerprint,
    labelled,
    stored_tags,
    type_media,
)
from interviewprep.core.notes import Markup, NoteKind, NoteType
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import frames
from interviewprep.formats.anki.limits import Limits
from interviewprep.formats.anki.names import shown
from interviewprep.formats.anki.schema import Schema

FRAME_NOTES = 1_000
FRAME_CHARS = 4 * 1024 * 1024
LONGEST_GUID = 200
_MOST_CLOZES = 500
_DEFAULT_DECK = "Default"
_NOTES = """
    SELECT id, ifnull(CAST(guid AS TEXT), ''), mid, ifnull(CAST(tags AS TEXT), ''),
           ifnull(CAST(flds AS TEXT), '')
    FROM notes ORDER BY id
"""
_CARDS = """
    SELECT nid, group_concat(ord || ':' || CASE odid WHEN 0 THEN did ELSE odid END)
    FROM cards GROUP BY nid ORDER BY nid
"""


@dataclass(frozen=True, slots=True)
class Sort:
    """What notes of one type, with the same cards in the same decks, have in common."""

    number: int
    note_type: NoteType
    ending: str
    """The end of what `content_hash` is made of, after fields and tags."""
    ordinals: tuple[int, ...] | None
    type_names: tuple[str, ...]
    separators: int


@dataclass(slots=True)
class _Columns:
    first: int
    sorts: array[int] = field(default_factory=lambda: array("I"))
    guids: list[str] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    chars: int = 0
    media: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    missing: dict[int, list[str]] = field(default_factory=dict)
    skipped: list[int] = field(default_factory=list)


class NoteReader:
    """Reads notes and packs them. `media` maps names of files to their SHA-256."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        schema: Schema,
        media: Mapping[str, str],
        limits: Limits,
        warnings: WarningLog,
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._media = media
        self._limits = limits
        self._warnings = warnings
        self._sorts: dict[tuple[Any, str | None], Sort | None] = {}
        self._fresh: list[dict[str, Any]] = []
        self._next_sort = 0
        self._tags: dict[str, str] = {}

    def frames(self) -> Iterator[bytes]:
        """Yield the notes as the payloads of frames."""
        connection, media = self._connection, self._media
        cards = connection.execute(_CARDS)
        card_note, card_list = cards.fetchone() or (None, None)
        sorts, known_tags = self._sorts, self._tags
        longest, most = self._limits.note_chars, self._limits.notes
        columns = _Columns(1)
        number = 0
        for note_id, guid, type_id, tags, text in connection.execute(_NOTES):
            number += 1
            while card_note is not None and card_note < note_id:
                self._warn_of_stray(card_note)
                card_note, card_list = cards.fetchone() or (None, None)
            key = (type_id, None)
            if card_note == note_id:
                key = (type_id, card_list)
                card_note, card_list = cards.fetchone() or (None, None)
            try:
                sort = sorts[key]
            except KeyError:
                sort = self._sort(*key)
            if sort is None or len(text) > longest or not 0 < len(guid) <= LONGEST_GUID:
                self._refuse(number, type_id, guid, text, sort)
                columns.skipped.append(number)
                continue
            try:
                stored = known_tags[tags]
            except KeyError:
                stored = self._tags_of(tags)
            if text.count(FIELD_SEPARATOR) != sort.separators:
                text = self._fitted(number, text, sort)
            if sort.type_names or "src" in text or "[sound:" in text or "SRC" in text:
                self._add_with_media(columns, number, text, stored, sort, media)
            else:
                known = f"{text}\x1e{stored}{sort.ending}"
                columns.hashes.append(
                    blake2b(known.encode("utf-8", "replace"), digest_size=16).hexdigest()
                )
            columns.sorts.append(sort.number)
            columns.guids.append(guid)
            columns.tags.append(stored)
            columns.texts.append(text)
            columns.chars += len(text)
            if len(columns.guids) >= FRAME_NOTES or columns.chars >= FRAME_CHARS:
                yield self._packed(columns)
                columns = _Columns(number + 1)
                if number > most:
                    raise UnreadableDeck(
                        f"The collection has more than {most:,} notes; export it in parts."
                    )
        if card_note is not None:
            self._warn_of_stray(card_note)
        yield self._packed(columns)

    def _warn_of_stray(self, note_id: int) -> None:
        self._warnings.add(
            "card-without-note", "", f"a card belongs to note {note_id}, which is not there"
        )

    def _packed(self, columns: _Columns) -> bytes:
        meta = {
            "first": columns.first,
            "count": len(columns.guids),
            "sorts": self._fresh,
            "media": columns.media,
            "missing": columns.missing,
            "skipped": columns.skipped,
        }
        self._fresh = []
        return frames.join(
            [
                frames.packed(meta),
                columns.sorts.tobytes(),
                frames.column(columns.guids),
                frames.column(columns.hashes),
                frames.column(columns.tags),
                frames.column(columns.texts),
            ]
        )

    def _sort(self, type_id: Any, cards: str | None) -> Sort | None:
        """The sort of a note's type and cards; None where the type is unknown."""
        note_type = self._schema.note_types.get(type_id)
        if note_type is None:
            return None
        layout = self._layout(note_type, cards)
        sort = Sort(
            self._next_sort,
            note_type,
            f"\x1e{fingerprint(note_type)}\x1e{layout.ordinals or ''}",
            layout.ordinals,
            tuple(type_media(note_type)),
            len(note_type.fields) - 1,
        )
        self._next_sort += 1
        if len(self._sorts) < 100_000:
            self._sorts[type_id, cards] = sort
        self._fresh.append(
            {
                "type": note_type.key,
                "deck": layout.deck,
                "ordinals": layout.ordinals,
                "card_decks": layout.card_decks,
            }
        )
        return sort

    def _layout(self, note_type: NoteType, cards: str | None) -> Layout:
        most = _MOST_CLOZES if note_type.kind is NoteKind.CLOZE else len(note_type.templates)
        decks: dict[int, str] = {}
        for pair in (cards or "").split(","):
            ordinal, _, deck_id = pair.partition(":")
            if not (ordinal.isdecimal() and len(ordinal) < 6 and int(ordinal) < most):
                if pair:
                    self._warnings.add(
                        "impossible-card",
                        "",
                        f"a card has number {shown(ordinal)}, which the"
                        f" note type {shown(note_type.name)} does not make",
                    )
                continue
            deck = self._schema.decks.get(int(deck_id)) if deck_id.lstrip("-").isdecimal() else None
            if deck is None:
                self._warnings.add(
                    "unknown-deck",
                    "",
                    f"a card lies in a deck the file does not hold; it is put into {_DEFAULT_DECK}",
                )
            decks.setdefault(int(ordinal), deck or _DEFAULT_DECK)
        if not decks:
            return Layout(_DEFAULT_DECK)
        ordinals = tuple(sorted(decks))
        first = decks[ordinals[0]]
        elsewhere = tuple((n, decks[n]) for n in ordinals if decks[n] != first)
        return Layout(first, ordinals, elsewhere)

    def _tags_of(self, tags: str) -> str:
        stored = stored_tags([tags])
        if len(self._tags) < 20_000:
            self._tags[tags] = stored
        return stored

    def _add_with_media(
        self,
        columns: _Columns,
        number: int,
        text: str,
        tags: str,
        sort: Sort,
        media: Mapping[str, str],
    ) -> None:
        names = [*media_references(text, Markup.HTML), *sort.type_names]
        pairs, missing = labelled(names, media) if names else ((), ())
        place = len(columns.guids)
        if pairs:
            columns.media[place] = list(pairs)
        if missing:
            columns.missing[place] = list(missing)
        columns.hashes.append(
            content_hash(
                text,
                tags,
                fingerprint(sort.note_type),
                sort.ordinals,
                [(label, media[name]) for label, name in pairs],
            )
        )
        if remote_references(text, Markup.HTML):
            self._warnings.add(
                "remote-picture",
                f"note {number}",
                "a picture lies on another server; it becomes a link",
            )

    def _fitted(self, number: int, text: str, sort: Sort) -> str:
        """The fields of a note made as many as its type has; surplus joins the last."""
        fields = text.split(FIELD_SEPARATOR)
        count = sort.separators + 1
        self._warnings.add(
            "field-count",
            f"note {number}",
            f"it has {len(fields)} fields and its note type {count}",
        )
        fields += [""] * (count - len(fields))
        return FIELD_SEPARATOR.join([*fields[: count - 1], "<br>".join(fields[count - 1 :])])

    def _refuse(self, number: int, type_id: Any, guid: str, text: str, sort: Sort | None) -> None:
        if sort is None:
            reason = f"its note type ({shown(str(type_id))}) is not in the file"
        elif len(text) > self._limits.note_chars:
            reason = f"it has {len(text):,} characters and {self._limits.note_chars:,} are allowed"
        elif not guid:
            reason = "it has no guid"
        else:
            reason = f"its guid is longer than {LONGEST_GUID} characters"
        self._warnings.add("refused-note", f"note {number}", reason)
