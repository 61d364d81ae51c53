"""Notes of one's own: written, edited, tagged, moved, retired. Their cards keep their history."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..core.cards import cards_of
from ..core.content_hashes import content_hash
from ..core.note_batches import FIELD_SEPARATOR
from ..core.note_checks import check_fields, clean_field
from ..core.notes import Markup, NoteKind
from ..core.own_types import own_type
from ..core.tags import kept_tags, parse_tags
from ..errors import Invalid
from ..storage import Card, Note, NoteType, Rendering
from .locking import lock_user
from .new_cards import position_after_last
from .note_types import stored_note_type
from .rendered import note_type_of
from .search_index import index_notes, unindex_notes
from .studied_decks import look_again
from .visibility import get_own_deck, get_own_note

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A note as it is written: Markdown, in the four fields of its kind (`core.own_types`)."""

    deck_id: int
    kind: NoteKind
    fields: tuple[str, ...]
    tags: str = ""


def write_note(session: Session, user_id: int, draft: Draft, now: datetime) -> Note:
    """Store a new note with its cards, at the end of one's own deck.

    :raise Invalid: with the field (`field_0`, `tags`), for what cannot make a card.
    """
    lock_user(session.connection(), user_id)
    deck = get_own_deck(session, user_id, draft.deck_id)
    value = own_type(draft.kind, Markup.MARKDOWN)
    fields = [clean_field(text) for text in draft.fields]
    check_fields(value, fields)
    tags = kept_tags(parse_tags(draft.tags))
    note_type = stored_note_type(session, user_id, value)
    note = Note(
        owner_id=user_id,
        deck_id=deck.id,
        note_type_id=note_type.id,
        guid=secrets.token_urlsafe(12),
        fields=fields,
        tags=tags,
        content_hash=content_hash(FIELD_SEPARATOR.join(fields), tags, note_type.fingerprint),
        created_at=now,
        changed_at=now,
        edited_at=now,
    )
    session.add(note)
    session.flush()
    sync_cards(session, note, note_type, now)
    index_notes(session.connection(), [note.id])
    return note


def edit_note(
    session: Session,
    user_id: int,
    note_id: int,
    fields: Sequence[str],
    tags: str,
    now: datetime,
    *,
    seen_at: datetime | None = None,
) -> Note:
    """Change the text of one's own note. Cards stay who they are, and keep their history.

    `seen_at` is the `changed_at` that the writer had before them: where the note has changed since,
    nothing is stored.

    :raise Invalid: for what cannot make a card, or was changed elsewhere in the meantime.
    """
    lock_user(session.connection(), user_id)
    note = get_own_note(session, user_id, note_id)
    session.refresh(note)
    if seen_at is not None and note.changed_at != seen_at:
        raise Invalid(
            "This card was changed elsewhere since you opened it. Your text is still here: compare"
            " it with the card, then save again to keep yours."
        )
    note_type = session.get_one(NoteType, note.note_type_id)
    value = note_type_of(note_type)
    texts = [clean_field(text) for text in fields][: len(value.fields)]
    check_fields(value, texts)
    kept = kept_tags(parse_tags(tags))
    if (texts, kept) == (note.fields, note.tags):
        return note
    note.fields = texts
    note.tags = kept
    note.changed_at = note.edited_at = now
    session.flush()
    sync_cards(session, note, note_type, now)
    forget_renderings(session, [note.id])
    index_notes(session.connection(), [note.id])
    return note


def sync_cards(session: Session, note: Note, note_type: NoteType, now: datetime) -> list[Card]:
    """Make the cards that the note's text asks for; return all that live.

    One whose question is gone is retired; should the question come back, so does the card, with
    all that is known of it.
    """
    wanted = {made.ordinal: made for made in cards_of(note_type_of(note_type), note.fields)}
    held = {
        card.ordinal: card for card in session.scalars(select(Card).where(Card.note_id == note.id))
    }
    living = [card for card in held.values() if card.retired_at is None]
    deck_id = living[0].deck_id if living else note.deck_id
    position = max((card.position for card in living), default=None)
    if position is None:
        position = next_position(session, deck_id)
    for ordinal, card in held.items():
        if ordinal not in wanted and card.retired_at is None:
            card.retired_at = now
        elif ordinal in wanted and card.retired_at is not None:
            card.retired_at = None
            card.deck_id = deck_id
    for ordinal, made in wanted.items():
        if ordinal not in held:
            held[ordinal] = Card(
                note_id=note.id, deck_id=deck_id, ordinal=ordinal, key=made.key, position=position
            )
            session.add(held[ordinal])
    session.flush()
    look_again(session.connection(), [deck_id])
    return [held[ordinal] for ordinal in sorted(wanted)]


def next_position(session: Session, deck_id: int) -> int:
    """Return the position after a deck's last card, those not flushed yet included."""
    session.flush()
    return position_after_last(session.connection(), deck_id)


def retire(session: Session, note_ids: Sequence[int], now: datetime) -> None:
    """Take notes with their cards out of sight and out of the search."""
    for table, column in ((Card, Card.note_id), (Note, Note.id)):
        session.execute(
            update(table)
            .where(column.in_(note_ids), table.retired_at.is_(None))
            .values(retired_at=now)
            .execution_options(synchronize_session="fetch")
        )
    unindex_notes(session.connection(), note_ids)


def forget_renderings(session: Session, note_ids: Sequence[int]) -> None:
    """Drop the stored HTML of these notes' cards; it is made again when next shown."""
    cards = select(Card.id).where(Card.note_id.in_(note_ids))
    session.execute(
        delete(Rendering)
        .where(Rendering.card_id.in_(cards))
        .execution_options(synchronize_session=False)
    )
