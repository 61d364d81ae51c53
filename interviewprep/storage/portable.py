"""Rows of a learner's tables as JSON and back: what the archive of an account holds of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
)

from .interviews import CodeAttempt, Mock, MockRound, Practice, RoundItem, RoundText, Score, Story
from .learning import CardMark, Day, Enrolment, Memory, Review
from .types import UtcInstant

PORTABLE: dict[str, Table] = {
    model.__tablename__: model.__table__  # type: ignore[misc]
    for model in (
        *(Enrolment, Memory, CardMark, Review, Day),
        *(Mock, MockRound, RoundItem, RoundText, Score, CodeAttempt, Practice, Story),
    )
}
"""The tables of a learner by name, in the order in which rows can be stored again."""
LEARNER = "user_id"
LONGEST_TEXT = 1_000_000
_LARGEST, _SMALL = 2**63 - 1, 2**15 - 1


class NotPortable(ValueError):
    """A value is not one that its column takes; says which column."""


def columns_of(table: Table) -> list[Column[Any]]:
    """The columns that travel: all but whose they are."""
    return [column for column in table.columns if column.name != LEARNER]


def as_json(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as values of JSON, what is null left out."""
    found: dict[str, Any] = {}
    for column in columns_of(table):
        value = row[column.name]
        if value is None:
            continue
        if isinstance(value, datetime):
            value = value.astimezone(UTC).isoformat()
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, uuid.UUID):
            value = str(value)
        found[column.name] = value
    return found


def from_json(table: Table, said: Any) -> dict[str, Any]:
    """The values of a row out of JSON, each of the type of its column.

    Raises `NotPortable` for a column that there is not, one that is missing, and a wrong value.
    """
    if not isinstance(said, dict):
        raise NotPortable("a row is not an object")
    columns = {column.name: column for column in columns_of(table)}
    unknown = said.keys() - columns.keys()
    if unknown:
        raise NotPortable(f"there is no column {sorted(map(str, unknown))[0][:60]!r}")
    return {name: _value(column, said.get(name)) for name, column in columns.items()}


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        if column.nullable:
            return None
        raise NotPortable(f"{column.name} is missing")
    kind = column.type
    for types, read in _READERS:
        if isinstance(kind, types):
            try:
                return read(column, value)
            except (TypeError, ValueError, OverflowError):
                raise NotPortable(f"{column.name} has a value that cannot be") from None
    raise NotPortable(f"{column.name} is of a type that does not travel")


def _boolean(column: Column[Any], value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


def _number(column: Column[Any], value: Any) -> int:
    most = _SMALL if isinstance(column.type, SmallInteger) else 2**31 - 1
    if isinstance(column.type, BigInteger) or column.name in ("card_id", "deck_id", "new_from"):
        most = _LARGEST
    if type(value) is not int or not -most <= value <= most:
        raise TypeError
    return value


def _text(column: Column[Any], value: Any) -> str:
    longest = getattr(column.type, "length", None) or LONGEST_TEXT
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise TypeError
    value.encode("utf-8")  # half of a surrogate pair is no text
    return value


def _instant(column: Column[Any], value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None or not 1970 <= at.year < 2200:
        raise ValueError
    return at.astimezone(UTC)


def _day(column: Column[Any], value: Any) -> date:
    day = date.fromisoformat(value)
    if not 1900 <= day.year < 2200:
        raise ValueError
    return day


def _uuid(column: Column[Any], value: Any) -> uuid.UUID:
    if not isinstance(value, str):
        raise TypeError
    return uuid.UUID(value)


def _json(column: Column[Any], value: Any) -> Any:
    default = getattr(column.default, "arg", None)
    wanted = list if getattr(default, "__name__", "") == "list" else (dict, list)
    if not isinstance(value, wanted):
        raise TypeError
    return cleaned(value)


def cleaned(value: Any) -> Any:
    """JSON without what databases do not take in texts."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if isinstance(value, dict):
        return {cleaned(key): cleaned(each) for key, each in value.items()}
    return value


_READERS: Iterable[tuple[Any, Callable[[Column[Any], Any], Any]]] = (
    (UtcInstant, _instant),
    (Date, _day),
    (Uuid, _uuid),
    (Boolean, _boolean),
    (JSON, _json),
    (Integer, _number),
    ((String, Text), _text),
)
