"""Deleting an account: everything of this person's goes, and nothing of anybody else's.

Decks of theirs that others study pass to an administrator, and so do those in which others have
left answers, which end up retired: a learner's log keeps its cards.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, Text, cast, delete, func, select, union, update
from sqlalchemy.orm import Session

from ..errors import NotAllowed
from ..storage import (
    Card,
    CardMark,
    CodeAttempt,
    Day,
    Deck,
    DueLoad,
    Enrolment,
    ImportJob,
    InterviewerLink,
    Memory,
    Mock,
    MockRound,
    Note,
    NoteType,
    Practice,
    Review,
    RoundItem,
    RoundText,
    Score,
    Story,
    User,
)
from .accounts import lock_accounts
from .administration import find_account, other_administrators

LAST = "You are the last administrator; make somebody else one before you go."
LEARNING = (
    *(Review, Memory, CardMark, Day, DueLoad, Enrolment),
    *(Score, RoundText, RoundItem, MockRound, InterviewerLink, Mock),
    *(CodeAttempt, Practice, Story),
)
ON_CARDS = (Memory, CardMark, Review, RoundItem, CodeAttempt, Practice)
BATCH = 5_000


def delete_account(session: Session, user_id: int, now: datetime) -> list[str]:
    """Delete the account with all that is its own; return the uploads to remove after the commit
    (names in the uploads folder).

    :raise NotFound: where there is no such account.
    :raise NotAllowed: for the last administrator while others have accounts.
    """
    lock_accounts(session)
    user = find_account(session, user_id)
    others = session.scalar(select(func.count()).where(User.id != user_id)) or 0
    if others and user.is_admin and not other_administrators(session, user_id):
        raise NotAllowed(LAST)
    uploads = list(
        session.scalars(select(ImportJob.stored_name).where(ImportJob.user_id == user_id))
    )
    for table in LEARNING:
        session.execute(delete(table).where(table.user_id == user_id))
    if others:
        _hand_over(session, user_id, _heir(session, user_id), now)
    _delete_content(session, user_id)
    session.execute(delete(User).where(User.id == user_id))  # sessions, tokens, jobs go along
    return uploads


def _heir(session: Session, user_id: int) -> int:
    """Return the longest-standing administrator, else the longest-standing account."""
    return session.scalars(
        select(User.id)
        .where(User.id != user_id)
        .order_by(User.is_admin.desc(), User.is_disabled, User.id)
        .limit(1)
    ).one()


def _hand_over(session: Session, user_id: int, heir_id: int, now: datetime) -> None:
    studied = set(session.scalars(_decks_of(user_id).where(Deck.id.in_(select(Enrolment.deck_id)))))
    kept = studied | set(session.scalars(_decks_of(user_id).where(Deck.id.in_(_with_traces()))))
    if not kept:
        return
    notes = list(
        session.scalars(
            select(Note.id).where(
                Note.owner_id == user_id,
                Note.deck_id.in_(kept)
                | Note.id.in_(select(Card.note_id).where(Card.deck_id.in_(kept))),
            )
        )
    )
    for start in range(0, len(notes), BATCH):
        _move_notes(session, user_id, heir_id, notes[start : start + BATCH], kept)
    _move_decks(session, user_id, heir_id, kept, retire=kept - studied, now=now)


def _decks_of(user_id: int) -> Select[int]:
    return select(Deck.id).where(Deck.owner_id == user_id)


def _with_traces() -> Select[int]:
    """Return the decks that anybody's learning still refers to; the leaver's own is gone by now."""
    on_cards = union(*(select(table.card_id) for table in ON_CARDS)).subquery()
    traces = union(
        select(Review.deck_id),
        select(Day.deck_id),
        select(Card.deck_id).where(Card.id.in_(select(on_cards.c.card_id))),
    ).subquery()
    return select(traces.c.deck_id)


def _move_notes(
    session: Session, user_id: int, heir_id: int, notes: list[int], kept: set[int]
) -> None:
    """Give notes to the heir, whose own notes keep their guids, and their types along with them."""
    here = select(func.min(Card.deck_id)).where(Card.note_id == Note.id, Card.deck_id.in_(kept))
    session.execute(
        update(Note)
        .where(Note.id.in_(notes), Note.deck_id.not_in(kept))
        .values(deck_id=here.scalar_subquery())
    )
    session.execute(
        update(Card)
        .where(Card.note_id.in_(notes), Card.deck_id.not_in(kept))
        .values(
            deck_id=select(Note.deck_id).where(Note.id == Card.note_id).scalar_subquery(),
        )
    )
    _move_note_types(session, user_id, heir_id, notes)
    taken = select(Note.guid).where(Note.owner_id == heir_id).scalar_subquery()
    session.execute(
        update(Note)
        .where(Note.id.in_(notes), Note.guid.in_(taken))
        .values(guid=func.substr(Note.guid, 1, 170) + "~" + cast(Note.id, Text))
    )
    session.execute(update(Note).where(Note.id.in_(notes)).values(owner_id=heir_id))


def _move_note_types(session: Session, user_id: int, heir_id: int, notes: list[int]) -> None:
    used = select(Note.note_type_id).where(Note.id.in_(notes))
    types = session.execute(
        select(NoteType.id, NoteType.fingerprint).where(
            NoteType.owner_id == user_id, NoteType.id.in_(used)
        )
    ).all()
    for type_id, fingerprint in types:
        same = session.scalar(
            select(NoteType.id).where(
                NoteType.owner_id == heir_id, NoteType.fingerprint == fingerprint
            )
        )
        if same is None:
            session.execute(update(NoteType).where(NoteType.id == type_id).values(owner_id=heir_id))
        else:
            session.execute(
                update(Note)
                .where(Note.id.in_(notes), Note.note_type_id == type_id)
                .values(note_type_id=same)
            )
    # What the leaver's other notes share with these goes with the heir; they are deleted anyway.


def _move_decks(
    session: Session, user_id: int, heir_id: int, kept: set[int], *, retire: set[int], now: datetime
) -> None:
    names = set(session.scalars(select(Deck.name).where(Deck.owner_id == heir_id)))
    for deck in session.scalars(select(Deck).where(Deck.id.in_(kept)).order_by(Deck.id)):
        deck.name = _free_name(deck.name, names)
        names.add(deck.name)
        deck.owner_id = heir_id
        if deck.id in retire and deck.retired_at is None:
            deck.retired_at = now
    session.flush()


def _free_name(name: str, taken: set[str]) -> str:
    number, found = 2, name
    while found in taken:
        found = f"{name[:380]} ({number})"
        number += 1
    return found


def _delete_content(session: Session, user_id: int) -> None:
    """Delete notes (cards, renderings and media links go along), then types, then decks.

    A note of somebody else's cannot stand in one of these decks any more: those were handed over.
    """
    session.execute(delete(Note).where(Note.owner_id == user_id))
    session.execute(delete(NoteType).where(NoteType.owner_id == user_id))
    session.execute(delete(Deck).where(Deck.owner_id == user_id))
