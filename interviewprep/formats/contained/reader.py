"""The parent's side of a contained read: a `DeckFile` whose notes come from the child process.

The child may have been taken over by the file it reads, so that all it says is looked at: values
are made what they must be, and files are taken by number from a folder of our own only.
"""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

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
from interviewprep.core.study_settings import LIMITS
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import frames
from interviewprep.formats.anki.process import Child
from interviewprep.formats.contained.limits import ReaderLimits
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.staging import staged_media, tidy

_NOT_UNDERSTOOD = (
    "The file made its reader say what makes no sense, so nothing was taken from it; export or copy"
    " it again."
)
_NONSENSE = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError)


def read_in_child(
    reader: str, path: Path, options: ReadOptions, limits: ReaderLimits | None = None
) -> DeckFile:
    """Read a file with the module `reader` in a process of its own. Raises `UnreadableDeck`."""
    limits = limits or ReaderLimits()
    own_folder = options.work_folder is None
    folder = options.work_folder or Path(tempfile.mkdtemp(prefix="interviewprep-"))
    child = Child("interviewprep.formats.contained.child", what="file", again="split it")
    notes = ContainedNotes(child, limits)
    notes.forget = weakref.finalize(notes, tidy, child, folder if own_folder else None)
    try:
        header = notes.begin(reader, path, replace(options, work_folder=folder))
        return _deck_file(header, folder / "staged", notes, options)
    except _NONSENSE:
        notes.close()
        raise UnreadableDeck(_NOT_UNDERSTOOD) from None
    except BaseException:
        notes.close()
        raise


class ContainedNotes:
    """The notes of one file, to be iterated once. `refused` and `peak_bytes` are complete then."""

    def __init__(self, child: Child, limits: ReaderLimits) -> None:
        self.forget: Any = None
        self.refused = 0
        self.peak_bytes = 0
        self.warnings: list[ReadWarning] = []
        self._child = child
        self._limits = limits

    def begin(self, reader: str, path: Path, options: ReadOptions) -> dict[str, Any]:
        """Send the child to work; return its header."""
        said = asdict(options)
        for name in ("work_folder", "media_folder"):
            said[name] = str(Path(said[name]).resolve()) if said[name] else None
        self._child.ask(
            {
                "reader": reader,
                "path": str(path.resolve()),
                "options": said,
                "limits": self._limits.as_json(),
            }
        )
        kind, header = self._next()
        if kind != frames.HEADER or not isinstance(header, dict):
            raise ValueError(f"a frame {kind!r} before the header")
        return header

    def __iter__(self) -> Iterator[Note]:
        try:
            while True:
                kind, said = self._next()
                if kind == frames.NOTES:
                    yield from [_note(*each) for each in said]
                elif kind == frames.END:
                    self._finish(said)
                    return
        except _NONSENSE:
            raise UnreadableDeck(_NOT_UNDERSTOOD) from None
        finally:
            self._child.close()

    def close(self) -> None:
        """Give up: end the child and remove what it unpacked, if the folder is our own."""
        if self.forget is not None:
            self.forget()

    def _next(self) -> tuple[bytes, Any]:
        kind, payload = self._child.next_frame(self._limits.silence_s)
        said = json.loads(payload)
        if kind == frames.REFUSED:
            raise UnreadableDeck(str(said["message"])[:500])
        return kind, said

    def _finish(self, said: dict[str, Any]) -> None:
        self.refused, self.peak_bytes = int(said["refused"]), int(said["peak_bytes"])
        self.warnings += [ReadWarning(*map(str, warning)) for warning in said["warnings"]]


def _deck_file(
    header: dict[str, Any], folder: Path, notes: ContainedNotes, options: ReadOptions
) -> DeckFile:
    count = header["notes"]
    return DeckFile(
        format=str(header["format"]),
        decks=[] if options.deck else [_deck(*each) for each in header["decks"]],
        note_types={kind.key: kind for kind in (_note_type(*each) for each in header["types"])},
        notes=notes,
        media=[staged_media(notes, folder, *each) for each in header["media"]],
        warnings=notes.warnings,
        note_count=None if count is None else int(count),
        read_as={str(name): str(value) for name, value in header["read_as"].items()},
    )


def _deck(name: str, details: dict[str, Any], limits: dict[str, int]) -> DeckInfo:
    known = {
        key: value
        for key, value in limits.items()
        if key in LIMITS and LIMITS[key][0] <= value <= LIMITS[key][1]
    }
    return DeckInfo(str(name), dict(details), known)


def _note_type(
    key: str, name: str, kind: str, markup: str, fields: list[str], templates: list[list[str]]
) -> NoteType:
    return NoteType(
        str(key),
        str(name),
        NoteKind(kind),
        Markup(markup),
        tuple(map(str, fields)),
        tuple(Template(*map(str, part)) for part in templates),
    )


def _note(
    guid: str,
    note_type: str,
    deck: str,
    fields: list[str],
    tags: list[str],
    card_decks: dict[str, str],
    details: dict[str, Any],
    place: str,
) -> Note:
    return Note(
        str(guid),
        str(note_type),
        str(deck),
        tuple(map(str, fields)),
        tuple(map(str, tags)),
        {int(number): str(name) for number, name in card_decks.items()},
        dict(details),
        str(place),
    )
