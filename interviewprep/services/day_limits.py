"""What the day's limits let through of the cards that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from .learner import Learner
from .studied_decks import StudiedDeck
from .waiting import MOST_COUNTED, Waiting, due_cards, due_count

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
    most = learner.settings.reviews_per_day
    if learner.plan is not None and learner.plan.binds(today):
        most = min(most, learner.plan.per_day)
    left = max(0, most - sum(deck.reviews_today for deck in decks))
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
