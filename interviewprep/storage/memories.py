"""Memory in and out of its row and of the log, and the load per day that goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from ..core.schedulers import Memory as State
from .learning import DueLoad, Memory
from .prepared import Prepared
from .types import AnyRow

COLUMNS = (
    Memory.interval_days,
    Memory.ease_hundredths,
    Memory.repetitions,
    Memory.lapses,
    Memory.last_day,
    Memory.due_day,
    Memory.repeat_at,
    Memory.extra,
)
NEW = State()
CLOSE = timedelta(days=14)
"""Reading so many days more costs less than another statement."""


def state_of(row: AnyRow | None) -> State:
    """Return what a row of `COLUMNS` says; without one, or all null, a card nobody has begun."""
    if row is None or row.interval_days is None:
        return NEW
    return State(
        interval_days=row.interval_days,
        ease_hundredths=row.ease_hundredths,
        repetitions=row.repetitions,
        lapses=row.lapses,
        last_day=row.last_day,
        due_day=row.due_day,
        repeat_at=row.repeat_at,
        extra=row.extra or {},
    )


def as_columns(state: State) -> dict[str, Any]:
    """Return the state as values of the columns of `memory`."""
    return {
        "interval_days": state.interval_days,
        "ease_hundredths": state.ease_hundredths,
        "repetitions": state.repetitions,
        "lapses": state.lapses,
        "last_day": state.last_day,
        "due_day": state.due_day,
        "repeat_at": state.repeat_at,
        "extra": dict(state.extra) or None,
    }


def as_log(state: State) -> dict[str, Any]:
    """Return the state as JSON for the log; what has a new card's value is left out."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in as_columns(state).items()
        if value is not None
    }


def from_log(logged: Mapping[str, Any] | None) -> State:
    """Return the state that `as_log` wrote."""
    if not logged:
        return NEW
    values = dict(logged)
    for name in ("last_day", "due_day"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    if "repeat_at" in values:
        values["repeat_at"] = datetime.fromisoformat(values["repeat_at"]).astimezone(UTC)
    return State(**values)


_LOAD = Prepared(
    select(DueLoad.due_day, DueLoad.cards).where(
        DueLoad.user_id == bindparam("user_id"),
        DueLoad.due_day.between(bindparam("first_day"), bindparam("last_day")),
    )
)


def load_between(
    connection: Connection, user_id: int, first_day: date, last_day: date
) -> dict[date, int]:
    """Return how many cards fall due on each day of the span that has any."""
    found = _LOAD.rows(
        connection, {"user_id": user_id, "first_day": first_day, "last_day": last_day}
    )
    return dict(found)


def load_on(
    connection: Connection, user_id: int, spans: Iterable[tuple[date, date]]
) -> dict[date, int]:
    """Return the load on the days of all spans (first and last day, both included).

    Spans that lie close are read as one; those far apart each on their own, because the days
    between them may be many.
    """
    joined: list[list[date]] = []
    for first_day, last_day in sorted(spans):
        if joined and first_day - joined[-1][1] <= CLOSE:
            joined[-1][1] = max(joined[-1][1], last_day)
        else:
            joined.append([first_day, last_day])
    load: dict[date, int] = {}
    for first_day, last_day in joined:
        load.update(load_between(connection, user_id, first_day, last_day))
    return load


def _shift(dialect: Any) -> Prepared:
    insert = dialect.insert(DueLoad)
    return Prepared(
        insert.on_conflict_do_update(
            index_elements=["user_id", "due_day"],
            set_={"cards": DueLoad.cards + insert.excluded.cards},
        ),
        columns=("user_id", "due_day", "cards"),
    )


_SHIFTS = {"sqlite": _shift(sqlite), "postgresql": _shift(postgresql)}


def shift_load(
    connection: Connection, user_id: int, moves: Iterable[tuple[date | None, date | None]]
) -> None:
    """Carry the load along for cards whose due day went from one day to another (None: no day)."""
    deltas: dict[date, int] = {}
    for old, new in moves:
        if old == new:
            continue
        if old is not None:
            deltas[old] = deltas.get(old, 0) - 1
        if new is not None:
            deltas[new] = deltas.get(new, 0) + 1
    statement = _SHIFTS[connection.dialect.name]
    for day, delta in sorted(deltas.items()):
        if delta:
            statement.run(connection, {"user_id": user_id, "due_day": day, "cards": delta})
