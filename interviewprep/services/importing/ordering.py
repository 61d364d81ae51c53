"""New cards come in the order that their file gives them, not in that of its notes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from sqlalchemy import Connection

from ...core.compact import compact_json

# The positions that the notes of a deck were given are dealt out anew among the same notes. A note
# has one position in a deck, which its cards there share.
_ARRANGE = """
    WITH due AS ({dues}),
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
_DUES = {
    "sqlite": "SELECT CAST(key AS INTEGER) AS note_id, value AS place FROM json_each(?)",
    "postgresql": (
        "SELECT note_id, place FROM unnest(%s::bigint[], %s::bigint[]) AS due (note_id, place)"
    ),
}


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

    def arrange(self) -> None:
        """Give new positions where they are needed; costs nothing where all came in order."""
        if self._is_in_order:
            return
        engine = self._connection.dialect.name
        ids, dues = self._note_ids.tolist(), self._dues.tolist()
        values: tuple[object, ...] = (ids, dues)
        if engine == "sqlite":
            values = (compact_json(dict(zip(ids, dues, strict=True))),)
        query = _ARRANGE.format(dues=_DUES[engine])
        self._connection.exec_driver_sql(query, values)
