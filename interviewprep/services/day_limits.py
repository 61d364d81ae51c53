"""What the day's limits let through of the cards that wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from zlib import crc32

from sqlalchemy import Connection

from ..core.levels import CORE, LEVELS, end_of
from .learner import Learner
from .new_cards import BEYOND, CURSOR_STEP, new_cards, position_after_last
from .studied_decks import StudiedDeck
from .waiting import MOST_COUNTED, Waiting, due_cards, due_count

RANDOM_WINDOW = 200
AT_ONCE = 3
"""From how many decks of a track new cards come in turn."""
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


def new_within_limits(
    connection: Connection,
    learner: Learner,
    today: date,
    decks: Sequence[StudiedDeck],
    chosen: Sequence[StudiedDeck],
    hints: list[tuple[StudiedDeck, int]],
) -> list[Waiting]:
    """Return today's new cards, deck by deck in the learner's order; of decks studied to a depth
    the cards of level 1 of all of them before those of level 2 of any.

    Who follows a track gets cards of the first `AT_ONCE` decks that have any at the level, in turn:
    the next card is of the deck that has begun fewest today, of equals the first. So a deck begins
    after those that it builds on, and the order stays the same from answer to answer.

    With `random`, they come from a window of the deck that changes with the day, or from a level of
    it, shuffled.
    """
    left = max(0, learner.settings.new_per_day - sum(deck.new_today for deck in decks))
    left = min(left, MOST_COUNTED)
    found: list[Waiting] = []
    starts: dict[int, int] = {}
    begun = {deck.id: deck.new_today for deck in chosen}
    rooms = {
        deck.id: max(0, deck.options.new_per_day - deck.new_today)
        for deck in chosen
        if deck.options.new_per_day is not None
    }

    def look(deck: StudiedDeck, begin: int, last: int) -> list[Waiting]:
        room = min(left - len(found), rooms.get(deck.id, left))
        first = max(begin, deck.new_from)
        if not room or first >= last:
            return []
        is_random = (deck.options.new_order or learner.settings.new_order) == "random"
        if is_random and last == BEYOND:
            return _random_new(connection, learner, today, deck, room)
        cards, start = new_cards(
            connection,
            learner,
            today,
            deck.id,
            first=first,
            last=last,
            limit=max(RANDOM_WINDOW, room) if is_random else room,
            without=deck.options.without,
        )
        if is_random:
            cards = _shuffled(learner, cards)[:room]
        if deck.id in rooms:
            rooms[deck.id] -= len(cards)
        if start is None:
            start = position_after_last(connection, deck.id) if last == BEYOND else last
        if starts.get(deck.id, deck.new_from) >= begin:  # nothing waits before this stretch
            starts[deck.id] = start
        return cards

    most_at_once = AT_ONCE if learner.settings.track else 1
    for _, run in groupby(stretches(chosen), key=_run):
        at_once: list[tuple[int, list[Waiting]]] = []
        while len(found) < left:
            while len(at_once) < most_at_once and (stretch := next(run, None)) is not None:
                if cards := look(*stretch):
                    at_once.append((stretch[0].id, cards))
            if not at_once:
                break
            turn = min(at_once, key=lambda one: begun[one[0]])
            deck_id, cards = turn
            found.append(cards.pop(0))
            begun[deck_id] += 1
            if not cards:
                at_once.remove(turn)
    hints += [
        (deck, starts[deck.id])
        for deck in chosen
        if starts.get(deck.id, 0) >= deck.new_from + CURSOR_STEP
    ]
    return found


def _run(stretch: tuple[StudiedDeck, int, int]) -> tuple[bool, int]:
    """What neighbours have in common that may take turns: a level. Decks without one stay alone."""
    deck, _, last = stretch
    return (True, last) if deck.options.depth is not None else (False, deck.id)


def stretches(decks: Sequence[StudiedDeck]) -> Iterator[tuple[StudiedDeck, int, int]]:
    """Yield the decks in the order in which they give new cards, each with the first position of
    those that it gives at this place, and the one before which they end."""
    for level in LEVELS:
        for deck in decks:
            depth = deck.options.depth
            if depth is None and level == CORE:
                yield deck, 0, BEYOND
            elif depth is not None and level <= depth:
                yield deck, 0 if level == CORE else end_of(level - 1), end_of(level)


def _random_new(
    connection: Connection, learner: Learner, today: date, deck: StudiedDeck, room: int
) -> list[Waiting]:
    end = position_after_last(connection, deck.id)
    if not end:
        return []
    pivot = crc32(f"{learner.id}:{deck.id}:{today.toordinal()}".encode()) % end
    window = max(RANDOM_WINDOW, room)
    look = partial(new_cards, connection, learner, today, deck.id, without=deck.options.without)
    cards, _ = look(first=pivot, limit=window)
    if len(cards) < window:
        more, _ = look(first=0, last=pivot, limit=window - len(cards))
        cards = one_a_note([*cards, *more]) if learner.settings.bury_siblings else [*cards, *more]
    return _shuffled(learner, cards)[:room]


def _shuffled(learner: Learner, cards: Sequence[Waiting]) -> list[Waiting]:
    return sorted(cards, key=lambda card: crc32(f"{learner.id}:{card.card_id}".encode()))


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
