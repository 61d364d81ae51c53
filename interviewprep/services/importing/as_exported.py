"""Whether a file says what our own export would write for a stored note.

An export changes the form of what it carries: Markdown becomes HTML in a package, a type of Anki's
becomes front and back in a row. So a file that went out and comes back differs from what is stored,
although nobody changed anything. Asked only about notes whose guid is known and whose text differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from ...core.content_hashes import fingerprint
from ...core.media_names import renamed
from ...core.note_batches import FIELD_SEPARATOR, NoteBatch, stored_tags
from ...core.notes import DeckFile, DeckInfo, NoteKind, NoteType
from ...core.notes import Note as NoteValue
from ...core.outgoing import Outgoing, OutgoingCalendar, OutgoingNote
from ...core.read_warnings import WarningLog
from ...errors import UnreadableDeck
from ...formats import csv_text, markdown_deck
from ...formats.anki.writing.kinds import AnkiKind, kinds_of
from ...formats.csv_text import writing as csv_writing
from ...formats.markdown_deck import writing as markdown_writing
from ...formats.markdown_deck.ids import is_id, slug
from ...formats.markdown_deck.note_texts import texts_of
from ...formats.reading import ReadOptions
from ...storage import Note, NoteMedia
from ...storage import NoteType as NoteTypeRow
from ...storage.types import AnyRow
from ..note_types import type_of
from .media import PreparedMedia

_TYPES = select(NoteTypeRow).where(NoteTypeRow.id == bindparam("id"))
_MEDIA = select(NoteMedia.label, NoteMedia.sha256).where(NoteMedia.note_id == bindparam("note_id"))
_NUMBERED = re.compile(r"(?: \d+|\++)?")  # as we and Anki tell types of one name apart
_GUIDS = select(Note.guid).where(Note.owner_id == bindparam("user_id"), Note.retired_at.is_(None))
_MAKES_IDS = frozenset(["markdown", "archive"])
_NUMBER = re.compile(r"-\d+\Z")
_DECK = "Deck"
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_CALENDAR = OutgoingCalendar(ZoneInfo("UTC"), 4, date(2000, 1, 1))


class _Said(NamedTuple):
    """All that a text says of a note: fields, tags as stored, details, fingerprint of the type."""

    fields: list[str]
    tags: str
    details: dict[str, Any]
    type_mark: str


class AsExported:
    """Compares notes of one file with what an export in its format writes for ours."""

    def __init__(
        self, connection: Connection, deck_file: DeckFile, media: Mapping[str, PreparedMedia]
    ) -> None:
        self._connection = connection
        self._format = deck_file.format
        self._note_types = deck_file.note_types
        self._media = media
        self._types: dict[int, tuple[NoteType, AnkiKind]] = {}
        self._came_back: dict[int, _Said | None] = {}
        self._by_made_id: dict[str, list[str]] | None = None

    def is_same(self, row: AnyRow, batch: NoteBatch, place: int) -> bool:
        """Whether the file's note is ours in the form that it goes out in: fields, tags, type,
        details and media. `row` has id, guid, note type, fields, tags and details of ours."""
        theirs = self._note_types.get(batch.types[place])
        if theirs is None:
            return False
        texts = batch.texts[place].split(FIELD_SEPARATOR)
        details = dict(batch.details.get(place, {}))
        _, kind = self._type(row.note_type_id)
        if theirs.templates:
            is_form = not details and row.tags == batch.tags[place] and _is_kind(theirs, kind)
            if not is_form:
                return False
            fields = [*row.fields, *[""] * (len(kind.fields) - len(row.fields))]
            return self._is_shown_alike(
                row, batch, place, lambda names: _says(fields, texts, kind, names)
            )
        if self._format not in _TEXTS:
            return False
        said = _Said(texts, batch.tags[place], details, fingerprint(theirs))

        def comes_back(names: Mapping[str, str]) -> bool:
            if not names and row.id in self._came_back:
                return self._came_back[row.id] == said
            return self._through_text([row], names).get(row.id) == said

        return self._is_shown_alike(row, batch, place, comes_back)

    def prepare(self, rows: Sequence[AnyRow]) -> None:
        """Write and read these at once, where they are going to be asked about: a file for each
        would cost more than all else."""
        self._came_back = self._through_text(rows, {}) if self._format in _TEXTS else {}

    def under_other_ids(
        self, user_id: int, batch: NoteBatch, places: Sequence[int]
    ) -> dict[int, list[str]]:
        """Guids of own notes that may have gone out under the ids at these places. Markdown cannot
        say every guid of Anki's, so `markdown_deck.writing` makes an id of it."""
        if self._format not in _MAKES_IDS:
            return {}
        if self._by_made_id is None:
            self._by_made_id = {}
            for guid in self._connection.execute(_GUIDS, {"user_id": user_id}).scalars():
                if not is_id(guid) and (made := slug(guid)):
                    self._by_made_id.setdefault(made, []).append(guid)
        found = {}
        for place in places:
            guid = batch.guids[place]
            guids = self._by_made_id.get(guid) or self._by_made_id.get(_NUMBER.sub("", guid))
            if guids:
                found[place] = guids
        return found

    def is_whole(self, row: AnyRow) -> bool:
        """Whether our note goes out as Markdown with nothing lost, so that an edited text may take
        its place."""
        ours, _ = self._type(row.note_type_id)
        return self._format in _MAKES_IDS and not texts_of(ours, row.fields).lost

    def _through_text(
        self, rows: Sequence[AnyRow], names: Mapping[str, str]
    ) -> dict[int, _Said | None]:
        """What comes back of our notes that go out as a text, by id; None of those it cannot hold.
        `names` has new names of files, by label."""
        if not rows:
            return {}
        outgoing = _outgoing(rows, self._types_of(rows), names)
        ids = {_text_id(row): row.id for row in rows}
        came_back: dict[int, _Said | None] = dict.fromkeys(ids.values())
        write, read = _TEXTS[self._format]
        with TemporaryDirectory(prefix="interviewprep-") as folder:
            path = Path(folder) / "notes"
            write(outgoing, path, WarningLog())
            try:
                found = read(path, ReadOptions())
            except UnreadableDeck:
                return came_back
            for note in found.notes:
                if note.guid in ids:
                    mark = fingerprint(found.note_types[note.note_type])
                    tags, details = stored_tags(note.tags), dict(note.details)
                    came_back[ids[note.guid]] = _Said(list(note.fields), tags, details, mark)
        return came_back

    def _types_of(self, rows: Sequence[AnyRow]) -> dict[int, NoteType]:
        return {row.note_type_id: self._type(row.note_type_id)[0] for row in rows}

    def _is_shown_alike(
        self,
        row: AnyRow,
        batch: NoteBatch,
        place: int,
        says_the_same: Callable[[Mapping[str, str]], bool],
    ) -> bool:
        """Whether text and files agree; files may have other names, told apart by their bytes."""
        is_same_text = says_the_same({})
        theirs = {label: self._media[name].sha256 for label, name in batch.media.get(place, ())}
        if not is_same_text and not theirs:
            return False
        found = self._connection.execute(_MEDIA, {"note_id": row.id}).all()
        hashes, shown = set(theirs.values()), {sha256 for _, sha256 in found}
        if hashes != shown and not (place in batch.missing and hashes < shown):
            return False
        their_names = {sha256: label for label, sha256 in theirs.items()}
        names = {
            label: their_names[sha256]
            for label, sha256 in found
            if their_names.get(sha256, label) != label
        }
        return is_same_text or (bool(names) and says_the_same(names))

    def _type(self, type_id: int) -> tuple[NoteType, AnkiKind]:
        found = self._types.get(type_id)
        if found is None:
            ours = type_of(self._connection.execute(_TYPES, {"id": type_id}).one())
            found = self._types[type_id] = ours, kinds_of([ours])[ours.key]
        return found


def _is_kind(theirs: NoteType, kind: AnkiKind) -> bool:
    """Whether a type of a package is what ours becomes in one."""
    return (
        theirs.fields == kind.fields
        and (theirs.kind is NoteKind.CLOZE) == kind.is_cloze
        and [(part.question, part.answer) for part in theirs.templates]
        == [(part.question, part.answer) for part in kind.templates]
        and theirs.name.startswith(kind.name)
        and _NUMBERED.fullmatch(theirs.name[len(kind.name) :]) is not None
    )


def _says(
    ours: Sequence[str], theirs: Sequence[str], kind: AnkiKind, names: Mapping[str, str]
) -> bool:
    if len(ours) != len(theirs):
        return False
    if not kind.from_markdown:
        return all(renamed(text, names) == said for text, said in zip(ours, theirs, strict=True))
    from ...formats.anki.writing.html_of_markdown import html_of

    return all(
        renamed(html_of(text), names) == said for text, said in zip(ours, theirs, strict=True)
    )


def _text_id(row: AnyRow) -> str:
    """An id that every text can say, unlike a guid of Anki's."""
    return f"note-{row.id}"


def _outgoing(
    rows: Sequence[AnyRow], types: Mapping[int, NoteType], names: Mapping[str, str]
) -> Outgoing:
    notes = [
        NoteValue(
            guid=_text_id(row),
            note_type=types[row.note_type_id].key,
            deck=_DECK,
            fields=tuple(renamed(text, names) for text in row.fields),
            tags=tuple(row.tags.split()),
            details=row.details,
        )
        for row in rows
    ]
    return Outgoing(
        name=_DECK,
        decks=[DeckInfo(_DECK)],
        note_types={kind.key: kind for kind in types.values()},
        notes=[OutgoingNote(note, (), _LONG_AGO, _LONG_AGO) for note in notes],
        note_count=len(notes),
        calendar=_CALENDAR,
        now=_LONG_AGO,
        media=(),
        file_of=Path,
    )


_TEXTS: Mapping[str, tuple[Callable[..., Any], Callable[[Path, ReadOptions], DeckFile]]] = {
    "csv": (csv_writing.write, csv_text.read),
    "markdown": (markdown_writing.write, markdown_deck.read),
    "archive": (markdown_writing.write, markdown_deck.read),
}
