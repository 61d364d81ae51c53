"""A deck from CrowdAnki's JSON. Runs in a child process with limits (`formats/contained`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

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
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki.names import DECK_SEPARATOR, clean, shown
from interviewprep.formats.anki.sorts import layout_warning
from interviewprep.formats.crowdanki.values import (
    list_in,
    object_at,
    objects_in,
    text_in,
    whole_number_in,
)
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.text import parsed_json, read_text

LARGEST_MEDIA_BYTES = 256 * 1024 * 1024
_LIMITS = {"new_per_day": ("new", 20), "reviews_per_day": ("rev", 200)}
"""Where CrowdAnki keeps each limit, and what Anki has where nobody chose one."""
_USUAL_OPTIONS = "Default"
_DEEPEST = 100
_CLOZE = 1
Find = Callable[[str], Media | None]


@dataclass(slots=True)
class _Found:
    """What has been gathered from a deck and those below it."""

    types: dict[str, NoteType] = field(default_factory=dict)
    limits: dict[str, dict[str, int]] = field(default_factory=dict)
    decks: list[DeckInfo] = field(default_factory=list)
    notes: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """Deck, place and JSON of each."""
    media: dict[str, Media] = field(default_factory=dict)
    warnings: WarningLog = field(default_factory=WarningLog)


def read(path: Path, options: ReadOptions) -> DeckFile:
    """Read a `deck.json`. Media are looked for in `options.media_folder`, and `media` below it.

    Raises `UnreadableDeck`, which names the place in the file.
    """
    find = partial(_beside, options.media_folder)
    return parsed_deck(read_text(path, options), options, find)


def parsed_deck(text: str, options: ReadOptions, find: Find) -> DeckFile:
    """The deck of a text of JSON, like `deck_of`."""
    return deck_of(parsed_json(text), options, find)


def deck_of(whole: Any, options: ReadOptions, find: Find) -> DeckFile:
    """The deck that parsed JSON describes; `find` gives the file of a name, where there is one."""
    top = object_at(whole, "The file")
    if "notes" not in top and "children" not in top:
        raise UnreadableDeck(
            "The file has neither notes nor decks below it; choose the deck.json that CrowdAnki"
            " exported."
        )
    found = _Found()
    _gather_types(top, "The file", found, 0)
    _gather(top, "", options.deck_for(Path()), found, find)
    notes = list(_notes(found, options))
    return DeckFile(
        format="crowdanki",
        decks=found.decks,
        note_types=found.types,
        notes=notes,
        media=list(found.media.values()),
        warnings=found.warnings.all(),
        note_count=len(notes),
    )


def _gather_types(deck: dict[str, Any], place: str, found: _Found, depth: int) -> None:
    """Note types and deck options, from wherever in the tree they stand."""
    if depth > _DEEPEST:
        raise UnreadableDeck(f"The decks nest more than {_DEEPEST} deep; export them one by one.")
    for number, model in enumerate(objects_in(deck, "note_models", place), start=1):
        kind = _note_type(model, f"{place}, note_models, entry {number}")
        if kind.key not in found.types:
            found.types[kind.key] = kind
            warning = layout_warning(kind)
            if warning is not None:
                found.warnings.add(warning.code, warning.where, warning.message)
    for config in objects_in(deck, "deck_configurations", place):
        key = text_in(config, "crowdanki_uuid", place)
        found.limits[key] = dict(_limits(config))
        if text_in(config, "name", place) not in ("", _USUAL_OPTIONS):
            found.warnings.add(
                "deck-options",
                f"options {shown(text_in(config, 'name', place))}",
                "of the options of decks only new cards and reviews a day are carried",
            )
    for number, child in enumerate(objects_in(deck, "children", place), start=1):
        _gather_types(child, f"{place}, children, entry {number}", found, depth + 1)


def _gather(deck: dict[str, Any], above: str, default: str, found: _Found, find: Find) -> None:
    own = clean(text_in(deck, "name", "The file")).strip() or default
    is_full = not above or own.startswith(above + DECK_SEPARATOR)
    name = own if is_full else above + DECK_SEPARATOR + own
    place = f"deck {shown(name)}"
    description = text_in(deck, "desc", place)
    config = text_in(deck, "deck_config_uuid", place)
    details = {"description": description} if description else {}
    found.decks.append(DeckInfo(name, details, found.limits.get(config, {})))
    for number, note in enumerate(objects_in(deck, "notes", place), start=1):
        found.notes.append((name, f"{place}, note {number}", note))
    for listed in list_in(deck, "media_files", place):
        if isinstance(listed, str) and listed not in found.media:
            media = find(listed)
            if media is not None:
                found.media[listed] = media
    for child in objects_in(deck, "children", place):
        _gather(child, name, "blank", found, find)


def _note_type(model: dict[str, Any], place: str) -> NoteType:
    key, name = text_in(model, "crowdanki_uuid", place), text_in(model, "name", place)
    fields = sorted(objects_in(model, "flds", place), key=_ordinal)
    layouts = sorted(objects_in(model, "tmpls", place), key=_ordinal)
    is_cloze = whole_number_in(model, "type") == _CLOZE
    return NoteType(
        key=key or name,
        name=name,
        kind=NoteKind.CLOZE if is_cloze else NoteKind.TEMPLATES,
        markup=Markup.HTML,
        fields=tuple(text_in(each, "name", place) for each in fields),
        templates=tuple(
            Template(*(text_in(each, part, place) for part in ("name", "qfmt", "afmt")))
            for each in layouts
        ),
    )


def _ordinal(part: dict[str, Any]) -> int:
    return whole_number_in(part, "ord") or 0


def _limits(config: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for name, (part, usual) in _LIMITS.items():
        said = config.get(part)
        value = whole_number_in(said, "perDay") if isinstance(said, dict) else None
        if value is not None and value != usual and value >= 0:
            yield name, min(value, 9_999)


def _notes(found: _Found, options: ReadOptions) -> Iterator[Note]:
    for deck, place, note in found.notes:
        guid = text_in(note, "guid", place)
        if whole_number_in(note, "flags"):
            found.warnings.add("note-flag", place, "its flag is not carried over")
        yield Note(
            guid=guid,
            note_type=text_in(note, "note_model_uuid", place),
            deck=options.deck or deck,
            fields=tuple(_field(text, place) for text in list_in(note, "fields", place)),
            tags=tuple(tag for tag in list_in(note, "tags", place) if isinstance(tag, str)),
            place=place,
        )


def _field(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise UnreadableDeck(f"{place}: a field is not a text; export the deck again.")
    return value


def _beside(folder: Path | None, name: str) -> Media | None:
    """A file in the folder of the deck, or in `media` below it; never outside, by whatever way."""
    if folder is None or name != Path(name).name or name in ("", ".", ".."):
        return None
    for place in (folder / "media", folder):
        path = place / name
        try:
            if path.is_symlink() or not path.is_file():
                continue
            size_bytes = path.stat().st_size
        except (OSError, ValueError):
            continue
        if size_bytes <= LARGEST_MEDIA_BYTES:
            return Media(name, size_bytes, path.read_bytes)
    return None
