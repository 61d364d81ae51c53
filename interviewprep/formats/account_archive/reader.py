"""The archive of an account: content as of any deck, and rows of learning as JSON to be checked.

Sizes are of bytes really read. Nothing is unpacked to a disk.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from interviewprep.core.notes import DeckFile, Media, Note, NoteType
from interviewprep.errors import UnreadableDeck
from interviewprep.formats import account_archive as layout
from interviewprep.formats.anki.names import shown
from interviewprep.formats.damage import in_brackets
from interviewprep.formats.deck_json.reader import (
    LONGEST_LABEL,
    Unusable,
    read_deck,
    read_note,
    read_note_type,
)
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.text import loaded_json

T = TypeVar("T")
MOST_ENTRIES = 60_000
MOST_LINE_BYTES = 8 * 1024 * 1024
MOST_ENTRY_BYTES = 2 * 1024 * 1024 * 1024
MOST_MEDIA_FILE_BYTES = 256 * 1024 * 1024
MOST_MEDIA_BYTES = 2 * 1024 * 1024 * 1024
MOST_HEADER_BYTES = 1024 * 1024
_MOST_DECKS, _MOST_TYPES = 50_000, 5_000
_ENCRYPTED = 0x1


@dataclass(slots=True)
class ArchiveFile(DeckFile):
    """Content as of any file, with `account` (settings as they were), `made_at` (when it was
    written) and `rows`, which gives the JSON lines of an entry."""

    made_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    account: dict[str, Any] = field(default_factory=dict)
    rows: Callable[[str], Iterator[dict[str, Any]]] = field(default=lambda name: iter(()))

    def close(self) -> None:
        """Nothing to do: the file is opened for each entry and closed after it."""


def read(path: Path, options: ReadOptions) -> ArchiveFile:
    """Read an archive. Raises `UnreadableDeck`, also later, while notes and rows are iterated."""
    names = _checked_names(path)
    header = _header(path)
    lines = partial(_lines, path)
    decks = list(_each(lines(layout.DECKS), layout.DECKS, read_deck, _MOST_DECKS))
    kinds = _each(lines(layout.NOTE_TYPES), layout.NOTE_TYPES, read_note_type, _MOST_TYPES)
    types = {kind.key: kind for kind in kinds}
    account = header.get("account")
    return ArchiveFile(
        format=layout.FORMAT.name,
        decks=[] if options.deck else decks,
        note_types=types,
        notes=_notes(lines, types, options),
        media=_media(path, names),
        made_at=_made_at(header),
        account=account if isinstance(account, dict) else {},
        rows=lines,
    )


def _checked_names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise UnreadableDeck(
            f"The archive is not a whole zip file{in_brackets(error)}; export it again."
        ) from None
    if len(entries) > MOST_ENTRIES:
        raise UnreadableDeck(
            f"The archive has {len(entries):,} entries and {MOST_ENTRIES:,} are allowed."
        )
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise UnreadableDeck("The archive has two entries of one name; export it again.")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise UnreadableDeck("The archive is encrypted; export it again.")
    return names


def _header(path: Path) -> dict[str, Any]:
    data = _bytes(path, layout.HEADER, MOST_HEADER_BYTES)
    header = _parsed(data, layout.HEADER, 1)
    version = header.get("version")
    if header.get("format") != layout.NAME or not isinstance(version, int):
        raise UnreadableDeck("The archive does not say what it is; export it again.")
    if version > layout.VERSION:
        raise UnreadableDeck(
            f"The archive is of version {version} and this program reads up to {layout.VERSION};"
            " bring the program up to date and try again."
        )
    return header


def _made_at(header: dict[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(str(header.get("made_at")))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 1970 <= at.year < 2200:
        raise UnreadableDeck("The archive does not say when it was made; export it again.")
    return at


def _notes(
    lines: Callable[[str], Iterator[dict[str, Any]]],
    types: dict[str, NoteType],
    options: ReadOptions,
) -> Iterator[Note]:
    read_one = partial(read_note, types=types, options=options)
    yield from _each(lines(layout.NOTES), layout.NOTES, read_one, options.most_notes)


def _each(
    lines: Iterator[dict[str, Any]], name: str, read_one: Callable[[dict[str, Any]], T], most: int
) -> Iterator[T]:
    for number, line in enumerate(lines, start=1):
        if number > most:
            raise UnreadableDeck(f"{name} has more than the {most:,} lines that are allowed.")
        try:
            yield read_one(line)
        except (Unusable, RecursionError) as problem:
            raise UnreadableDeck(
                f"{name}, line {number}: {problem}; export the archive again."
            ) from None


def _lines(path: Path, name: str) -> Iterator[dict[str, Any]]:
    """The objects of an entry, one a line; nothing where there is no such entry."""
    try:
        with zipfile.ZipFile(path) as archive:
            if name not in archive.NameToInfo:
                return
            with archive.open(name) as entry:
                total = number = 0
                while line := entry.readline(MOST_LINE_BYTES + 1):
                    number += 1
                    total += len(line)
                    if len(line) > MOST_LINE_BYTES or total > MOST_ENTRY_BYTES:
                        raise UnreadableDeck(f"{name}, line {number}: it is larger than allowed.")
                    yield _parsed(line, name, number)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise _damaged(name, error) from None
    except RuntimeError as error:
        if isinstance(error, RecursionError):
            raise
        raise _damaged(name, error) from None


def _parsed(line: bytes, name: str, number: int) -> dict[str, Any]:
    try:
        value = loaded_json(line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise UnreadableDeck(
            f"{name}, line {number}: this is not one JSON object; export the archive again."
        )
    return value


def _media(path: Path, names: list[str]) -> list[Media]:
    found: list[Media] = []
    total = 0
    with zipfile.ZipFile(path) as archive:
        for entry in names:
            if not entry.startswith(layout.MEDIA) or entry.endswith("/"):
                continue
            label = entry.removeprefix(layout.MEDIA)
            if len(label) > LONGEST_LABEL:
                raise UnreadableDeck(f"{shown(label)} is longer than a name may be.")
            size_bytes = archive.NameToInfo[entry].file_size
            total += size_bytes
            if total > MOST_MEDIA_BYTES or size_bytes > MOST_MEDIA_FILE_BYTES:
                raise UnreadableDeck(f"{shown(label)}: there are more bytes of media than allowed.")
            # `zipfile` gives no more bytes than the size that the entry claims, and checks them.
            found.append(Media(label, size_bytes, partial(_bytes, path, entry, size_bytes)))
    return found


def _bytes(path: Path, name: str, most: int) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as entry:
            data = entry.read(most + 1)
    except KeyError:
        raise UnreadableDeck(f"The archive has no {name}; export it again.") from None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
        raise _damaged(name, error) from None
    if len(data) > most:
        raise UnreadableDeck(f"{shown(name)} is larger than allowed.")
    return data


def _damaged(name: str, error: Exception) -> UnreadableDeck:
    reason = shown(str(error).rstrip(".") or "it ends too early")
    return UnreadableDeck(f"{shown(name)} in the archive is damaged ({reason}); export it again.")
