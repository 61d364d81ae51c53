"""What was retired, out of an archive into the account: retired, as it was.

A note that is here already stays as it is, and so does a card: nothing is taken from sight.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from ...core.media_references import label_for, media_references
from ...core.note_batches import stored_tags
from ...core.notes import Note as NoteValue
from ...core.notes import NoteType
from ...errors import UnreadableDeck
from ...formats import account_archive as layout
from ...formats.account_archive.reader import ArchiveFile
from ...formats.anki.names import clean, deck_name
from ...formats.deck_json.reader import LONGEST_GUID, Unusable, read_note
from ...formats.reading import ReadOptions
from ...storage import Card, Deck, MediaFile, Note, NoteMedia
from ..note_types import stored_note_type

if TYPE_CHECKING:
    from ..importing.media import PreparedMedia

_MOST_CARDS, _MOST_ORDINAL, _LONGEST_KEY = 1_001, 1_000, 12
_MOST_POSITION = 2**53


class _Card(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    ordinal: Annotated[int, Field(ge=0, le=_MOST_ORDINAL, strict=True)]
    key: Annotated[str, Field(max_length=_LONGEST_KEY)]
    position: Annotated[int, Field(ge=-_MOST_POSITION, le=_MOST_POSITION, strict=True)]
    deck: Annotated[str, Field(max_length=4_000)]


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    guid: Annotated[str, Field(min_length=1, max_length=LONGEST_GUID)]
    cards: Annotated[list[_Card], Field(max_length=_MOST_CARDS)]
    note: dict[str, Any] | None = None
    created_at: AwareDatetime | None = None
    changed_at: AwareDatetime | None = None
    retired_at: AwareDatetime | None = None


class PuttingBack:
    """Stores the retired notes and cards of one archive; `media` are its files by name."""

    def __init__(
        self,
        connection: Connection,
        user_id: int,
        archive: ArchiveFile,
        media: Mapping[str, PreparedMedia],
    ) -> None:
        self._session = Session(bind=connection)
        self._user_id = user_id
        self._archive = archive
        self._media = media
        self._types = archive.note_types
        self._decks: dict[str, int] = {}
        self._read = partial(read_note, types=self._types, options=ReadOptions())

    def store(self) -> None:
        for number, said in enumerate(self._archive.rows(layout.RETIRED), start=1):
            try:
                line = _Line.model_validate(said)
                value = self._read(line.note) if line.note is not None else None
            except (ValidationError, Unusable, RecursionError) as problem:
                raise UnreadableDeck(
                    f"{layout.RETIRED}, line {number}: {_reason(problem)};"
                    " export the archive again."
                ) from None
            self._store(line, value)
        self._session.flush()
        self._session.expunge_all()

    def _store(self, line: _Line, value: NoteValue | None) -> None:
        held = self._session.scalars(
            select(Note).where(Note.owner_id == self._user_id, Note.guid == clean(line.guid))
        ).one_or_none()
        retired_at = line.retired_at or self._archive.made_at
        if value is not None and held is None:
            held = self._new_note(line, value)
        elif value is not None or held is None:
            return
        there = set(self._session.scalars(select(Card.ordinal).where(Card.note_id == held.id)))
        for card in line.cards:
            if card.ordinal not in there:
                there.add(card.ordinal)
                self._session.add(
                    Card(
                        note_id=held.id,
                        deck_id=self._deck_id(card.deck),
                        ordinal=card.ordinal,
                        key=clean(card.key),
                        position=card.position,
                        retired_at=retired_at,
                    )
                )
        self._session.flush()

    def _new_note(self, line: _Line, value: NoteValue) -> Note:
        made_at = self._archive.made_at
        kind = self._types[value.note_type]
        note = Note(
            owner_id=self._user_id,
            deck_id=self._deck_id(value.deck),
            note_type_id=stored_note_type(self._session, self._user_id, kind).id,
            guid=value.guid,
            fields=list(value.fields),
            tags=stored_tags(value.tags),
            details=dict(value.details),
            content_hash="",
            created_at=line.created_at or made_at,
            changed_at=line.changed_at or made_at,
            retired_at=line.retired_at or made_at,
        )
        self._session.add(note)
        self._session.flush()
        self._show(note, kind)
        return note

    def _show(self, note: Note, kind: NoteType) -> None:
        """Say which files the note shows; those that the archive has are in the store by now."""
        text = "\x1f".join(note.fields)
        labels = [label_for(name, self._media) for name in media_references(text, kind.markup)]
        for label, name in dict.fromkeys(pair for pair in labels if pair is not None):
            file = self._media[name]
            if self._session.get(MediaFile, file.sha256) is None:
                self._session.add(
                    MediaFile(
                        sha256=file.sha256,
                        size_bytes=file.size_bytes,
                        content_type=file.content_type,
                        created_at=note.created_at,
                    )
                )
                self._session.flush()
            self._session.merge(NoteMedia(note_id=note.id, label=label, sha256=file.sha256))

    def _deck_id(self, name: str) -> int:
        """The own deck of this name, or a new one that is retired, too."""
        name = deck_name(name)
        if name not in self._decks:
            found = self._session.scalars(
                select(Deck).where(Deck.owner_id == self._user_id, Deck.name == name)
            ).one_or_none()
            if found is None:
                at = self._archive.made_at
                found = Deck(owner_id=self._user_id, name=name, created_at=at, retired_at=at)
                self._session.add(found)
                self._session.flush()
            self._decks[name] = found.id
        return self._decks[name]


def _reason(problem: Exception) -> str:
    if not isinstance(problem, ValidationError):
        return str(problem)[:200]
    first = problem.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {str(first['msg'])[:200]}"
