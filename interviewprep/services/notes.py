"""Notes of one's own: written, edited, tagged, moved, retired. Their cards keep their history."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from ..core.cards import cards_of
from ..core.note_batches import FIELD_SEPARATOR, content_hash
from ..core.note_checks import check_fields, clean_field
from ..core.notes import Markup, NoteKind
from ..core.own_types import own_type
from ..core.tags import kept_tags, merged_tags, parse_tags, without_tags
from ..errors import Invalid
from ..storage import Card, Enrolment, Note, NoteType, Rendering
from .locking import lock_user
from .note_types import stored_note_type
from .originals import return_originals
from .rendered import note_type_of
from .search_index import index_notes, unindex_notes
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
    lock_user(session, user_id)
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
    lock_user(session, user_id)
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
    look_again(session, [deck_id])
    return [held[ordinal] for ordinal in sorted(wanted)]


def move_notes(session: Session, user_id: int, note_ids: Iterable[int], deck_id: int) -> set[int]:
    """Move notes of one's own with their cards to the end of another own deck.

    Returns the notes that moved; those that lay there already stay where they are.
    """
    lock_user(session, user_id)
    deck = get_own_deck(session, user_id, deck_id)
    moved: set[int] = set()
    left: set[int] = set()
    for ids in _own(session, user_id, note_ids):
        position = next_position(session, deck.id)
        cards = session.execute(
            select(Card.id, Card.note_id, Card.deck_id)
            .where(Card.note_id.in_(ids), Card.deck_id != deck.id)
            .order_by(Card.deck_id, Card.position, Card.id)
        ).all()
        places = {note_id: n for n, note_id in enumerate(dict.fromkeys(c.note_id for c in cards))}
        if cards:
            session.execute(
                update(Card),
                [
                    {"id": c.id, "deck_id": deck.id, "position": position + places[c.note_id]}
                    for c in cards
                ],
            )
        session.execute(
            update(Note)
            .where(Note.id.in_(ids))
            .values(deck_id=deck.id)
            .execution_options(synchronize_session="fetch")
        )
        left |= {card.deck_id for card in cards}
        moved |= places.keys()
        forget_renderings(session, ids)
    look_again(session, [deck.id, *left])
    return moved


def tag_notes(
    session: Session,
    user_id: int,
    note_ids: Iterable[int],
    tags: Sequence[str],
    now: datetime,
    *,
    remove: bool = False,
) -> set[int]:
    """Give notes of one's own tags, or take them away; return the notes that this changed."""
    change = without_tags if remove else merged_tags
    changed: set[int] = set()
    for ids in _own(session, user_id, note_ids):
        rows = session.execute(select(Note.id, Note.tags).where(Note.id.in_(ids))).all()
        changing = {row.id: new for row in rows if (new := change(row.tags, tags)) != row.tags}
        if not changing:
            continue
        session.execute(
            update(Note),
            [
                {"id": note_id, "tags": new, "changed_at": now, "edited_at": now}
                for note_id, new in changing.items()
            ],
        )
        forget_renderings(session, list(changing))
        index_notes(session.connection(), changing)
        changed |= changing.keys()
    return changed


def retire_notes(session: Session, user_id: int, note_ids: Iterable[int], now: datetime) -> int:
    """Take notes of one's own with their cards out of sight; return how many.

    Where one was the learner's version of another card, that card comes back to them.
    """
    retired = 0
    for ids in _own(session, user_id, note_ids):
        for table, column in ((Card, Card.note_id), (Note, Note.id)):
            session.execute(
                update(table)
                .where(column.in_(ids), table.retired_at.is_(None))
                .values(retired_at=now)
                .execution_options(synchronize_session="fetch")
            )
        unindex_notes(session.connection(), ids)
        retired += len(ids)
    return_originals(session, user_id)
    return retired


def next_position(session: Session, deck_id: int) -> int:
    """Return the position after a deck's last card."""
    last = session.execute(
        select(func.max(Card.position)).where(Card.deck_id == deck_id)
    ).scalar_one()
    return 0 if last is None else last + 1


def look_again(session: Session, deck_ids: Iterable[int]) -> None:
    """Forget, for whoever studies these decks, where their new cards begin."""
    session.execute(
        update(Enrolment)
        .where(Enrolment.deck_id.in_(list(deck_ids)))
        .values(new_from=0)
        .execution_options(synchronize_session="fetch")
    )


def forget_renderings(session: Session, note_ids: Sequence[int]) -> None:
    """Drop the stored HTML of these notes' cards; it is made again when next shown."""
    cards = select(Card.id).where(Card.note_id.in_(note_ids))
    session.execute(
        delete(Rendering)
        .where(Rendering.card_id.in_(cards))
        .execution_options(synchronize_session=False)
    )


def _own(session: Session, user_id: int, note_ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield the living ones among these notes that belong to the user, in batches.

    :raise Invalid: if a note among them is not the user's.
    """
    waiting = iter(dict.fromkeys(note_ids))
    while ids := list(islice(waiting, BATCH)):
        rows = session.execute(
            select(Note.id, Note.owner_id, Note.retired_at).where(Note.id.in_(ids))
        ).all()
        if any(row.owner_id != user_id for row in rows):
            raise Invalid("Some of these cards are not yours to change.")
        living = {row.id for row in rows if row.retired_at is None}
        if living:
            yield [note_id for note_id in ids if note_id in living]
