"""Many notes of one's own at once: moved, tagged, retired, each in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..core.tags import merged_tags, without_tags
from ..errors import Invalid
from ..storage import Card, Note
from .locking import lock_user
from .notes import forget_renderings, next_position, retire
from .originals import return_originals
from .search_index import index_notes
from .studied_decks import look_again
from .visibility import get_own_deck

BATCH = 2_000


def move_notes(session: Session, user_id: int, note_ids: Iterable[int], deck_id: int) -> set[int]:
    """Move notes of one's own with their cards to the end of another own deck.

    Returns the notes that moved; those that lay there already stay where they are.
    """
    lock_user(session.connection(), user_id)
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
    look_again(session.connection(), [deck.id, *left])
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
        retire(session, ids, now)
        retired += len(ids)
    return_originals(session, user_id)
    return retired


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
