"""Which cards a collection has for each note, in which deck each lies, and when it is to come."""

from __future__ import annotations

import sqlite3
from itertools import islice
from typing import Any

from interviewprep.core.read_warnings import WarningLog

# One number for the ordinal of a card and the deck it belongs to: quicker than two, or than text.
_ORDINAL_SHIFT = 52
_DECK_MASK = (1 << _ORDINAL_SHIFT) - 1
_CARDS = """
    SELECT nid, ifnull(CASE WHEN ord BETWEEN 0 AND 1023 THEN ord ELSE -1 END << 52
                       | CASE odid WHEN 0 THEN did ELSE odid END, -1),
           ifnull(CAST(CASE WHEN type <> 0 THEN -1 WHEN odid THEN odue ELSE due END AS INTEGER), -1)
    FROM cards WHERE nid IS NOT NULL ORDER BY nid
"""
_CARDS_WITH_PROGRESS = """
    SELECT nid, ifnull(CASE WHEN ord BETWEEN 0 AND 1023 THEN ord ELSE -1 END << 52
                       | CASE odid WHEN 0 THEN did ELSE odid END, -1), ifnull(
               CAST(CASE WHEN type <> 0 THEN -1 WHEN odid THEN odue ELSE due END AS INTEGER), -1),
           id, type = 0 AND queue = 0 AND flags = 0 AND odid = 0,
           ifnull(CAST(type AS INTEGER), -1), ifnull(CAST(queue AS INTEGER), 0),
           ifnull(CAST(due AS INTEGER), 0), ifnull(CAST(ivl AS INTEGER), 0),
           ifnull(CAST(factor AS INTEGER), 0), ifnull(CAST(reps AS INTEGER), 0),
           ifnull(CAST(lapses AS INTEGER), 0), ifnull(CAST(left AS INTEGER), 0),
           ifnull(CAST(odue AS INTEGER), 0), ifnull(CAST(odid AS INTEGER), 0),
           ifnull(CAST(flags AS INTEGER), 0), ifnull(CAST(mod AS INTEGER), 0)
    FROM cards WHERE nid IS NOT NULL ORDER BY nid
"""
_MOST_CARDS = 2_000
"""Of one note, more than there are ordinals; each costs as much as those before it."""
_BELOW_ALL_IDS = -(2**63) - 1
_LEARNT = -1

Cards = tuple[int, ...]
"""The cards of one note, each as `_CARDS` packs it; `unpacked` takes it apart."""
Rows = tuple[tuple[int, ...], ...]
"""The rows of the cards of one note, each as `_CARDS_WITH_PROGRESS` gives it; none without."""
PACKED, CARD_ID, IS_PLAIN, FIRST_OF_STANDING = 1, 3, 4, 5
"""Places in such a row; a plain card is new and says nothing else."""
_Found = tuple[Cards | None, int, Rows]
_NO_CARDS: _Found = (None, _LEARNT, ())


def unpacked(card: int) -> tuple[int, int]:
    """The ordinal of a card and the id of its deck: its own, where it lies in a filtered one."""
    return card >> _ORDINAL_SHIFT, card & _DECK_MASK


class CardLists:
    """The cards of notes that are asked for in the order of their ids."""

    def __init__(
        self, connection: sqlite3.Connection, warnings: WarningLog, *, with_progress: bool = False
    ) -> None:
        self._cards = connection.execute(_CARDS_WITH_PROGRESS if with_progress else _CARDS)
        self._with_progress = with_progress
        self._warnings = warnings
        self._waiting: dict[int, _Found] = {}
        self._newest_card_note = _BELOW_ALL_IDS

    def of(self, ids: list[int]) -> tuple[list[Cards | None], list[int], list[Rows]]:
        """What `_CARDS` says about each of these notes; both come in the order of ids.

        The second list holds the place of each note among new cards, the smallest first; -1 where
        Anki has begun one of its cards, or where it has none. The third has the rows, if wanted.
        """
        waiting, last = self._waiting, ids[-1]
        while self._newest_card_note <= last:
            more = self._cards.fetchmany(len(ids))
            if not more:
                break
            self._newest_card_note = self._arrived(more)
        found = self._taken(ids)
        waiting = self._waiting
        if waiting and min(waiting) < last:
            for note_id in [note_id for note_id in waiting if note_id < last]:
                self._warn_of_stray(note_id)
                del waiting[note_id]
        lists, dues, rows = zip(*found, strict=True)
        return list(lists), list(dues), list(rows)

    def _arrived(self, more: list[Any]) -> int:
        """Sort rows to their notes; return the note of the last."""
        waiting, newest = self._waiting, self._newest_card_note
        if not self._with_progress:
            for note_id, card, due in more:
                if note_id == newest:
                    cards, before, _ = waiting[note_id]
                    if cards and len(cards) >= _MOST_CARDS:
                        self._warn_of_crowd(note_id)
                        continue
                    waiting[note_id] = ((*(cards or ()), card), min(before, due), ())
                else:
                    waiting[note_id] = ((card,), due, ())
                    newest = note_id
            return newest
        for row in more:
            note_id, card, due = row[:3]
            if note_id == newest:
                cards, before, rows = waiting[note_id]
                if len(rows) >= _MOST_CARDS:
                    self._warn_of_crowd(note_id)
                    continue
                waiting[note_id] = ((*(cards or ()), card), min(before, due), (*rows, row))
            else:
                waiting[note_id] = ((card,), due, (row,))
                newest = note_id
        return newest

    def _taken(self, ids: list[int]) -> list[_Found]:
        """What waits for these notes, which then waits no more."""
        count = len(ids)
        if list(islice(self._waiting, count)) == ids:  # as nearly always: by the thousand
            found: list[_Found] = list(islice(self._waiting.values(), count))
            self._waiting = dict(islice(self._waiting.items(), count, None))
            return found
        return [self._waiting.pop(note_id, _NO_CARDS) for note_id in ids]

    def warn_of_the_rest(self) -> None:
        """Once all notes have been asked for: whose cards are left belong to none."""
        for note_id in dict.fromkeys((*self._waiting, *(row[0] for row in self._cards))):
            self._warn_of_stray(note_id)

    def _warn_of_crowd(self, note_id: int) -> None:
        self._warnings.add(
            "impossible-card", "", f"note {note_id} has more than {_MOST_CARDS:,} cards"
        )

    def _warn_of_stray(self, note_id: int) -> None:
        self._warnings.add(
            "card-without-note", "", f"a card belongs to note {note_id}, which is not there"
        )
