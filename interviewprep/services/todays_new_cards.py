"""Which new cards today has, within the day's limits, and of which decks they come in turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import groupby
from zlib import crc32

from sqlalchemy import Connection, bindparam, select

from ..core.levels import CORE, LEVELS, end_of
from ..storage import Deck, Enrolment
from ..storage.prepared import Prepared
from .learner import Learner
from .new_cards import BEYOND, CURSOR_STEP, new_cards, position_after_last
from .studied_decks import StudiedDeck
from .waiting import MOST_COUNTED, Waiting, one_a_note

RANDOM_WINDOW = 200
AT_ONCE = 3
"""From how many decks of a track new cards come in turn."""
_REQUIRES = Prepared(
    select(Enrolment.deck_id, Deck.key, Deck.details["requires"].label("requires"))
    .join(Deck, Deck.id == Enrolment.deck_id)
    .where(Enrolment.user_id == bindparam("user_id"), Deck.key.is_not(None))
)
Stretch = tuple[StudiedDeck, int, int]
"""A deck, the first position of the cards that it gives at one place, and where they end."""


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
    the next card is of the deck that has begun fewest today, of equals the first, so that the order
    stays the same from answer to answer. A deck waits as long as one that it builds on has new
    cards at that level.

    With `random`, they come from a window of the deck that changes with the day, or from a level of
    it, shuffled.

    `decks` are all that the learner studies, `chosen` those asked for. To `hints` is added where
    the new cards of decks begin.
    """
    left = max(0, learner.settings.new_per_day - sum(deck.new_today for deck in decks))
    left = min(left, MOST_COUNTED)
    looking = _Looking(connection, learner, today)
    for deck in chosen:
        if deck.options.new_per_day is not None:
            looking.rooms[deck.id] = max(0, deck.options.new_per_day - deck.new_today)
    is_by_track = bool(learner.settings.track)
    most_at_once = AT_ONCE if is_by_track else 1
    requires = _requires(connection, learner) if is_by_track and left else {}
    begun = {deck.id: deck.new_today for deck in chosen}
    found: list[Waiting] = []
    for _, run in groupby(stretches(chosen), key=_run):
        waiting = list(run)
        looked: dict[int, list[Waiting]] = {}
        while len(found) < left:
            in_turn: list[StudiedDeck] = []
            unfinished: set[int] = set()
            for stretch in list(waiting):
                deck = stretch[0]
                if unfinished.isdisjoint(requires.get(deck.id, ())):
                    if deck.id not in looked:
                        looked[deck.id] = looking.look(stretch, left - len(found))
                    if not looked[deck.id]:
                        waiting.remove(stretch)
                        continue
                    in_turn.append(deck)
                    if len(in_turn) == most_at_once:
                        break
                unfinished.add(deck.id)
            if not in_turn:
                break
            deck = min(in_turn, key=lambda one: begun[one.id])
            found.append(looked[deck.id].pop(0))
            begun[deck.id] += 1
    hints += [
        (deck, looking.starts[deck.id])
        for deck in chosen
        if looking.starts.get(deck.id, 0) >= deck.new_from + CURSOR_STEP
    ]
    return found


def _requires(connection: Connection, learner: Learner) -> dict[int, list[int]]:
    """Return, of the built-in decks that are studied, those of them that each builds on."""
    rows = _REQUIRES.rows(connection, {"user_id": learner.id})
    ids = {row.key: row.deck_id for row in rows}
    return {row.deck_id: [ids[key] for key in row.requires or () if key in ids] for row in rows}


@dataclass(slots=True)
class _Looking:
    """Looks for new cards. `rooms` is what the decks' own limits still let through, `starts` where
    the new cards of each deck begin as far as was seen."""

    connection: Connection
    learner: Learner
    today: date
    rooms: dict[int, int] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)

    def look(self, stretch: Stretch, most: int) -> list[Waiting]:
        deck, begin, last = stretch
        room = min(most, self.rooms.get(deck.id, most))
        first = max(begin, deck.new_from)
        if not room or first >= last:
            return []
        is_random = (deck.options.new_order or self.learner.settings.new_order) == "random"
        if is_random and last == BEYOND:
            return self._random(deck, room)
        cards, start = new_cards(
            self.connection,
            self.learner,
            self.today,
            deck.id,
            first=first,
            last=last,
            limit=max(RANDOM_WINDOW, room) if is_random else room,
            without=deck.options.without,
        )
        if is_random:
            cards = self._shuffled(cards)[:room]
        if deck.id in self.rooms:
            self.rooms[deck.id] -= len(cards)
        if start is None:
            start = position_after_last(self.connection, deck.id) if last == BEYOND else last
        if self.starts.get(deck.id, deck.new_from) >= begin:  # nothing waits before this stretch
            self.starts[deck.id] = start
        return cards

    def _random(self, deck: StudiedDeck, room: int) -> list[Waiting]:
        end = position_after_last(self.connection, deck.id)
        if not end:
            return []
        pivot = crc32(f"{self.learner.id}:{deck.id}:{self.today.toordinal()}".encode()) % end
        window = max(RANDOM_WINDOW, room)
        look = partial(new_cards, self.connection, self.learner, self.today, deck.id)
        cards, _ = look(first=pivot, limit=window, without=deck.options.without)
        if len(cards) < window:
            rest = window - len(cards)
            more, _ = look(first=0, last=pivot, limit=rest, without=deck.options.without)
            cards = [*cards, *more]
            if self.learner.settings.bury_siblings:
                cards = one_a_note(cards)
        return self._shuffled(cards)[:room]

    def _shuffled(self, cards: Sequence[Waiting]) -> list[Waiting]:
        return sorted(cards, key=lambda card: crc32(f"{self.learner.id}:{card.card_id}".encode()))


def stretches(decks: Sequence[StudiedDeck]) -> Iterator[Stretch]:
    """Yield the decks in the order in which they give new cards, each with what it gives there."""
    for level in LEVELS:
        for deck in decks:
            depth = deck.options.depth
            if depth is None and level == CORE:
                yield deck, 0, BEYOND
            elif depth is not None and level <= depth:
                yield deck, 0 if level == CORE else end_of(level - 1), end_of(level)


def _run(stretch: Stretch) -> tuple[bool, int]:
    """What neighbours have in common that may take turns: a level. Decks without one stay alone."""
    deck, _, last = stretch
    return (True, last) if deck.options.depth is not None else (False, deck.id)
