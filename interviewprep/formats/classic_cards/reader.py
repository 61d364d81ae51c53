"""Notes from the cards table. Runs in a child process with limits (`formats/contained`).

The table numbers its cards anew in every file, so a number is no identity. A card's guid is made of
its front, as it reads without regard to blanks, and of how many cards with that front come before
it. So the same file read again, under whatever name, finds its notes again; an answer that changed
updates its note; two files do not collide; and fronts that stand twice stay two notes.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from interviewprep.core.notes import DeckFile, DeckInfo, Markup, Note, NoteKind, ReadWarning
from interviewprep.core.own_types import own_type
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.plain_as_html import html_of_code, html_of_plain, looks_like_html
from interviewprep.formats.plain_sqlite import open_plain, tables_of
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.text import with_line_feeds

_COLUMNS = ("id", "type", "front", "back", "known")
_TABLES = ("cards", "tags")
_CODE = 2
_TYPE_TAGS = {1: "general", _CODE: "code"}
_BASIC = own_type(NoteKind.BASIC, Markup.HTML)
_AGAIN = "copy the file again from where it came"


def read(path: Path, options: ReadOptions) -> DeckFile:
    """Read the file. Raises `UnreadableDeck`, `sqlite3.Error`."""
    connection = open_plain(path, _TABLES, what="database", again=_AGAIN)
    connection.text_factory = _text_of_bytes
    there = tables_of(connection)
    if "cards" not in there:
        raise UnreadableDeck(
            "The database has no table cards; choose the SQLite file of the flash cards, or export"
            " from Anki as .apkg."
        )
    _check_columns(connection)
    names = _tag_names(connection) if "tags" in there else _TYPE_TAGS
    (count,) = connection.execute("SELECT count(*) FROM cards").fetchone()
    deck, warnings = options.deck_for(path), _Warnings()
    found = DeckFile(
        format="classic-cards",
        decks=[DeckInfo(deck)],
        note_types={_BASIC.key: _BASIC},
        notes=_notes(connection, deck, names, warnings),
        warnings=warnings.kept,
        note_count=count,
    )
    warnings.deck_file = found
    return found


class _Warnings:
    """A log whose warnings are there once the notes have been iterated."""

    def __init__(self) -> None:
        self.log = WarningLog()
        self.kept: list[ReadWarning] = []
        self.deck_file: DeckFile | None = None

    def finish(self) -> None:
        self.kept += self.log.all()
        if self.deck_file is not None:
            self.deck_file.refused = self.log.left_out


def _check_columns(connection: sqlite3.Connection) -> None:
    there = [each[0] for each in connection.execute("SELECT * FROM cards LIMIT 0").description]
    missing = [name for name in _COLUMNS if name not in map(str.lower, there)]
    if missing:
        raise UnreadableDeck(
            f"The table cards has no column {missing[0]}, so this is no file of flash cards; it"
            f" needs {', '.join(_COLUMNS)}."
        )


def _tag_names(connection: sqlite3.Connection) -> dict[Any, str]:
    """Names by number: the first column that is not the number is the name."""
    cursor = connection.execute("SELECT * FROM tags LIMIT 10000")
    columns = [each[0].lower() for each in cursor.description]
    if "id" not in columns or len(columns) < 2:
        return _TYPE_TAGS
    number = columns.index("id")
    name = next(place for place in range(len(columns)) if place != number)
    return {row[number]: "-".join(_text(row[name]).split()) for row in cursor}


def _notes(
    connection: sqlite3.Connection, deck: str, names: dict[Any, str], warnings: _Warnings
) -> Iterator[Note]:
    log = warnings.log
    seen: Counter[str] = Counter()
    rows = connection.execute("SELECT id, type, front, back, known FROM cards ORDER BY id")
    for card_id, type_id, raw_front, raw_back, known in rows:
        place = f"card {_text(card_id)[:20]}"
        front, back = (with_line_feeds(_text(raw)).strip("\n") for raw in (raw_front, raw_back))
        if not front.strip():
            log.add("empty-front", place, "The card has no question and was left out.")
            continue
        normal = " ".join(front.split())
        seen[normal] += 1
        if seen[normal] > 1:
            log.add("duplicate-front", place, "The same question stands above; both are kept.")
        if known not in (0, None, "", "0"):
            log.add("known", place, "it is marked as known there, which is not carried over")
        tag = names.get(type_id, "")
        is_code = tag.lower() == "code" if tag else type_id == _CODE
        yield Note(
            guid=_guid(normal, seen[normal]),
            note_type=_BASIC.key,
            deck=deck,
            fields=(_html(front), html_of_code(back) if is_code else _html(back), "", ""),
            tags=(tag,) if tag else (),
            place=place,
        )
    warnings.finish()


def _guid(front: str, number: int) -> str:
    digest = blake2b(front.encode("utf-8", "replace"), digest_size=9).hexdigest()
    return f"classic-{digest}" if number == 1 else f"classic-{digest}-{number}"


def _html(text: str) -> str:
    """These cards were shown as HTML, but nearly all of them are plain text."""
    return text.replace("\n", "<br>") if looks_like_html(text) else html_of_plain(text)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return _text_of_bytes(value) if isinstance(value, bytes) else str(value)


def _text_of_bytes(value: bytes) -> str:
    return value.decode("utf-8", "replace")
