"""Who may see a file: whoever may see a note that shows it, and the interviewer of a mock those of
its prompts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, Exists, or_, select

from ..errors import NotFound
from ..storage import Card, Deck, MediaFile, Note, NoteMedia, RoundItem
from ..storage.media_store import is_sha256
from .visibility import may_see


@dataclass(frozen=True, slots=True)
class VisibleMedia:
    """A file of the store; `content_type` is what its bytes said when it came in."""

    sha256: str
    content_type: str


def find_media(connection: Connection, user_id: int, sha256: str) -> VisibleMedia:
    """:raise NotFound: unless a living note shows it that the user may see, itself or a card."""
    decks = select(Deck.id).where(may_see(user_id))
    cards = select(Card.note_id).where(Card.retired_at.is_(None), Card.deck_id.in_(decks))
    shown = (
        select(NoteMedia.sha256)
        .join(Note, Note.id == NoteMedia.note_id)
        .where(
            NoteMedia.sha256 == sha256,
            Note.retired_at.is_(None),
            or_(Note.deck_id.in_(decks), Note.id.in_(cards.where(Card.note_id == Note.id))),
        )
        .exists()
    )
    return _file(connection, sha256, shown)


def find_media_of_mock(
    connection: Connection, user_id: int, mock_id: uuid.UUID, sha256: str
) -> VisibleMedia:
    """:raise NotFound: unless the note of a prompt of this mock shows it."""
    shown = (
        select(NoteMedia.sha256)
        .join(Card, Card.note_id == NoteMedia.note_id)
        .join(RoundItem, RoundItem.card_id == Card.id)
        .where(
            NoteMedia.sha256 == sha256,
            RoundItem.user_id == user_id,
            RoundItem.mock_id == mock_id,
        )
        .exists()
    )
    return _file(connection, sha256, shown)


def _file(connection: Connection, sha256: str, shown: Exists) -> VisibleMedia:
    found = select(MediaFile.sha256, MediaFile.content_type)
    row = None
    if is_sha256(sha256):
        row = connection.execute(found.where(MediaFile.sha256 == sha256, shown)).first()
    if row is None:
        raise NotFound("There is no such file, or it is not yours to see.")
    return VisibleMedia(row.sha256, row.content_type)
