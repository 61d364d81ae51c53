"""Whether a file says what our own export would write for a stored note.

An export changes the form of what it carries: Markdown becomes HTML in a package, a type of Anki's
becomes front and back in a row. So a file that went out and comes back differs from what is stored,
although nobody changed anything. Asked only about notes whose guid is known and whose text differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from ...core.content_hashes import fingerprint
from ...core.media_names import renamed
from ...core.note_batches import FIELD_SEPARATOR, NoteBatch, stored_tags
from ...core.notes import DeckFile, DeckInfo, Note, NoteKind, NoteType
from ...core.outgoing import Outgoing, OutgoingCalendar, OutgoingNote
from ...core.read_warnings import WarningLog
from ...errors import UnreadableDeck
from ...formats import csv_text, markdown_deck
from ...formats.anki.writing.kinds import AnkiKind, kinds_of
from ...formats.csv_text import writing as csv_writing
from ...formats.markdown_deck import writing as markdown_writing
from ...formats.reading import ReadOptions
from ...storage import NoteMedia
from ...storage import NoteType as NoteTypeRow
from ...storage.types import AnyRow
from ..note_types import type_of
from .media import PreparedMedia

_TYPES = select(NoteTypeRow).where(NoteTypeRow.id == bindparam("id"))
_MEDIA = select(NoteMedia.label, NoteMedia.sha256).where(NoteMedia.note_id == bindparam("note_id"))
_NUMBERED = re.compile(r"(?: \d+|\++)?")  # as we and Anki tell types of one name apart
_DECK = "Deck"
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_CALENDAR = OutgoingCalendar(ZoneInfo("UTC"), 4, date(2000, 1, 1))


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

    def is_same(self, row: AnyRow, batch: NoteBatch, place: int) -> bool:
        """Whether the file's note is ours in the form that it goes out in: fields, tags, type,
        details and media. `row` has id, guid, note type, fields, tags and details of ours."""
        theirs = self._note_types.get(batch.types[place])
        if theirs is None:
            return False
        texts = batch.texts[place].split(FIELD_SEPARATOR)
        details = dict(batch.details.get(place, {}))
        ours, kind = self._type(row.note_type_id)
        if theirs.templates:
            is_form = not details and row.tags == batch.tags[place] and _is_kind(theirs, kind)
            if not is_form:
                return False
            fields = [*row.fields, *[""] * (len(kind.fields) - len(row.fields))]
            return self._is_shown_alike(
                row, batch, place, lambda names: _says(fields, texts, kind, names)
            )
        write_and_read = _TEXTS.get(self._format)
        if write_and_read is None:
            return False

        def comes_back(names: Mapping[str, str]) -> bool:
            fields = tuple(renamed(text, names) for text in row.fields) if names else row.fields
            with write_and_read(_outgoing(row, ours, fields)) as found:
                return any(
                    list(note.fields) == texts
                    and stored_tags(note.tags) == batch.tags[place]
                    and dict(note.details) == details
                    and fingerprint(found.note_types[note.note_type]) == fingerprint(theirs)
                    for note in found.notes
                )

        return self._is_shown_alike(row, batch, place, comes_back)

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


def _outgoing(row: AnyRow, kind: NoteType, fields: Sequence[str]) -> Outgoing:
    note = Note(
        guid=row.guid,
        note_type=kind.key,
        deck=_DECK,
        fields=tuple(fields),
        tags=tuple(row.tags.split()),
        details=row.details,
    )
    return Outgoing(
        name=_DECK,
        decks=[DeckInfo(_DECK)],
        note_types={kind.key: kind},
        notes=[OutgoingNote(note, (), _LONG_AGO, _LONG_AGO)],
        note_count=1,
        calendar=_CALENDAR,
        now=_LONG_AGO,
        media=(),
        file_of=Path,
    )


@contextmanager
def _through(
    write: Callable[..., Any], read: Callable[[Path, ReadOptions], DeckFile], outgoing: Outgoing
) -> Iterator[DeckFile]:
    """What comes back of a note that goes out; nothing where the format cannot hold it."""
    with TemporaryDirectory(prefix="interviewprep-") as folder:
        path = Path(folder) / "note"
        write(outgoing, path, WarningLog())
        try:
            found = read(path, ReadOptions())
        except UnreadableDeck:
            found = DeckFile("", [], {}, [])
        yield found


_TEXTS: Mapping[str, Callable[[Outgoing], Any]] = {
    "csv": lambda outgoing: _through(csv_writing.write, csv_text.read, outgoing),
    "archive": lambda outgoing: _through(markdown_writing.write, markdown_deck.read, outgoing),
    "markdown": lambda outgoing: _through(markdown_writing.write, markdown_deck.read, outgoing),
}
