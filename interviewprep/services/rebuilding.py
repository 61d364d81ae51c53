"""Memory is recomputed from the log, and compared with what is stored.

Each answer is replayed from what its row holds: the moment, the options that counted, the due day
that was chosen. Today's settings and load play no part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from ..core.grades import Grade
from ..core.revisions import seen
from ..core.schedulers import Memory as State
from ..core.schedulers import Moment, Options, get_scheduler
from ..storage import DueLoad, Memory, Review, User
from ..storage.memories import COLUMNS, as_columns, from_log, state_of
from ..storage.types import AnyRow
from .recording import STORED

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the log and `memory` (or the load per day) do not agree."""

    user_id: int
    card_id: int | None
    message: str


def rebuild(connection: Connection, *, check_only: bool) -> list[Difference]:
    """Compare every learner's memory with the log, and mend it unless `check_only`."""
    differences: list[Difference] = []
    for user_id in connection.execute(select(User.id).order_by(User.id)).scalars().all():
        found = list(_differences(connection, user_id))
        differences += [difference for difference, _, _ in found]
        if not check_only:
            for difference, state, version in found:
                assert difference.card_id is not None
                _mend(connection, user_id, difference.card_id, state, version)
        differences += _load_differences(connection, user_id, check_only=check_only)
    return differences


def replayed(rows: list[AnyRow]) -> tuple[State, int]:
    """Return state and version after the stored rows of one card, in the order of versions."""
    state, version = State(), 0
    before: dict[object, State] = {}
    for row in rows:
        before[row.id] = state
        version = row.version
        if row.kind == "answer":
            state = (
                get_scheduler(row.scheduler)
                .answer(
                    seen(state),
                    Grade(row.grade),
                    Moment(row.at, row.study_day),
                    _options(row),
                    chosen_day=row.chosen_day,
                )
                .memory
            )
        elif row.kind == "undo":
            state = before.get(row.undoes_id, from_log(row.after))
        elif row.kind != "imported":
            state = from_log(row.after)
    return state, version


def _options(row: AnyRow) -> Options:
    return Options.from_mapping(
        {name: value for name, value in (row.options or {}).items() if name != "suspends"}
    )


def _differences(connection: Connection, user_id: int) -> Iterator[tuple[Difference, State, int]]:
    stored = {
        row.card_id: row
        for row in connection.execute(
            select(Memory.card_id, Memory.version, *COLUMNS).where(Memory.user_id == user_id)
        )
    }
    log = connection.execute(
        select(Review.__table__)
        .where(Review.user_id == user_id, Review.status == STORED)
        .order_by(Review.card_id, Review.version)
    )
    for card_id, group in groupby(log, key=lambda row: row.card_id):
        rows = list(group)
        found = stored.pop(card_id, None)
        if all(row.kind == "imported" for row in rows):
            continue
        state, version = replayed(rows)
        if found is None:
            yield Difference(user_id, card_id, "has answers but no memory"), state, version
        elif state_of(found) != state or found.version != version:
            message = f"the log leads to {state}, version {version}; stored is {state_of(found)},"
            yield (
                Difference(user_id, card_id, f"{message} version {found.version}"),
                state,
                version,
            )
    for card_id in stored:
        yield Difference(user_id, card_id, "has a memory but no answers"), State(), -1


def _mend(connection: Connection, user_id: int, card_id: int, state: State, version: int) -> None:
    if version < 0:
        connection.execute(
            delete(Memory).where(Memory.user_id == user_id, Memory.card_id == card_id)
        )
        return
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[connection.dialect.name]
    values = {"version": version, **as_columns(state)}
    connection.execute(
        dialect.insert(Memory)
        .values(user_id=user_id, card_id=card_id, **values)
        .on_conflict_do_update(index_elements=["user_id", "card_id"], set_=values)
    )


def _load_differences(
    connection: Connection, user_id: int, *, check_only: bool
) -> list[Difference]:
    expected: dict[date, int] = {}
    for day in connection.execute(
        select(Memory.due_day).where(Memory.user_id == user_id, Memory.due_day.is_not(None))
    ).scalars():
        if day is not None:
            expected[day] = expected.get(day, 0) + 1
    stored = {
        day: cards
        for day, cards in connection.execute(
            select(DueLoad.due_day, DueLoad.cards).where(DueLoad.user_id == user_id)
        )
        if cards
    }
    if stored == expected:
        return []
    if not check_only:
        connection.execute(delete(DueLoad).where(DueLoad.user_id == user_id))
        rows = [
            {"user_id": user_id, "due_day": day, "cards": cards} for day, cards in expected.items()
        ]
        for start in range(0, len(rows), BATCH):
            connection.execute(insert(DueLoad), rows[start : start + BATCH])
    return [Difference(user_id, None, "the load per day does not add up")]
