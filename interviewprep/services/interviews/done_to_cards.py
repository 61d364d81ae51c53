"""What the end of a mock did to cards, read back from the log for its report."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...core.card_titles import card_title
from ...storage import Card, Deck, Mock, Note, NoteType, Review
from ...storage.memories import from_log
from ..drafts import WaitingDraft, list_drafts
from ..visibility import may_see

UNSEEN = "A card you no longer see"


@dataclass(frozen=True, slots=True)
class Move:
    """What the mock did to one card. `why` is prompt, known or weak, as `consequences` says."""

    card_id: int
    title: str
    is_seen: bool
    why: str
    grade: str
    reason: str
    before_day: date | None
    after_day: date | None


@dataclass(frozen=True, slots=True)
class CardLink:
    card_id: int
    title: str


def moves_of(session: Session, mock: Mock) -> tuple[Move, ...]:
    """Return what the mock did to cards, in the order in which it was announced."""
    ids = [uuid.UUID(text) for text in (mock.effects or {}).get("reviews", ())]
    rows = session.scalars(
        select(Review).where(Review.user_id == mock.user_id, Review.id.in_(ids))
    ).all()
    titles = titles_seen(session, mock.user_id, [row.card_id for row in rows])
    order = {review_id: place for place, review_id in enumerate(ids)}
    return tuple(
        Move(
            card_id=row.card_id,
            title=titles.get(row.card_id, UNSEEN),
            is_seen=row.card_id in titles,
            why=str((row.options or {}).get("why", "")),
            grade=str((row.options or {}).get("grade") or "").capitalize(),
            reason=str((row.options or {}).get("reason") or ""),
            before_day=from_log(row.before).due_day,
            after_day=row.chosen_day,
        )
        for row in sorted(rows, key=lambda row: order[row.id])
    )


def titles_seen(session: Session, user_id: int, card_ids: Sequence[int]) -> dict[int, str]:
    """Return the titles of those of these cards that the learner may see."""
    rows = session.execute(
        select(Card.id, NoteType.kind, NoteType.markup, Note.fields, Card.ordinal)
        .join(Note, Note.id == Card.note_id)
        .join(NoteType, NoteType.id == Note.note_type_id)
        .join(Deck, Deck.id == Card.deck_id)
        .where(Card.id.in_(card_ids), may_see(user_id))
    )
    return {row.id: card_title(*row[1:]) for row in rows}


def drafts_of(session: Session, mock: Mock) -> tuple[WaitingDraft, ...]:
    """Return the drafts it made that still wait for a yes."""
    made = set((mock.effects or {}).get("drafts", ()))
    if not made:
        return ()
    return tuple(one for one in list_drafts(session, mock.user_id) if one.note_id in made)


def offered_by(session: Session, mock: Mock) -> tuple[CardLink, ...]:
    """Return the cards it named that nobody had begun."""
    ids = list((mock.effects or {}).get("offered", ()))
    titles = titles_seen(session, mock.user_id, ids)
    return tuple(CardLink(card_id, titles[card_id]) for card_id in ids if card_id in titles)
