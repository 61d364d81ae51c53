"""One action on many cards, in one transaction, with an account of what it did and did not do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.tags import parse_tags
from ..errors import Invalid
from ..storage import Card, Note
from . import marks
from .many_notes import move_notes, retire_notes, tag_notes
from .visibility import get_own_deck, visible_decks

MOST_CARDS = 10_000
BATCH = 2_000


class Action(StrEnum):
    """What can be done to many cards. The last two change content: one's own only."""

    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    FLAG = "flag"
    ADD_TAGS = "add-tags"
    REMOVE_TAGS = "remove-tags"
    MOVE = "move"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Order:
    """An action with what it needs: `tags` as typed, `deck_id` to move to, `flag` from 0 to 7."""

    action: Action
    tags: str = ""
    deck_id: int | None = None
    flag: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """How many cards were changed, how many were so already, how many are not one's own."""

    changed: int
    unchanged: int = 0
    not_own: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class _Chosen:
    card_id: int
    note_id: int
    is_own: bool


def apply_to_cards(
    session: Session, user_id: int, card_ids: Sequence[int], order: Order, now: datetime
) -> Done:
    """Do it. Cards the user may not see count as gone.

    :raise Invalid: for nothing chosen, too much, or an action without what it needs.
    """
    ids = list(dict.fromkeys(card_ids))
    if not ids:
        raise Invalid("No card is chosen; tick some, or choose all that the search found.")
    if len(ids) > MOST_CARDS:
        raise Invalid(f"At most {MOST_CARDS:,} cards can be changed at once; do it in parts.")
    chosen = _chosen(session, user_id, ids)
    gone = len(ids) - len(chosen)
    match order.action:
        case Action.MOVE | Action.DELETE:
            own = [card for card in chosen if card.is_own]
            changed = _change_content(session, user_id, own, order, now)
            return Done(changed, len(own) - changed, len(chosen) - len(own), gone)
        case Action.ADD_TAGS | Action.REMOVE_TAGS:
            changed = _change_tags(session, user_id, chosen, order, now)
        case _:
            changed = _mark(session, user_id, [card.card_id for card in chosen], order)
    return Done(changed, len(chosen) - changed, 0, gone)


def _chosen(session: Session, user_id: int, ids: list[int]) -> list[_Chosen]:
    found: list[_Chosen] = []
    for start in range(0, len(ids), BATCH):
        rows = session.execute(
            select(Card.id, Card.note_id, Note.owner_id)
            .join(Note, Note.id == Card.note_id)
            .where(
                Card.id.in_(ids[start : start + BATCH]),
                Card.retired_at.is_(None),
                Card.deck_id.in_(visible_decks(user_id)),
            )
        )
        found += [_Chosen(row.id, row.note_id, row.owner_id == user_id) for row in rows]
    return found


def _mark(session: Session, user_id: int, ids: list[int], order: Order) -> int:
    if order.action is Action.FLAG:
        return marks.flag(session, user_id, ids, order.flag)
    return marks.suspend(session, user_id, ids, is_suspended=order.action is Action.SUSPEND)


def _change_tags(
    session: Session, user_id: int, chosen: list[_Chosen], order: Order, now: datetime
) -> int:
    """One's own cards get tags that are part of the card, other cards personal ones."""
    tags = parse_tags(order.tags)
    if not tags:
        raise Invalid("Write at least one tag.", field="tags")
    removing = order.action is Action.REMOVE_TAGS
    own = [card for card in chosen if card.is_own]
    foreign = [card.card_id for card in chosen if not card.is_own]
    changed_notes = tag_notes(
        session, user_id, [card.note_id for card in own], tags, now, remove=removing
    )
    changed = sum(card.note_id in changed_notes for card in own)
    if removing:
        everything = [card.card_id for card in chosen if card.note_id not in changed_notes]
        return changed + marks.remove_personal_tags(session, user_id, everything, tags)
    return changed + marks.add_personal_tags(session, user_id, foreign, tags)


def _change_content(
    session: Session, user_id: int, own: list[_Chosen], order: Order, now: datetime
) -> int:
    note_ids = [card.note_id for card in own]
    if order.action is Action.DELETE:
        retire_notes(session, user_id, note_ids, now)
        return len(own)
    if order.deck_id is None:
        raise Invalid("Choose the deck to move to.", field="deck_id")
    get_own_deck(session, user_id, order.deck_id)
    moved = move_notes(session, user_id, note_ids, order.deck_id)
    return sum(card.note_id in moved for card in own)
