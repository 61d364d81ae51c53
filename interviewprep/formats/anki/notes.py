"""The notes of a collection, in the order of their ids, packed into frames of columns."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Container, Iterator, Sequence
from functools import partial
from typing import Any

from interviewprep.core.card_titles import note_named
from interviewprep.core.media_references import media_references, remote_references
from interviewprep.core.note_batches import FIELD_SEPARATOR, labelled, stored_tags
from interviewprep.core.notes import Markup
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import frames
from interviewprep.formats.anki.cards import CardLists, Cards
from interviewprep.formats.anki.cards import Rows as CardRows
from interviewprep.formats.anki.history import CardNumbers
from interviewprep.formats.anki.limits import Limits
from interviewprep.formats.anki.names import shown
from interviewprep.formats.anki.schema import Schema
from interviewprep.formats.anki.sorts import Sort, SortBook

FRAME_NOTES = 500
LONGEST_GUID = 200
_SMALL_COLLECTION_BYTES = 64 * 1024 * 1024
_FRAME_CHARS = 32 * 1024 * 1024
_MOST_TAGS = 100_000
_LARGEST = "SELECT ifnull(max(length(flds)), 1) FROM notes"
_NOTES = "SELECT id, guid, mid, tags, flds FROM notes ORDER BY id"
_NOTES_BUT_LONG_ONES = """
    SELECT id, guid, mid, tags, CASE WHEN length(flds) <= ? THEN flds END FROM notes ORDER BY id
"""
_SEPARATOR = FIELD_SEPARATOR.encode()

Row = tuple[int, Any, int, Any, Any]
"""Id, guid, type, tags and fields. Text stays the bytes it is: most of it is only passed on."""


class NoteReader:
    """Reads notes and packs them. `media` are the names of the files that there are."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        schema: Schema,
        media: Container[str],
        limits: Limits,
        warnings: WarningLog,
        *,
        with_progress: bool = False,
    ) -> None:
        self._connection = connection
        self._media = media
        self._limits = limits
        self._warnings = warnings
        self._sorts = SortBook(schema, warnings)
        self._cards = CardLists(connection, warnings, with_progress=with_progress)
        self.card_numbers = CardNumbers() if with_progress else None
        self._tags: dict[bytes, bytes] = {}

    def frames(self, collection_bytes: int) -> Iterator[bytes]:
        """Yield the notes as the payloads of frames."""
        number = 1
        for rows in self._chunks(collection_bytes):
            cards, dues, standings = self._cards.of([row[0] for row in rows])
            yield self._frame(number, rows, cards, dues, standings)
            number += len(rows)
            if number > self._limits.notes + 1:
                raise UnreadableDeck(
                    f"The collection has more than {self._limits.notes:,} notes, which is more"
                    " than is allowed; export it in parts."
                )
        self._cards.warn_of_the_rest()

    def _chunks(self, collection_bytes: int) -> Iterator[list[Row]]:
        """Some notes at a time: fewer where single ones are so large that memory would suffer."""
        count, longest = FRAME_NOTES, self._limits.note_chars
        query = _NOTES
        values: tuple[int, ...] = ()
        if collection_bytes > _SMALL_COLLECTION_BYTES:
            (largest,) = self._connection.execute(_LARGEST).fetchone()
            count = max(1, min(count, _FRAME_CHARS // max(1, min(largest, longest))))
            if largest > longest:
                query, values = _NOTES_BUT_LONG_ONES, (longest,)
        self._connection.text_factory = bytes
        cursor = self._connection.execute(query, values)
        while rows := cursor.fetchmany(count):
            yield rows

    def _frame(
        self,
        first: int,
        rows: list[Row],
        cards: list[Cards | None],
        dues: list[int],
        standings: list[CardRows],
    ) -> bytes:
        """One frame, by whole columns as far as nothing is unusual about any of its notes."""
        _, all_guids, type_ids, all_tags, all_texts = zip(*rows, strict=True)
        guids, raw_tags = _texts(all_guids), _texts(all_tags)
        texts: list[Any] = self._bounded(all_texts)
        sorts = self._sorts.of(type_ids, cards)
        numbers: Sequence[int] = range(first, first + len(rows))
        skipped = self._refused(first, guids, type_ids, texts, sorts)
        if skipped:
            numbers = [number for place, number in enumerate(numbers) if place not in skipped]
            guids, raw_tags, texts, sorts, dues, standings = (
                [each for place, each in enumerate(column) if place not in skipped]
                for column in (guids, raw_tags, texts, sorts, dues, standings)
            )
        tags = self._stored_tags(raw_tags)
        separators = [text.count(_SEPARATOR) for text in texts]
        if separators != [sort.separators for sort in sorts]:
            for place, sort in enumerate(sorts):
                if separators[place] != sort.separators:
                    texts[place] = self._fitted(numbers[place], texts[place], sort)
        media: dict[int, Any] = {}
        missing: dict[int, Any] = {}
        packed_texts = frames.column(texts)
        for place in self._places_with_media(packed_texts, texts, sorts):
            text = texts[place].decode("utf-8", "replace")
            self._look_at_media(numbers[place], place, text, sorts[place], media, missing)
        meta = {
            "first": first,
            "count": len(guids),
            "sorts": self._sorts.take_fresh(),
            "media": media,
            "missing": missing,
            "numbers": numbers if skipped else None,
        }
        learnt = array("q")
        if self.card_numbers is not None:
            learnt = self.card_numbers.standings([sort.ordinals for sort in sorts], standings)
        return frames.join(
            [
                frames.packed(meta),
                array("I", [sort.number for sort in sorts]).tobytes(),
                frames.column(guids),
                frames.column(tags),
                packed_texts,
                array("q", dues).tobytes(),
                learnt.tobytes(),
            ]
        )

    def _bounded(self, column: Sequence[Any]) -> list[bytes | None]:
        """The fields of notes; None where they are longer than is allowed."""
        most = self._limits.note_chars
        texts: list[bytes | None] = [*_texts(column)]
        if None in column:
            texts = [
                None if value is None else text for value, text in zip(column, texts, strict=True)
            ]
        if max(map(len, filter(None, texts)), default=0) > most:
            texts = [
                text if text is not None and len(text.decode("utf-8", "replace")) <= most else None
                for text in texts
            ]
        return texts

    def _refused(
        self,
        first: int,
        guids: list[bytes],
        type_ids: Sequence[int],
        texts: list[bytes | None],
        sorts: list[Sort | None],
    ) -> set[int]:
        """The places of notes that cannot come in, each with its warning."""
        is_usual = None not in sorts and all(guids) and max(map(len, guids)) <= LONGEST_GUID
        if is_usual and None not in texts:
            return set()
        refused: set[int] = set()
        for place, sort in enumerate(sorts):
            guid, text = guids[place].decode("utf-8", "replace"), texts[place]
            reason = ""
            if sort is None:
                reason = f"its note type ({shown(str(type_ids[place]))}) is not in the file"
            elif text is None:
                reason = f"it has more than the {self._limits.note_chars:,} characters allowed"
            elif not guid:
                reason = "it has no guid"
            elif len(guid) > LONGEST_GUID:
                reason = f"its guid is longer than {LONGEST_GUID} characters"
            if reason:
                self._warnings.add("refused-note", f"note {first + place}", reason)
                refused.add(place)
        return refused

    def _stored_tags(self, raw: list[bytes]) -> list[bytes]:
        known = self._tags
        try:
            found = [known[tags] for tags in raw]
        except KeyError:
            for tags in set(raw) - known.keys():
                known[tags] = stored_tags([tags.decode("utf-8", "replace")]).encode()
            found = [known[tags] for tags in raw]
        if len(known) > _MOST_TAGS:
            known.clear()
        return found

    def _places_with_media(
        self, packed: bytes, texts: list[bytes], sorts: list[Sort]
    ) -> Iterator[int]:
        # A single sign is found far sooner than a word, and most notes have not even that.
        has_sound = b"[" in packed and b"[sound:" in packed
        has_source = b"=" in packed and (b"src" in packed or b"SRC" in packed)
        if has_sound or has_source or any(sort.type_names for sort in set(sorts)):
            for place, text in enumerate(texts):
                if sorts[place].type_names or b"src" in text.lower() or b"[sound:" in text:
                    yield place

    def _look_at_media(
        self,
        number: int,
        place: int,
        text: str,
        sort: Sort,
        media: dict[int, Any],
        missing: dict[int, Any],
    ) -> None:
        """Note which files a note shows and which are not there."""
        names = [*media_references(text, Markup.HTML), *sort.type_names]
        pairs, absent = labelled(names, self._media)
        if pairs:
            media[place] = pairs
        if absent:
            missing[place] = absent
        if remote_references(text, Markup.HTML):
            where = partial(note_named, number, text.split(FIELD_SEPARATOR))
            message = "a picture lies on another server; it becomes a link"
            self._warnings.add("remote-picture", where, message)

    def _fitted(self, number: int, text: bytes, sort: Sort) -> bytes:
        """The fields of a note made as many as its type has; surplus joins the last."""
        fields = text.split(_SEPARATOR)
        count = sort.separators + 1
        self._warnings.add(
            "field-count",
            f"note {number}",
            f"it has {len(fields)} fields and its note type {count}",
        )
        fields += [b""] * (count - len(fields))
        return _SEPARATOR.join([*fields[: count - 1], b"<br>".join(fields[count - 1 :])])


def _texts(column: Sequence[Any]) -> list[bytes]:
    """A column as the database would cast it to text; nearly always it is text already."""
    try:
        b"".join(column)
    except TypeError:
        return [_text(value) for value in column]
    return list(column)


def _text(value: Any) -> bytes:
    if value is None:
        return b""
    return value if isinstance(value, bytes) else str(value).encode()
