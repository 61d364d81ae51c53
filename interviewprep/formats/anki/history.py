"""How far a collection has been learnt: totals, where each card stands, and its reviews.

All of it goes to the parent as columns of numbers. What a number means is decided there, by
`core.anki_progress`.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from interviewprep.formats.anki import frames
from interviewprep.formats.anki.cards import CARD_ID, FIRST_OF_STANDING, IS_PLAIN, PACKED, Rows
from interviewprep.formats.anki.collection import FIRST_WITH_TABLES

FRAME_REVIEWS = 2_000
_INT = 2**31 - 1
_NEEDED = (
    "SELECT id, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags, mod, data"
    " FROM cards LIMIT 1"
)
_NEEDED_REVIEWS = "SELECT id, cid, ease, ivl, lastIvl, factor, time, type FROM revlog LIMIT 1"
_TOTALS = """
    SELECT count(CASE WHEN type <> 0 THEN 1 END), count(CASE WHEN queue = -1 THEN 1 END),
           count(CASE WHEN flags & 7 THEN 1 END), count(CASE WHEN queue < -1 THEN 1 END),
           count(CASE WHEN type IN (1, 3) THEN 1 END), count(CASE WHEN odid <> 0 THEN 1 END)
    FROM cards
"""
_DATA = "SELECT data FROM cards WHERE length(data) > 12"
_MEMORY_OF_FSRS = b'"s":'
_REVIEWS = """
    SELECT id, ifnull(CAST(cid AS INTEGER), 0), ifnull(CAST(ease AS INTEGER), 0),
           ifnull(CAST(ivl AS INTEGER), 0), ifnull(CAST(lastIvl AS INTEGER), 0),
           ifnull(CAST(factor AS INTEGER), 0), ifnull(CAST(time AS INTEGER), 0),
           ifnull(CAST(type AS INTEGER), 0)
    FROM revlog ORDER BY id
"""


def read_totals(connection: sqlite3.Connection, version: int) -> dict[str, Any] | None:
    """What the header says about progress; None where the collection has no columns for it."""
    try:
        connection.execute(_NEEDED).fetchone()
        created_s, conf = connection.execute("SELECT crt, conf FROM col").fetchone()
        begun, suspended, flagged, buried, learning, filtered = connection.execute(
            _TOTALS
        ).fetchone()
        fsrs = sum(
            _MEMORY_OF_FSRS in (data if isinstance(data, bytes) else str(data).encode())
            for (data,) in connection.execute(_DATA)
        )
    except (sqlite3.OperationalError, TypeError) as error:
        if "no such" in str(error) or isinstance(error, TypeError):
            return None
        raise
    return {
        "created_s": created_s if isinstance(created_s, int) else 0,
        "minutes_west": _minutes_west(connection, version, conf),
        "begun": begun,
        "suspended": suspended,
        "flagged": flagged,
        "buried": buried,
        "learning": learning,
        "filtered": filtered,
        "fsrs": fsrs,
        "reviews": count_reviews(connection) if has_reviews(connection) else 0,
    }


def has_reviews(connection: sqlite3.Connection) -> bool:
    """Whether there is a log of reviews that can be read."""
    try:
        return connection.execute(_NEEDED_REVIEWS).fetchone() is not None
    except sqlite3.OperationalError:
        return False


def count_reviews(connection: sqlite3.Connection) -> int:
    """How many reviews the log has, readable or not."""
    try:
        (count,) = connection.execute("SELECT count(*) FROM revlog").fetchone()
    except sqlite3.OperationalError:
        return 0  # no such table: the package carries no history
    return int(count)


def _minutes_west(connection: sqlite3.Connection, version: int, conf: Any) -> int | None:
    """How far local time was behind UTC where the collection was made, if it says."""
    try:
        if version >= FIRST_WITH_TABLES:
            query = "SELECT val FROM config WHERE KEY = 'creationOffset'"
            found = connection.execute(query).fetchone()
            said = json.loads(found[0]) if found else None
        else:
            said = json.loads(conf).get("creationOffset")
    except (sqlite3.OperationalError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return said if isinstance(said, int) and abs(said) < 24 * 60 else None


class CardNumbers:
    """Numbers the cards of notes as they go out, from 0, note by note and by ordinal: so the parent
    counts them, too. Remembers which of Anki's ids has which number."""

    def __init__(self) -> None:
        self._count = 0
        self._ids = array("q")
        self._numbers = array("I")
        self._is_in_order = True

    def standings(self, ordinals: list[tuple[int, ...]], rows: list[Rows]) -> array[int]:
        """The rows of one frame that say more than "new", each its number and its columns.

        `ordinals` are those of the cards of each note, as its layout has them.
        """
        found = array("q")
        ids, numbers, first = self._ids, self._numbers, self._count
        for wanted, cards in zip(ordinals, rows, strict=True):
            taken = 0
            for row in cards:
                ordinal = row[PACKED] >> 52
                place = 0 if wanted == (ordinal,) else _place(ordinal, wanted)
                if place is None:
                    continue
                if ids and row[CARD_ID] < ids[-1]:
                    self._is_in_order = False
                ids.append(row[CARD_ID])
                numbers.append(first + place)
                if not row[IS_PLAIN] and not taken >> place & 1:
                    found.append(first + place)
                    found.extend(row[FIRST_OF_STANDING:])
                taken |= 1 << place
            first += len(wanted)
        self._count = first
        return found

    def number_of(self) -> tuple[array[int], array[int]]:
        """Anki's ids of all cards, rising, and the number of each."""
        if not self._is_in_order:
            order = sorted(range(len(self._ids)), key=self._ids.__getitem__)
            self._ids = array("q", (self._ids[place] for place in order))
            self._numbers = array("I", (self._numbers[place] for place in order))
            self._is_in_order = True
        return self._ids, self._numbers


def _place(ordinal: int, wanted: tuple[int, ...]) -> int | None:
    place = bisect_left(wanted, ordinal)
    return place if place < len(wanted) and wanted[place] == ordinal else None


def review_frames(
    connection: sqlite3.Connection, cards: CardNumbers
) -> Iterator[tuple[bytes, int]]:
    """Yield the reviews as the payloads of frames, oldest first, each with the number of those left
    out because their card is not in the file."""
    ids, numbers = cards.number_of()
    count = len(ids)
    cursor = connection.execute(_REVIEWS)
    while rows := cursor.fetchmany(FRAME_REVIEWS):
        found, columns = array("I"), array("q")
        small = array("i")
        for row in rows:
            card_id = row[1]
            place = bisect_left(ids, card_id)
            if place == count or ids[place] != card_id:
                continue
            found.append(numbers[place])
            columns.append(row[0])
            try:
                small.extend(row[2:])
            except OverflowError:
                del small[len(found) * 6 - 6 :]
                small.extend(max(-_INT, min(_INT, value)) for value in row[2:])
        payload = frames.join([found.tobytes(), columns.tobytes(), small.tobytes()])
        yield payload, len(rows) - len(found)
