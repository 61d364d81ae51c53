"""Note types and decks, from either way in which a collection keeps them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from interviewprep.core.notes import Markup, NoteKind, NoteType, Template
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import protobuf
from interviewprep.formats.anki.collection import FIRST_WITH_TABLES
from interviewprep.formats.anki.limits import Limits
from interviewprep.formats.anki.names import clean, deck_name

_LONGEST_TYPE_NAME = 200
_MOST_FIELDS = 1_000
_MODERN_DECK_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything notes and cards refer to, by Anki's ids."""

    note_types: dict[int, NoteType]
    decks: dict[int, str]
    descriptions: dict[str, str]


def read_schema(connection: sqlite3.Connection, version: int, limits: Limits) -> Schema:
    """Read note types and decks. Raises `UnreadableDeck` naming what cannot be read."""
    try:
        if version >= FIRST_WITH_TABLES:
            types, decks = _types_from_tables(connection), _decks_from_tables(connection)
        else:
            types, decks = _types_from_json(connection), _decks_from_json(connection)
        found = Schema({}, {}, {})
        for kind_id, note_type in types:
            found.note_types[kind_id] = note_type
            _at_most(len(found.note_types), limits.note_types, "note types")
        for deck_id, name, description in decks:
            found.decks[deck_id] = name
            if description:
                found.descriptions[name] = description
            _at_most(len(found.decks), limits.decks, "decks")
        return found
    except (protobuf.Malformed, KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableDeck(
            f"The note types or decks of the collection cannot be read ({_reason(error)});"
            " export the deck from Anki again."
        ) from None


def _types_from_tables(connection: sqlite3.Connection) -> Iterator[tuple[int, NoteType]]:
    names: dict[int, list[str]] = {}
    for kind_id, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        names.setdefault(kind_id, []).append(str(name))
        _at_most(len(names[kind_id]), _MOST_FIELDS, "fields in one note type")
    layouts: dict[int, list[Template]] = {}
    rows = connection.execute("SELECT ntid, name, config FROM templates ORDER BY ntid, ord")
    for kind_id, name, config in rows:
        parts = {1: "", 2: ""}
        parts.update((n, protobuf.text(v)) for n, v in protobuf.fields(bytes(config)) if n in parts)
        layouts.setdefault(kind_id, []).append(_template(str(name), parts[1], parts[2]))
        _at_most(len(layouts[kind_id]), _MOST_FIELDS, "templates in one note type")
    for kind_id, name, config in connection.execute("SELECT id, name, config FROM notetypes"):
        numbers = dict(protobuf.fields(bytes(config)))
        yield (
            kind_id,
            _note_type(
                kind_id,
                str(name),
                numbers.get(1) == 1,
                names.get(kind_id, []),
                layouts.get(kind_id, []),
            ),
        )


def _decks_from_tables(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    for deck_id, name, kind in connection.execute("SELECT id, name, kind FROM decks"):
        description = ""
        for number, value in protobuf.fields(bytes(kind)):
            if number == 1 and isinstance(value, bytes):
                texts = (v for n, v in protobuf.fields(value) if n == 4 and isinstance(v, bytes))
                description = next((protobuf.text(text) for text in texts), "")
        yield deck_id, deck_name(str(name), _MODERN_DECK_SEPARATOR), clean(description)


def _types_from_json(connection: sqlite3.Connection) -> Iterator[tuple[int, NoteType]]:
    for key, model in _json_of(connection, "models").items():
        fields = sorted(model["flds"], key=lambda field: int(field.get("ord") or 0))
        layouts = sorted(model["tmpls"], key=lambda part: int(part.get("ord") or 0))
        _at_most(max(len(fields), len(layouts)), _MOST_FIELDS, "fields in one note type")
        yield (
            int(key),
            _note_type(
                int(key),
                str(model["name"]),
                model.get("type") == 1,
                [str(field["name"]) for field in fields],
                [_template(str(t["name"]), str(t["qfmt"]), str(t["afmt"])) for t in layouts],
            ),
        )


def _decks_from_json(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    for key, deck in _json_of(connection, "decks").items():
        yield int(key), deck_name(str(deck["name"])), clean(str(deck.get("desc") or ""))


def _json_of(connection: sqlite3.Connection, column: str) -> dict[str, Any]:
    row = connection.execute(f"SELECT {column} FROM col").fetchone()  # noqa: S608 - our own names
    try:
        value = json.loads(row[0])
    except RecursionError:
        raise ValueError(f"col.{column} is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError(f"col.{column} is not an object")
    return value


def _note_type(
    kind_id: int, name: str, is_cloze: bool, fields: list[str], layouts: list[Template]
) -> NoteType:
    if not fields or not layouts:
        raise ValueError(f"note type {clean(name)[:80]} has no fields or no templates")
    return NoteType(
        key=str(kind_id),
        name=clean(name)[:_LONGEST_TYPE_NAME],
        kind=NoteKind.CLOZE if is_cloze else NoteKind.TEMPLATES,
        markup=Markup.HTML,
        fields=tuple(clean(field) for field in fields),
        templates=tuple(layouts[:1] if is_cloze else layouts),
    )


def _template(name: str, question: str, answer: str) -> Template:
    return Template(clean(name), clean(question), clean(answer))


def _at_most(count: int, most: int, what: str) -> None:
    if count > most:
        raise UnreadableDeck(
            f"The collection has more than {most:,} {what}; split the deck and export it in parts."
        )


def _reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)[:200]
