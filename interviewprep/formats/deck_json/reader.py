"""A deck from our JSON. Nothing in the file is trusted: every value is looked at before use."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from interviewprep.core.notes import (
    DeckFile,
    DeckInfo,
    Markup,
    Media,
    Note,
    NoteKind,
    NoteType,
    Template,
)
from interviewprep.core.own_types import own_type
from interviewprep.core.study_settings import LIMITS
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki.names import clean, deck_name
from interviewprep.formats.deck_json import VERSION
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.text import parsed_json, read_text

T = TypeVar("T")
LONGEST_GUID, LONGEST_NAME, LONGEST_LABEL = 200, 200, 255
_MOST_FIELDS, _MOST_TYPES, _MOST_DECKS, _MOST_TAGS = 1_000, 5_000, 50_000, 1_000
_LONGEST_DETAILS_CHARS = 100_000


class Unusable(Exception):
    """A value is not what it should be; says what it should."""


def read(path: Path, options: ReadOptions) -> DeckFile:
    """Read a deck. Raises `UnreadableDeck`, which names the place in the file."""
    whole = parsed_json(read_text(path, options))
    if not isinstance(whole, dict):
        raise UnreadableDeck("The file is not one JSON object; export the deck again.")
    version = whole.get("version")
    if isinstance(version, int) and version > VERSION:
        raise UnreadableDeck(
            f"The file is of version {version} and this program reads up to {VERSION}; "
            "bring the program up to date and try again."
        )
    try:
        decks = _each(whole, "decks", _MOST_DECKS, read_deck)
        types = {kind.key: kind for kind in _each(whole, "note_types", _MOST_TYPES, read_note_type)}
        note_reader = partial(read_note, types=types, options=options)
        notes = _each(whole, "notes", options.most_notes, note_reader)
        media = _each(whole, "media", options.most_notes, _media)
    except (Unusable, RecursionError) as problem:
        raise UnreadableDeck(f"{problem}; export the deck again.") from None
    return DeckFile(
        format="json",
        decks=[] if options.deck else decks,
        note_types=types,
        notes=notes,
        media=media,
        note_count=len(notes),
    )


def _each(whole: dict[str, Any], name: str, most: int, read_one: Callable[[Any], T]) -> list[T]:
    values = whole.get(name, [])
    if not isinstance(values, list):
        raise Unusable(f"“{name}” is not a list")
    if len(values) > most:
        raise Unusable(f"“{name}” has {len(values):,} entries and {most:,} are allowed")
    found = []
    for number, value in enumerate(values, start=1):
        try:
            found.append(read_one(_object(value)))
        except Unusable as problem:
            raise Unusable(f"{name}, entry {number}: {problem}") from None
    return found


def read_deck(value: dict[str, Any]) -> DeckInfo:
    limits = {
        str(name): number
        for name, number in _object(value.get("limits", {})).items()
        if name in LIMITS and type(number) is int and LIMITS[name][0] <= number <= LIMITS[name][1]
    }
    return DeckInfo(deck_name(_text(value, "name", 4_000)), _details(value), limits)


def read_note_type(value: dict[str, Any]) -> NoteType:
    key, name = _text(value, "key", LONGEST_NAME), _text(value, "name", LONGEST_NAME)
    try:
        kind, markup = NoteKind(value.get("kind")), Markup(value.get("markup"))  # type: ignore[arg-type]
    except ValueError:
        raise Unusable("“kind” or “markup” is none that there is") from None
    fields = tuple(_texts(value, "fields", _MOST_FIELDS, LONGEST_NAME))
    parts = tuple(map(_template, _list(value, "templates", _MOST_FIELDS)))
    if not parts:
        if kind is NoteKind.TEMPLATES:
            raise Unusable("a type of kind “templates” has none")
        own = own_type(kind, markup)
        return NoteType(key, own.name, kind, markup, own.fields)
    if kind not in (NoteKind.TEMPLATES, NoteKind.CLOZE):
        raise Unusable(f"a type of kind “{kind}” has no templates")
    if not fields:
        raise Unusable("a type needs fields")
    return NoteType(key, name, kind, markup, fields, parts[:1] if kind is NoteKind.CLOZE else parts)


def _template(value: Any) -> Template:
    part = _object(value)
    return Template(*(_text(part, name, 1_000_000) for name in ("name", "question", "answer")))


def read_note(value: dict[str, Any], types: dict[str, NoteType], options: ReadOptions) -> Note:
    guid = _text(value, "guid", LONGEST_GUID)
    key = _text(value, "note_type", LONGEST_NAME)
    if not guid or key not in types:
        raise Unusable("its guid is empty or its note type is not in the file")
    fields = _texts(value, "fields", _MOST_FIELDS, options.most_field_chars)
    width = len(types[key].fields)
    if len(fields) > width:
        raise Unusable(f"it has {len(fields)} fields and its type has {width}")
    decks = {
        int(ordinal): deck_name(str(name)[:4_000])
        for ordinal, name in _object(value.get("card_decks", {})).items()
        if ordinal.isdecimal() and len(ordinal) < 4
    }
    own = deck_name(_text(value, "deck", 4_000))
    return Note(
        guid=guid,
        note_type=key,
        deck=options.deck or own,
        fields=(*fields, *[""] * (width - len(fields))),
        tags=tuple(_texts(value, "tags", _MOST_TAGS, 1_000)),
        card_decks={} if options.deck else decks,
        details=_details(value),
        place=f"note {guid[:60]}",
    )


def _media(value: dict[str, Any]) -> Media:
    name, data = _text(value, "name", LONGEST_LABEL), value.get("data")
    if not name or not isinstance(data, str):
        raise Unusable("it has no name or no data")
    try:
        decoded = b64decode(data, validate=True)
    except ValueError:
        raise Unusable("its data is not base64") from None
    return Media(name, len(decoded), lambda: decoded)


def _details(value: dict[str, Any]) -> dict[str, Any]:
    details = _object(value.get("details", {}))
    if len(json.dumps(details)) > _LONGEST_DETAILS_CHARS:
        raise Unusable("“details” is too long")
    cleaned: dict[str, Any] = _cleaned(details)
    return cleaned


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {clean(key): _cleaned(each) for key, each in value.items()}
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unusable("an object is missing")
    return value


def _list(value: dict[str, Any], name: str, most: int) -> list[Any]:
    found = value.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise Unusable(f"“{name}” is not a list of at most {most:,}")
    return found


def _texts(value: dict[str, Any], name: str, most: int, longest: int) -> list[str]:
    return [_checked(text, name, longest) for text in _list(value, name, most)]


def _text(value: dict[str, Any], name: str, longest: int) -> str:
    return _checked(value.get(name, ""), name, longest)


def _checked(text: Any, name: str, longest: int) -> str:
    if not isinstance(text, str) or len(text) > longest:
        raise Unusable(f"“{name}” is not a text of at most {longest:,} characters")
    return clean(text)
