"""Draft flashcards: missed follow-ups of mock interviews, which wait for the learner's yes.

A draft is a note of the learner's own whose card is marked as one; it is never asked. The note's
guid comes from the prompt and the question, so that the same follow-up never makes two cards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from ..core.note_checks import LONGEST_FIELD
from ..core.notes import NoteKind
from ..core.prompts import FollowUp
from ..errors import NotFound
from ..storage import Card, CardMark, Enrolment, Note, NoteType
from ..storage.types import AnyRow, AnySelect
from . import notes
from .decks import ensure_deck, own_deck_named
from .enrolling import enrol
from .locking import lock_user
from .marks import set_draft
from .search_index import index_notes

DECK_NAME = "Interview follow-ups"


class DraftState(StrEnum):
    """What there is of a follow-up: nothing yet, a draft, a card, or a draft that was declined."""

    NEW = "new"
    WAITING = "waiting"
    KEPT = "kept"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class DraftOffer:
    """A missed follow-up that may become a draft; `key` names it for good."""

    key: str
    question: str
    good_answer: str
    prompt_title: str
    state: DraftState

    @property
    def is_new(self) -> bool:
        return self.state is DraftState.NEW

    @property
    def can_be_made(self) -> bool:
        return self.state in (DraftState.NEW, DraftState.DECLINED)


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A draft that waits; question and answer are Markdown."""

    card_id: int
    note_id: int
    question: str
    answer: str
    prompt_title: str


def draft_offers(
    session: Session,
    user_id: int,
    card_id: int,
    prompt_title: str,
    follow_ups: Sequence[FollowUp],
) -> list[DraftOffer]:
    """Return what could be kept of these follow-ups of one prompt; one without an answer cannot,
    nor one that is longer than a card may be."""
    usable = {
        _key(card_id, each.question): each
        for each in follow_ups
        if 0 < len(each.question) <= LONGEST_FIELD and 0 < len(each.good_answer) <= LONGEST_FIELD
    }
    rows = session.execute(
        select(Note.guid, Note.retired_at, CardMark.is_draft)
        .join(Card, Card.note_id == Note.id)
        .outerjoin(CardMark, and_(CardMark.user_id == user_id, CardMark.card_id == Card.id))
        .where(Note.owner_id == user_id, Note.guid.in_(list(usable)))
    )
    states = {
        row.guid: DraftState.DECLINED
        if row.retired_at is not None
        else (DraftState.WAITING if row.is_draft else DraftState.KEPT)
        for row in rows
    }
    return [
        DraftOffer(
            key, each.question, each.good_answer, prompt_title, states.get(key, DraftState.NEW)
        )
        for key, each in usable.items()
    ]


def make_drafts(
    session: Session, user_id: int, offers: Iterable[DraftOffer], now: datetime
) -> list[int]:
    """Make drafts of those that are not there yet, or no more; return the ids of their notes."""
    wanted = {offer.key: offer for offer in offers if offer.can_be_made}
    if not wanted:
        return []
    lock_user(session.connection(), user_id)
    deck_id = _deck(session, user_id, now)
    made = [_make(session, user_id, deck_id, offer, now) for offer in wanted.values()]
    cards = session.scalars(
        select(Card.id).where(Card.note_id.in_(made), Card.retired_at.is_(None))
    ).all()
    set_draft(session, user_id, cards, is_draft=True)
    return made


def list_drafts(session: Session, user_id: int) -> list[WaitingDraft]:
    """Return the drafts that wait, the oldest first."""
    rows = session.execute(_drafts(user_id).order_by(Note.created_at, Note.id))
    return [
        WaitingDraft(row.id, row.note_id, row.fields[0], row.fields[1], row.details.get("from", ""))
        for row in rows
    ]


def count_drafts(session: Session, user_id: int) -> int:
    """Return how many drafts wait."""
    return session.scalar(select(func.count()).select_from(_drafts(user_id).subquery())) or 0


def accept_draft(session: Session, user_id: int, card_id: int, now: datetime) -> None:
    """Make an ordinary card of a draft, and begin to study its deck.

    :raise NotFound: unless it is a draft of this learner's.
    """
    lock_user(session.connection(), user_id)
    draft = _get(session, user_id, card_id)
    set_draft(session, user_id, [card_id], is_draft=False)
    enrol(session, user_id, draft.deck_id, now)


def decline_draft(session: Session, user_id: int, card_id: int, now: datetime) -> None:
    """Put a draft away for good; missed again, it is offered again.

    :raise NotFound: unless it is a draft of this learner's.
    """
    lock_user(session.connection(), user_id)
    draft = _get(session, user_id, card_id)
    _put_away(session, user_id, [draft.note_id], [card_id], now)


def withdraw_drafts(
    session: Session, user_id: int, note_ids: Sequence[int], now: datetime
) -> list[int]:
    """Put away those of these notes that are still drafts; return the ids of the others that live.

    What was accepted since is a card of the learner's and stays.
    """
    rows = session.execute(_drafts(user_id).where(Note.id.in_(note_ids))).all()
    _put_away(session, user_id, [row.note_id for row in rows], [row.id for row in rows], now)
    return list(
        session.scalars(
            select(Note.id).where(
                Note.owner_id == user_id, Note.id.in_(note_ids), Note.retired_at.is_(None)
            )
        )
    )


def _key(card_id: int, question: str) -> str:
    digest = hashlib.sha256(f"{card_id}\n{' '.join(question.split())}".encode()).hexdigest()
    return f"follow-up-{digest[:32]}"


def _deck(session: Session, user_id: int, now: datetime) -> int:
    """Return the deck of drafts. Made for them, it is not studied before one is accepted."""
    found = own_deck_named(session, user_id, DECK_NAME)
    is_there = found is not None and found.retired_at is None
    deck = ensure_deck(session, user_id, DECK_NAME, now)
    if not is_there:
        session.execute(
            delete(Enrolment).where(Enrolment.user_id == user_id, Enrolment.deck_id == deck.id)
        )
    return deck.id


def _make(session: Session, user_id: int, deck_id: int, offer: DraftOffer, now: datetime) -> int:
    origin = f"A follow-up to “{offer.prompt_title}”."
    fields = (offer.question, offer.good_answer, "", origin)
    note = session.scalars(
        select(Note).where(Note.owner_id == user_id, Note.guid == offer.key)
    ).one_or_none()
    if note is None:
        draft = notes.Draft(deck_id, NoteKind.BASIC, fields)
        note = notes.write_note(session, user_id, draft, now)
        note.guid = offer.key
        note.details = {"from": offer.prompt_title}
        session.flush()
        return note.id
    note.fields = list(fields)
    note.deck_id = deck_id
    note.changed_at = now
    note.retired_at = None
    session.flush()
    notes.sync_cards(session, note, session.get_one(NoteType, note.note_type_id), now)
    notes.forget_renderings(session, [note.id])
    index_notes(session.connection(), [note.id])
    return note.id


def _drafts(user_id: int) -> AnySelect:
    return (
        select(Card.id, Card.note_id, Card.deck_id, Note.fields, Note.details)
        .join(Note, Note.id == Card.note_id)
        .join(CardMark, and_(CardMark.user_id == user_id, CardMark.card_id == Card.id))
        .where(
            Note.owner_id == user_id,
            CardMark.is_draft.is_(True),
            Card.retired_at.is_(None),
        )
    )


def _get(session: Session, user_id: int, card_id: int) -> AnyRow:
    row = session.execute(_drafts(user_id).where(Card.id == card_id)).first()
    if row is None:
        raise NotFound("There is no such draft among yours.")
    return row


def _put_away(
    session: Session, user_id: int, note_ids: Sequence[int], card_ids: Sequence[int], now: datetime
) -> None:
    notes.retire(session, note_ids, now)
    set_draft(session, user_id, card_ids, is_draft=False)
