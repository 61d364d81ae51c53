"""New cards come in the order that their file gives them, not in that of its notes."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection

# The positions that the notes of a deck were given are dealt out anew among the same notes. A note
# has one position in a deck, which its cards there share.
_ARRANGE = """
    WITH due AS (
        SELECT note_id, place FROM unnest(%s::bigint[], %s::bigint[]) AS due (note_id, place)
    ),
    ranked AS (
        SELECT card.id,
               min(card.position) OVER (PARTITION BY card.deck_id)
               + dense_rank() OVER (PARTITION BY card.deck_id ORDER BY due.place, card.note_id) - 1
               AS position
        FROM due JOIN card ON card.note_id = due.note_id
    )
    UPDATE card SET position = ranked.position FROM ranked
    WHERE card.id = ranked.id AND card.position <> ranked.position
"""
_CARDS = "SELECT id, note_id, position FROM card WHERE deck_id = ?"
_MOVE = "UPDATE card SET position = ? WHERE id = ?"
_CARDS_AT_ONCE = 500


class NewCardOrder:
    """Watches notes being added, and puts them in order at the end where they came in another."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._note_ids = array("q")
        self._dues = array("q")
        self._is_in_order = True

    def add(self, note_ids: Sequence[int], dues: Sequence[int] | None) -> None:
        """Note where these notes are to come, the smallest first; None: as they were added."""
        if dues is None or not dues:
            return
        before = self._dues[-1] if self._dues else dues[0]
        self._is_in_order = self._is_in_order and before <= dues[0] and list(dues) == sorted(dues)
        self._note_ids.extend(note_ids)
        self._dues.extend(dues)

    def arrange(self, deck_ids: Iterable[int], between: Callable[[], object]) -> None:
        """Give new positions where they are needed; costs nothing where all came in order.

        `deck_ids` are those that cards were added to. `between` is called after some cards each, on
        SQLite, whose only writer must not be held for all of them at once.
        """
        if self._is_in_order:
            return
        ids, dues = self._note_ids.tolist(), self._dues.tolist()
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql(_ARRANGE, (ids, dues))
            return
        places = dict(zip(ids, dues, strict=True))
        for deck_id in deck_ids:
            moved = self._moved(deck_id, places)
            for at in range(0, len(moved), _CARDS_AT_ONCE):
                between()
                self._connection.exec_driver_sql(_MOVE, moved[at : at + _CARDS_AT_ONCE])

    def _moved(self, deck_id: int, places: Mapping[int, int]) -> list[tuple[int, int]]:
        """New position and id of each card of a deck that gets another one."""
        with self._connection.exec_driver_sql(_CARDS, (deck_id,)) as found:
            assert found.cursor is not None
            cards = [row for row in found.cursor.fetchall() if row[1] in places]
        notes = sorted({note_id for _, note_id, _ in cards}, key=lambda note: (places[note], note))
        first = min((position for _, _, position in cards), default=0)
        wanted = {note_id: first + rank for rank, note_id in enumerate(notes)}
        return [
            (wanted[note_id], card_id)
            for card_id, note_id, position in cards
            if wanted[note_id] != position
        ]
