"""What a learner knows moves between a card and their own version of it, and back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session, aliased

from ..storage import Card, CardMark, Memory, Note, Review
from .interviews.practice import move_practice
from .locking import lock_user
from .marks import add_personal_tags, flag, get_mark, hide, suspend, write_personal_note
from .visibility import visible_decks


def move_learning(session: Session, user_id: int, pairs: Mapping[int, int]) -> None:
    """Hand memory, history and marks of each card over to another; hide the one left behind.

    Of a prompt, what is in hand, what was tried and the interviews that asked it go along.

    Where the other card has been begun already, memory and history stay, so that two histories
    never mix.
    """
    lock_user(session.connection(), user_id)
    begun = set(
        session.scalars(
            select(Memory.card_id).where(
                Memory.user_id == user_id, Memory.card_id.in_(list(pairs.values()))
            )
        )
    )
    for old, new in pairs.items():
        if new not in begun:
            for table in (Memory, Review):
                session.execute(
                    update(table)
                    .where(table.user_id == user_id, table.card_id == old)
                    .values(card_id=new)
                    .execution_options(synchronize_session=False)
                )
        move_practice(session, user_id, old, new)
        _move_marks(session, user_id, old, new)
    for held in list(session.identity_map.values()):
        if isinstance(held, Memory | Review):  # its key may have changed beneath it
            session.expunge(held)


def return_originals(session: Session, user_id: int) -> int:
    """Show again what this learner's own versions hid, where such a version is now retired.

    What the learner knows goes back with it. Returns how many cards came back.
    """
    original, own_note, own_card = aliased(Note), aliased(Note), aliased(Card)
    rows = session.execute(
        select(own_card.id, Card.id)
        .select_from(CardMark)
        .join(Card, Card.id == CardMark.card_id)
        .join(original, original.id == Card.note_id)
        .join(own_note, and_(own_note.owner_id == user_id, own_note.guid == original.guid))
        .join(own_card, and_(own_card.note_id == own_note.id, own_card.ordinal == Card.ordinal))
        .where(
            CardMark.user_id == user_id,
            CardMark.is_hidden.is_(True),
            own_note.retired_at.is_not(None),
            own_note.id != original.id,
            Card.retired_at.is_(None),
            Card.deck_id.in_(visible_decks(user_id)),
        )
    )
    pairs = {row[0]: row[1] for row in rows}
    if pairs:
        move_learning(session, user_id, pairs)
        hide(session, user_id, pairs.values(), is_hidden=False)
        hide(session, user_id, pairs.keys(), is_hidden=False)
    return len(pairs)


def _move_marks(session: Session, user_id: int, old: int, new: int) -> None:
    mark = get_mark(session, user_id, old)
    if mark is not None:
        tags, number, note, is_suspended = mark.tags, mark.flag, mark.note, mark.is_suspended
        if is_suspended:
            suspend(session, user_id, [new], is_suspended=True)
            suspend(session, user_id, [old], is_suspended=False)
        if number:
            flag(session, user_id, [new], number)
            flag(session, user_id, [old], 0)
        if tags:
            add_personal_tags(session, user_id, [new], tags.split())
        if note:
            write_personal_note(session, user_id, new, note)
            write_personal_note(session, user_id, old, "")
    hide(session, user_id, [old], is_hidden=True)
