"""The parent's side of reading a package: a `DeckFile` whose notes come from the child process."""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, overload

from interviewprep.core.note_batches import FIELD_SEPARATOR, Layout, NoteBatch
from interviewprep.core.notes import (
    DeckFile,
    DeckInfo,
    Markup,
    Note,
    NoteKind,
    NoteType,
    ReadWarning,
    Template,
)
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import frames
from interviewprep.formats.anki.limits import Limits
from interviewprep.formats.anki.process import Child, take
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.staging import StagedMedia

T = TypeVar("T")
_PARTS = 6
_HASH_BYTES = 16
_NOT_UNDERSTOOD = (
    "The package made its reader say what makes no sense, so nothing was taken from it;"
    " export the deck from Anki again."
)


def read_package(path: Path, options: ReadOptions, limits: Limits | None = None) -> DeckFile:
    """Read a package up to its notes, which follow when they are iterated.

    Media are unpacked into the work folder by then. Raises `UnreadableDeck`, here or while the
    notes are iterated.
    """
    limits = limits or replace(
        Limits(), notes=options.most_notes, note_chars=options.most_field_chars
    )
    own_folder = options.work_folder is None
    folder = options.work_folder or Path(tempfile.mkdtemp(prefix="interviewprep-"))
    notes = PackageNotes(take(), limits, options.deck)
    notes.forget = weakref.finalize(notes, _tidy, notes.child, folder if own_folder else None)
    try:
        header = notes.begin(path, folder)
        return _deck_file(header, folder, notes, options)
    except (KeyError, TypeError, ValueError, RecursionError):
        notes.close()
        raise UnreadableDeck(_NOT_UNDERSTOOD) from None
    except BaseException:
        notes.close()
        raise


class PackageNotes:
    """The notes of one package, to be iterated once, as values or as columns.

    `refused` and `reviews` are counts, complete after that; `peak_bytes` is the most memory that
    the child had.
    """

    def __init__(self, child: Child, limits: Limits, deck: str | None) -> None:
        self.child = child
        self.forget: Any = None
        self.refused = 0
        self.reviews = 0
        self.peak_bytes = 0
        self.warnings: list[ReadWarning] = []
        self._limits = limits
        self._deck = deck
        self._sorts: list[tuple[str, Layout]] = []

    def begin(self, path: Path, folder: Path) -> dict[str, Any]:
        """Send the child to work; return its header."""
        media_folder = folder / "media"
        media_folder.mkdir()
        self.child.ask(
            {
                "path": str(path.resolve()),
                "work": str(folder),
                "staging": str(media_folder),
                "limits": self._limits.as_json(),
            }
        )
        while True:
            kind, payload = self._next()
            if kind == frames.HEADER:
                header: dict[str, Any] = json.loads(payload)
                return header
            if kind != frames.PROGRESS:
                raise ValueError(f"a frame {kind!r} before the header")

    def batches(self) -> Iterator[NoteBatch]:
        try:
            while True:
                kind, payload = self._next()
                if kind == frames.NOTES:
                    yield self._batch(payload)
                elif kind == frames.END:
                    self._finish(json.loads(payload))
                    return
        except (KeyError, TypeError, ValueError, IndexError, RecursionError):
            raise UnreadableDeck(_NOT_UNDERSTOOD) from None
        finally:
            self.child.close()

    def __iter__(self) -> Iterator[Note]:
        for batch in self.batches():
            for place, guid in enumerate(batch.guids):
                layout = batch.layouts[place]
                yield Note(
                    guid=guid,
                    note_type=batch.types[place],
                    deck=layout.deck,
                    fields=tuple(batch.texts[place].split(FIELD_SEPARATOR)),
                    tags=tuple(batch.tags[place].split()),
                    card_decks=dict(layout.card_decks),
                    place=f"note {batch.number(place)}",
                )

    def close(self) -> None:
        """Give up: end the child and remove what it unpacked, if the folder is our own."""
        if self.forget is not None:
            self.forget()

    def _next(self) -> tuple[bytes, bytes]:
        kind, payload = self.child.next_frame(self._limits.silence_s)
        if kind == frames.REFUSED:
            raise UnreadableDeck(str(json.loads(payload)["message"])[:500])
        return kind, payload

    def _batch(self, payload: bytes) -> NoteBatch:
        meta, sorts, guids, hashes, tags, texts = frames.split(payload, _PARTS)
        said = json.loads(bytes(meta))
        count = int(said["count"])
        for sort in said["sorts"]:
            self._sorts.append((str(sort["type"]), self._layout(sort)))
        numbers = array("I")
        numbers.frombytes(sorts)
        if len(numbers) != count:
            raise ValueError("sorts and notes differ in number")
        known = self._sorts
        return NoteBatch(
            first=int(said["first"]),
            guids=frames.texts_of(guids, count),
            types=_Shared(numbers, [kind for kind, _ in known]),
            layouts=_Shared(numbers, [layout for _, layout in known]),
            layouts_used=[known[number][1] for number in dict.fromkeys(numbers)],
            texts=_LaterColumn(texts, count),
            tags=_LaterColumn(tags, count),
            hashes=_hashes(hashes, count),
            media={
                int(place): tuple((str(label), str(name)) for label, name in pairs)
                for place, pairs in said["media"].items()
            },
            missing={int(place): tuple(names) for place, names in said["missing"].items()},
            numbers=[int(number) for number in said["numbers"]] if said["numbers"] else None,
        )

    def _layout(self, sort: dict[str, Any]) -> Layout:
        ordinals = sort["ordinals"]
        return Layout(
            self._deck or str(sort["deck"]),
            None if ordinals is None else tuple(int(number) for number in ordinals),
            () if self._deck else tuple((int(n), str(deck)) for n, deck in sort["card_decks"]),
        )

    def _finish(self, said: dict[str, Any]) -> None:
        self.refused, self.reviews = int(said["refused"]), int(said["reviews"])
        self.peak_bytes = int(said["peak_bytes"])
        self.warnings += [ReadWarning(*map(str, warning)) for warning in said["warnings"]]
        if self.reviews:
            self.warnings.append(
                ReadWarning(
                    "progress-not-imported",
                    "",
                    f"{self.reviews:,} reviews and the schedule were left out; all cards are new",
                )
            )


class _Shared(Sequence[T]):
    """A column of which many notes share the values: numbers, and what they stand for."""

    def __init__(self, numbers: Sequence[int], values: list[T]) -> None:
        self._numbers = numbers
        self._values = values

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return [self._values[number] for number in self._numbers[place]]
        return self._values[self._numbers[place]]


class _LaterColumn(Sequence[str]):
    """A column that is decoded when somebody wants to see it: unchanged notes never are."""

    def __init__(self, part: memoryview, count: int) -> None:
        self._part = part
        self._count = count
        self._texts: list[str] | None = None

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if self._texts is None:
            self._texts = frames.texts_of(self._part, self._count)
        return self._texts[place]


def _hashes(part: memoryview, count: int) -> list[str]:
    if len(part) != count * _HASH_BYTES:
        raise ValueError("hashes and notes differ in number")
    digits, width = part.hex(), 2 * _HASH_BYTES
    return [digits[at : at + width] for at in range(0, len(digits), width)]


def _deck_file(
    header: dict[str, Any], folder: Path, notes: PackageNotes, options: ReadOptions
) -> DeckFile:
    types = {}
    for key, name, kind, fields, layouts in header["types"]:
        types[str(key)] = NoteType(
            str(key),
            str(name),
            NoteKind(kind),
            Markup.HTML,
            tuple(map(str, fields)),
            tuple(Template(*map(str, layout)) for layout in layouts),
        )
    decks = [
        DeckInfo(str(name), {"description": str(description)} if description else {})
        for name, description in header["decks"]
    ]
    return DeckFile(
        format=str(header["format"]),
        decks=[] if options.deck else decks,
        note_types=types,
        notes=notes,
        media=[_media(notes, folder / "media", *entry) for entry in header["media"]],
        warnings=notes.warnings,
        note_count=int(header["notes"]),
    )


def _media(
    notes: PackageNotes, folder: Path, name: str, size_bytes: int, sha256: str, staged: str
) -> StagedMedia:
    if not str(staged).isdecimal():
        raise ValueError("a staged file without a number")
    path = folder / staged
    return StagedMedia(str(name), int(size_bytes), partial(_read, notes, path), path, str(sha256))


def _read(_notes: PackageNotes, path: Path) -> bytes:
    """Holds on to the notes, because the folder goes when they do."""
    return path.read_bytes()


def _tidy(child: Child, folder: Path | None) -> None:
    child.close()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
