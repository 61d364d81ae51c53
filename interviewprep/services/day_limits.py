"""What the day's limits let through of the cards that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zlib import crc32

from sqlalchemy import Connection

from .learner import Learner
from .studied_decks import StudiedDeck
from .waiting import (
    CURSOR_STEP,
    MOST_COUNTED,
    Waiting,
    due_cards,
    due_count,
    new_cards,
    position_after_last,
)

RANDOM_WINDOW = 200
COUNTED_EXACTLY = 20
"""With fewer cards left the count is exact; above, it includes siblings that wait for another day,
because asking for each of them costs more than the count itself."""


def due_within_limits(
    connection: Connection,
    learner: Learner,
    today: date,
    decks: Sequence[StudiedDeck],
    deck_ids: list[int] | None,
    limit: int,
) -> tuple[list[Waiting], int]:
    """Return due cards and how many are left of them today."""
    left = max(0, learner.settings.reviews_per_day - sum(deck.reviews_today for deck in decks))
    narrowed = {
        deck.id: max(0, deck.options.reviews_per_day - deck.reviews_today)
        for deck in decks
        if deck.options.reviews_per_day is not None
    }
    if not left:
        return [], 0
    if not narrowed:
        fetch = min(max(limit, COUNTED_EXACTLY), left)
        due = due_cards(connection, learner, today, limit=fetch, deck_ids=deck_ids)
        if len(due) < fetch:
            return due[:limit], len(due)
        return due[:limit], due_count(connection, learner, today, most=left, deck_ids=deck_ids)
    due = due_cards(connection, learner, today, limit=MOST_COUNTED, deck_ids=deck_ids)
    kept = []
    for card in due:
        room = narrowed.get(card.deck_id, 1)
        if room:
            kept.append(card)
        if card.deck_id in narrowed:
            narrowed[card.deck_id] = max(0, room - 1)
    kept = kept[:left]
    return kept[:limit], len(kept)


def new_within_limits(
    connection: Connection,
    learner: Learner,
    today: date,
    decks: Sequence[StudiedDeck],
    chosen: Sequence[StudiedDeck],
    hints: list[tuple[StudiedDeck, int]],
) -> list[Waiting]:
    """Return today's new cards, deck by deck in the learner's order.

    With `random`, they come from a window of the deck that changes with the day, shuffled.
    """
    left = max(0, learner.settings.new_per_day - sum(deck.new_today for deck in decks))
    left = min(left, MOST_COUNTED)
    found: list[Waiting] = []
    for deck in chosen:
        if len(found) >= left:
            break
        room = left - len(found)
        if deck.options.new_per_day is not None:
            room = min(room, max(0, deck.options.new_per_day - deck.new_today))
        if not room:
            continue
        if (deck.options.new_order or learner.settings.new_order) == "random":
            found += _random_new(connection, learner, today, deck, room)
            continue
        cards, start = new_cards(
            connection, learner, today, deck.id, first=deck.new_from, limit=room
        )
        found += cards
        if start is None:
            start = position_after_last(connection, deck.id)
        if start >= deck.new_from + CURSOR_STEP:
            hints.append((deck, start))
    return found


def _random_new(
    connection: Connection, learner: Learner, today: date, deck: StudiedDeck, room: int
) -> list[Waiting]:
    end = position_after_last(connection, deck.id)
    if not end:
        return []
    pivot = crc32(f"{learner.id}:{deck.id}:{today.toordinal()}".encode()) % end
    window = max(RANDOM_WINDOW, room)
    cards, _ = new_cards(connection, learner, today, deck.id, first=pivot, limit=window)
    if len(cards) < window:
        more, _ = new_cards(
            connection, learner, today, deck.id, first=0, last=pivot, limit=window - len(cards)
        )
        cards = one_a_note([*cards, *more]) if learner.settings.bury_siblings else [*cards, *more]
    cards.sort(key=lambda card: crc32(f"{learner.id}:{card.card_id}".encode()))
    return cards[:room]


def one_a_note(cards: Sequence[Waiting]) -> list[Waiting]:
    """Return the first card of each note; its siblings wait for another day.

    Repeats stay all: each of them was begun today already.
    """
    seen: set[int] = set()
    kept = []
    for card in cards:
        if card.note_id in seen and card.repeat_at is None:
            continue
        seen.add(card.note_id)
        kept.append(card)
    return kept
