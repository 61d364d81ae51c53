"""Cards whose schedule is still what an import from Anki set: those go back as they came."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Text, bindparam, cast, select

from ...storage import Review
from ...storage.types import AnyRow

_SET = select(Review.card_id, Review.version, Review.options).where(
    Review.user_id == bindparam("user_id"),
    Review.card_id.in_(bindparam("card_ids", expanding=True)),
    Review.kind == "set",
    cast(Review.options, Text).like('%"card"%'),  # of most there is nothing more to say
)
_COLUMNS = 10


class AsTheyCame:
    """Looks up Anki's own columns of cards, where they say more than our memory does."""

    def __init__(self, connection: Connection, user_id: int) -> None:
        self._connection = connection
        self._user_id = user_id

    def of(self, cards: Sequence[AnyRow]) -> dict[int, tuple[int, ...]]:
        """The columns by id of card: type, queue, due, ivl, factor, reps, lapses, left, odue, odid.

        `cards` have id and version of the memory; only those that have not moved on are here.
        """
        versions = {card.id: card.version for card in cards if card.version is not None}
        found: dict[int, tuple[int, ...]] = {}
        ids = list(versions)
        for at in range(0, len(ids), 900):
            values = {"user_id": self._user_id, "card_ids": ids[at : at + 900]}
            for card_id, version, options in self._connection.execute(_SET, values).all():
                said = (options or {}).get("anki", {}).get("card")
                if said is not None and len(said) == _COLUMNS and versions[card_id] == version:
                    found[card_id] = tuple(map(int, said))
        return found
