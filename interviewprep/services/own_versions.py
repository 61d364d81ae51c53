"""A learner's own version of a card that belongs to somebody else, or to the program."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..storage import Card, Deck, Note, NoteMedia, NoteType
from .decks import ensure_deck
from .locking import lock_user
from .note_types import stored_note_type
from .notes import next_position, sync_cards
from .originals import move_learning
from .rendered import note_type_of
from .search_index import index_notes
from .visibility import get_note, may_see


def make_own_version(session: Session, user_id: int, note_id: int, now: datetime) -> Note:
    """Copy a note into one's own deck of the same name, and go on there.

    What this learner knows of its cards goes along: memory, history, marks. The original is hidden
    for them and stays as it is for everyone else. One's own note is returned as it is, and so is
    the version one has already.

    :raise NotFound: unless the user may see the note.
    """
    lock_user(session.connection(), user_id)
    note = get_note(session, user_id, note_id)
    if note.owner_id == user_id:
        return note
    copy = session.scalars(
        select(Note).where(Note.owner_id == user_id, Note.guid == note.guid)
    ).one_or_none()
    if copy is None or copy.retired_at is not None:
        copy = _copied(session, user_id, note, copy, now)
    originals = {
        card.ordinal: card.id
        for card in session.scalars(
            select(Card).where(Card.note_id == note.id, Card.retired_at.is_(None))
        )
    }
    copies = {
        card.ordinal: card.id
        for card in session.scalars(
            select(Card).where(Card.note_id == copy.id, Card.retired_at.is_(None))
        )
    }
    move_learning(
        session,
        user_id,
        {originals[n]: copies[n] for n in originals if n in copies},
    )
    return copy


def _copied(
    session: Session, user_id: int, note: Note, retired: Note | None, now: datetime
) -> Note:
    deck = ensure_deck(session, user_id, _deck_name(session, user_id, note), now)
    note_type = stored_note_type(
        session, user_id, note_type_of(session.get_one(NoteType, note.note_type_id))
    )
    copy = retired or Note(owner_id=user_id, guid=note.guid, created_at=now)
    copy.deck_id = deck.id
    copy.note_type_id = note_type.id
    copy.fields = list(note.fields)
    copy.tags = note.tags
    copy.details = {**note.details, "copy_of": note.id}
    copy.content_hash = note.content_hash
    copy.changed_at = now
    copy.retired_at = None
    session.add(copy)
    session.flush()
    _copy_media(session, note, copy)
    position = next_position(session, deck.id)
    for card in sync_cards(session, copy, note_type, now):
        card.deck_id = deck.id
        card.position = position
    session.flush()
    index_notes(session.connection(), [copy.id])
    return copy


def _deck_name(session: Session, user_id: int, note: Note) -> str:
    """Return the name of the note's deck, or of the deck through which the user sees a card."""
    seen = select(Deck.name).where(may_see(user_id))
    name = session.scalar(seen.where(Deck.id == note.deck_id))
    if name is None:
        through = seen.join(Card, Card.deck_id == Deck.id).where(
            Card.note_id == note.id, Card.retired_at.is_(None)
        )
        name = session.scalars(through.order_by(Card.ordinal).limit(1)).one()
    return name


def _copy_media(session: Session, note: Note, copy: Note) -> None:
    held = set(session.scalars(select(NoteMedia.label).where(NoteMedia.note_id == copy.id)))
    for media in session.scalars(select(NoteMedia).where(NoteMedia.note_id == note.id)):
        if media.label not in held:
            session.add(NoteMedia(note_id=copy.id, label=media.label, sha256=media.sha256))
    session.flush()
