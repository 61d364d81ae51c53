"""From a zip of files to one deck each. Runs in a child process with limits (`formats/contained`).

Nothing is unpacked under a name from the zip: deck files get numbers, pictures go out as bytes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from interviewprep.core.media_names import renamed
from interviewprep.core.media_references import media_references
from interviewprep.core.notes import DeckFile, DeckInfo, Media, Note, NoteType, ReadWarning
from interviewprep.core.read_warnings import left_out
from interviewprep.errors import UnreadableDeck
from interviewprep.formats import (
    crowdanki,
    csv_text,
    hashcards,
    markdown_deck,
    mnemosyne,
    obsidian_cards,
)
from interviewprep.formats.anki.names import DECK_SEPARATOR, shown
from interviewprep.formats.archive import ANKI, NAME
from interviewprep.formats.archive.opened import OpenedZip
from interviewprep.formats.crowdanki import reader as crowdanki_reader
from interviewprep.formats.hashcards import reader as hashcards_reader
from interviewprep.formats.mnemosyne import reader as mnemosyne_reader
from interviewprep.formats.obsidian_cards import reader as obsidian_reader
from interviewprep.formats.reading import HEAD_BYTES, Format, ReadOptions
from interviewprep.formats.text import read_text

_MNEMOSYNE = "cards.xml"
_COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")
_READERS: tuple[tuple[Format, Callable[[Path, ReadOptions], DeckFile]], ...] = (
    (crowdanki.FORMAT, crowdanki_reader.read),
    (mnemosyne.FORMAT, mnemosyne_reader.read),
    (hashcards.FORMAT, hashcards_reader.read),
    (obsidian_cards.FORMAT, obsidian_reader.read),
    (markdown_deck.FORMAT, markdown_deck.read),
    (csv_text.FORMAT, csv_text.read),
)
"""In the order of the registry. What `Format.read` does is to start a process, and this is one."""
_TEXTS = (".md", ".markdown", ".txt", ".csv", ".tsv", ".json", ".xml")
_LARGEST_MEDIA_BYTES = 256 * 1024 * 1024
_SAID_OF_PICTURES = "missing-media"
_MOST_NAMED = 50


def read(path: Path, options: ReadOptions) -> DeckFile:
    """Read all deck files of a zip. Raises `UnreadableDeck`, which names the entry."""
    opened = OpenedZip(path)
    if any(name in opened for name in _COLLECTIONS):
        return DeckFile(ANKI, [], {}, [])
    if _MNEMOSYNE in opened:
        return _mnemosyne(path, opened, options)
    return _Reader(path, opened, options).deck_file()


def _mnemosyne(path: Path, opened: OpenedZip, options: ReadOptions) -> DeckFile:
    """Mnemosyne's `.cards`: one file of XML, and the media that it names."""
    data = opened.read(_MNEMOSYNE, options.most_bytes)
    found = mnemosyne_reader.deck_of(data, replace(options, media_folder=None), path)
    said = {
        name: None
        for note in found.notes
        for text in note.fields
        for name in media_references(text, found.note_types[note.note_type].markup)
    }
    for name in said:
        if name in opened:
            read_entry = partial(opened.read, name, _LARGEST_MEDIA_BYTES)
            found.media.append(Media(name, opened.size_bytes(name), read_entry))
    return found


class _Reader:
    """Reads the entries in the order of their names; what is wrong with one is said of it."""

    def __init__(self, path: Path, opened: OpenedZip, options: ReadOptions) -> None:
        self._opened = opened
        self._options = options
        self._top = options.default_deck or path.stem
        self._root = _common_folder(opened.names)
        self._left_bytes = options.most_bytes
        self._by_last_name: dict[str, str] = {}
        for name in sorted(opened.names, reverse=True):
            self._by_last_name[name.rpartition("/")[2]] = name
        self._types: dict[str, NoteType] = {}
        self._decks: dict[str, DeckInfo] = {}
        self._media: dict[str, Media] = {}
        self._warnings: list[ReadWarning] = []
        self._used: set[str] = set()
        self._refused = 0

    def deck_file(self) -> DeckFile:
        names = sorted(name for name in self._opened.names if _suffix(name) in _TEXTS)
        notes: list[Note] = []
        refusal = ""
        for number, name in enumerate(names):
            try:
                found = self._read_entry(name, number, is_alone=len(names) == 1)
                notes += self._taken(name, found)
            except UnreadableDeck as error:
                message = f"{shown(name)}: {error.message}"
                refusal = refusal or message
                self._warn("left-out-file", shown(name), f"it was left out: {error.message}")
            else:
                self._used.add(name)
            if len(notes) > self._options.most_notes:
                raise UnreadableDeck(
                    f"The zip holds more than {self._options.most_notes:,} notes, which is more"
                    " than is allowed; pack fewer files into it."
                )
        if not notes:
            raise UnreadableDeck(
                refusal or "The zip holds no deck; pack Markdown, CSV or CrowdAnki files into it."
            )
        self._warn_of_the_rest()
        return DeckFile(
            format=NAME,
            decks=list(self._decks.values()),
            note_types=self._types,
            notes=notes,
            media=list(self._media.values()),
            warnings=self._warnings,
            note_count=len(notes),
            refused=self._refused,
        )

    def _read_entry(self, name: str, number: int, *, is_alone: bool) -> DeckFile:
        data = self._opened.read(name, self._left_bytes)
        self._left_bytes -= len(data)
        assert self._options.work_folder is not None
        path = self._options.work_folder / f"entry-{number}"
        path.write_bytes(data)
        try:
            known, read_file = _reader_of(name, data[:HEAD_BYTES])
            deck = self._deck_name(name, is_alone=is_alone)
            options = replace(self._options, default_deck=deck, media_folder=None)
            if known is crowdanki.FORMAT:
                folder = posixpath.dirname(name)
                return crowdanki_reader.parsed_deck(
                    read_text(path, options), options, partial(self._beside, folder)
                )
            return read_file(path, options)
        finally:
            path.unlink()

    def _deck_name(self, name: str, *, is_alone: bool) -> str:
        levels = PurePosixPath(name).relative_to(self._root).with_suffix("").parts
        return levels[-1] if is_alone else DECK_SEPARATOR.join([self._top, *levels])

    def _taken(self, name: str, found: DeckFile) -> Iterator[Note]:
        """The notes of one file, with the names that its pictures have in the zip."""
        for key, kind in found.note_types.items():
            self._types.setdefault(key, kind)
        for info in found.decks:
            self._decks.setdefault(info.name, info)
        for media in found.media:
            self._media.setdefault(media.name, media)
        folder = posixpath.dirname(name)
        for note in found.notes:
            names = self._pictures(note, self._types[note.note_type], folder)
            fields = tuple(renamed(text, names) for text in note.fields) if names else note.fields
            yield replace(note, fields=fields, place=f"{shown(name)}, {note.place}")
        self._refused += left_out(found)
        for warning in found.warnings:
            if warning.code != _SAID_OF_PICTURES:
                where = f"{shown(name)}, {warning.where}" if warning.where else shown(name)
                self._warn(warning.code, where, warning.message)

    def _pictures(self, note: Note, kind: NoteType, folder: str) -> dict[str, str]:
        """What the files that a note shows are called in the zip, by the names it uses."""
        names = {}
        for text in note.fields:
            for said in media_references(text, kind.markup):
                if said in self._media or said in names:
                    continue
                entry = self._entry_for(said, folder)
                if entry is not None:
                    names[said] = entry
                    self._take_media(entry, entry)
        return names

    def _entry_for(self, said: str, folder: str) -> str | None:
        """The entry of a name: beside the file, from the top of the zip, or by its last part."""
        for plain in dict.fromkeys((said, unquote(said))):
            for start in (folder, self._root):
                entry = posixpath.normpath(posixpath.join(start, plain))
                if entry in self._opened:
                    return entry
            if ".." not in plain.split("/") and plain.rpartition("/")[2] in self._by_last_name:
                return self._by_last_name[plain.rpartition("/")[2]]
        return None

    def _beside(self, folder: str, name: str) -> Media | None:
        """A file of CrowdAnki's, in `media` beside its JSON."""
        for entry in (posixpath.join(folder, "media", name), posixpath.join(folder, name)):
            if "/" not in name and entry in self._opened:
                return self._take_media(name, entry)
        return None

    def _take_media(self, label: str, entry: str) -> Media:
        self._used.add(entry)
        read_entry = partial(self._opened.read, entry, _LARGEST_MEDIA_BYTES)
        size_bytes = self._opened.size_bytes(entry)
        return self._media.setdefault(label, Media(label, size_bytes, read_entry))

    def _warn_of_the_rest(self) -> None:
        for name in self._opened.unsafe[:_MOST_NAMED]:
            message = "its name leads out of the zip, or is none that every system can have"
            self._warn("unsafe-name", shown(name), message)
        unused = [n for n in self._opened.names if n not in self._used and _suffix(n) not in _TEXTS]
        for name in sorted(unused)[:_MOST_NAMED]:
            self._warn("unused-file", shown(name), "no card shows it, so it is not taken along")

    def _warn(self, code: str, where: str, message: str) -> None:
        self._warnings.append(ReadWarning(code, where, message))


def _reader_of(name: str, head: bytes) -> tuple[Format, Callable[[Path, ReadOptions], DeckFile]]:
    for known, read_file in _READERS:
        if known.recognises(Path(name), head):
            return known, read_file
    raise UnreadableDeck("it is in no format that can be read here.")


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _common_folder(names: list[str]) -> str:
    """The folder that holds everything, where there is one: people pack a folder as a whole."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in names}
    return tops.pop() if len(tops) == 1 else ""
