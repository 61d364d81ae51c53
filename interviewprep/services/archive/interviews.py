"""Mocks with all that belongs to them, attempts, practice and stories, each once by its id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from ...storage.portable import LEARNER, PORTABLE
from .places import pairs

Row = dict[str, Any]
_KEYS = {
    "mock_round": ("position",),
    "round_item": ("round", "position"),
    "round_text": ("round", "name"),
    "score": ("round", "item", "row", "scorer", "is_revised"),
}


class InterviewRows:
    """Stores the rows that `rows_of` gives, table by table."""

    def __init__(
        self,
        connection: Connection,
        user_id: int,
        cards: Mapping[int, tuple[int, int]],
        rows_of: Callable[[str], Iterator[Row]],
        left_out: Counter[str],
    ) -> None:
        self._connection = connection
        self._user_id = user_id
        self._cards = cards
        self._rows_of = rows_of
        self._left_out = left_out

    def store(self) -> None:
        mocks = self._new("mock", "id")
        before = self._left_out["round_item"]
        items = list(self._rows_of("round_item"))
        complete = self._left_out["round_item"] == before
        with_items = {row["mock_id"] for row in items}
        if not complete:  # a mock of which a prompt is missing cannot be shown
            mocks = {key: row for key, row in mocks.items() if key in with_items}
        rounds: set[tuple[Any, int]] = set()
        for row in mocks.values():
            effects = row["effects"]
            if effects is not None:  # cards named in it have other numbers here
                reviews = effects.get("reviews") if isinstance(effects, dict) else None
                row["effects"] = {"reviews": reviews if isinstance(reviews, list) else []}
        self._insert("mock", mocks.values())
        for row in self._parts("mock_round", self._rows_of("mock_round"), mocks):
            rounds.add((row["mock_id"], row["position"]))
            self._insert("mock_round", [row])
        for name, rows in (
            ("round_item", iter(items)),
            ("round_text", self._rows_of("round_text")),
            ("score", self._rows_of("score")),
        ):
            for row in self._parts(name, rows, mocks):
                if (row["mock_id"], row["round"]) in rounds:
                    if name == "round_item":
                        row["questions"] = [self._question(each) for each in row["questions"]]
                    self._insert(name, [row])
        held = select(PORTABLE["mock"].c.id).where(PORTABLE["mock"].c.user_id == self._user_id)
        there = set(self._connection.execute(held).scalars())
        attempts = self._new("code_attempt", "id").values()
        for row in attempts:
            if row["mock_id"] not in there:
                row["mock_id"] = row["round"] = None
        self._insert("code_attempt", attempts)
        self._insert("practice", self._new("practice", "card_id").values())
        self._stories()

    def _stories(self) -> None:
        table = PORTABLE["story"]
        query = select(table.c.id, table.c.version).where(table.c.user_id == self._user_id)
        held = pairs(self._connection, query)
        for row in self._rows_of("story"):
            if row["id"] not in held:
                held[row["id"]] = row["version"]
                self._insert("story", [row])
            elif row["version"] > held[row["id"]]:
                mine = and_(table.c.user_id == self._user_id, table.c.id == row["id"])
                self._connection.execute(update(table).where(mine).values(row))

    def _new(self, name: str, key: str) -> dict[Any, Row]:
        """The rows whose key is not here yet, each once."""
        table = PORTABLE[name]
        query = select(table.c[key]).where(table.c[LEARNER] == self._user_id)
        held = set(self._connection.execute(query).scalars())
        found: dict[Any, Row] = {}
        for row in self._rows_of(name):
            if row[key] not in held:
                found.setdefault(row[key], row)
        return found

    def _parts(self, name: str, rows: Iterator[Row], mocks: Mapping[Any, Row]) -> Iterator[Row]:
        """The rows of these mocks, each key once."""
        seen: set[tuple[Any, ...]] = set()
        for row in rows:
            key = (row["mock_id"], *(row[part] for part in _KEYS[name]))
            if row["mock_id"] in mocks and key not in seen:
                seen.add(key)
                yield row

    def _question(self, said: Any) -> Any:
        """A question with the number that its card has here, if any."""
        if not isinstance(said, dict) or "card_id" not in said:
            return said
        number = said["card_id"]
        place = self._cards.get(number) if type(number) is int else None
        return {**said, "card_id": place[0] if place is not None else None}

    def _insert(self, name: str, rows: Any) -> None:
        waiting = list(rows)
        for at in range(0, len(waiting), 500):
            self._connection.execute(insert(PORTABLE[name]), waiting[at : at + 500])
