"""The parent's side of reading a package: a `DeckFile` whose notes come from the child process."""

from __future__ import annotations

import json
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from interviewprep.core.note_batches import FIELD_SEPARATOR, NoteBatch, ReviewColumns
from interviewprep.core.notes import (
    DeckFile,
    DeckInfo,
    Markup,
    Note,
    NoteKind,
    NoteType,
    PackageProgress,
    ReadWarning,
    Template,
)
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import frames
from interviewprep.formats.anki.columns import Columns
from interviewprep.formats.anki.limits import Limits
from interviewprep.formats.anki.process import Child, take
from interviewprep.formats.anki.progress import progress_of, progress_warnings
from interviewprep.formats.reading import ReadOptions
from interviewprep.formats.staging import staged_media, tidy

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
    notes = PackageNotes(take(), limits, options.deck, with_progress=options.with_progress)
    notes.forget = weakref.finalize(notes, tidy, notes.child, folder if own_folder else None)
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

    `refused` and `review_count` are counts, complete after that (and after the reviews, where they
    were asked for); `peak_bytes` is the most memory that the child had.
    """

    def __init__(
        self, child: Child, limits: Limits, deck: str | None, *, with_progress: bool = False
    ) -> None:
        self.child = child
        self.forget: Any = None
        self.refused = 0
        self.review_count = 0
        self.progress: PackageProgress | None = None
        self._with_progress = with_progress
        self._first_reviews: bytearray | None = None
        self.peak_bytes = 0
        self.warnings: list[ReadWarning] = []
        self._limits = limits
        self.columns = Columns(deck, with_progress=with_progress)

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
                "progress": self._with_progress,
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
        is_over = True
        try:
            while True:
                kind, payload = self._next()
                if kind == frames.NOTES:
                    yield self.columns.batch(payload)
                elif kind == frames.REVIEWS:
                    self._first_reviews, is_over = payload, False
                    return
                elif kind == frames.END:
                    self._finish(json.loads(payload))
                    return
        except (KeyError, TypeError, ValueError, IndexError, RecursionError):
            raise UnreadableDeck(_NOT_UNDERSTOOD) from None
        finally:
            if is_over:
                self.child.close()

    def reviews(self) -> Iterator[ReviewColumns]:
        """The reviews, once all notes have been iterated; none unless they were asked for."""
        payload, self._first_reviews = self._first_reviews, None
        if payload is None:
            return
        try:
            kind = frames.REVIEWS
            while kind != frames.END:
                if kind == frames.REVIEWS:
                    yield self.columns.reviews(payload)
                kind, payload = self._next()
            self._finish(json.loads(payload))
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

    def _next(self) -> tuple[bytes, bytearray]:
        kind, payload = self.child.next_frame(self._limits.silence_s)
        if kind == frames.REFUSED:
            raise UnreadableDeck(str(json.loads(payload)["message"])[:500])
        return kind, payload

    def _finish(self, said: dict[str, Any]) -> None:
        self.refused, self.review_count = int(said["refused"]), int(said["reviews"])
        self.peak_bytes = int(said["peak_bytes"])
        self.warnings += [ReadWarning(*map(str, warning)) for warning in said["warnings"]]
        if self._with_progress:
            self.warnings += progress_warnings(
                self.progress, self.review_count, int(said["strays"])
            )


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
        DeckInfo(
            str(name),
            {"description": str(description)} if description else {},
            {str(limit): int(value) for limit, value in limits.items()},
        )
        for name, description, limits in header["decks"]
    ]
    notes.progress = progress_of(header["progress"])
    media = [staged_media(notes, folder / "media", *entry) for entry in header["media"]]
    notes.columns.begin(types, {each.name: each.sha256 for each in media})
    return DeckFile(
        format=str(header["format"]),
        decks=[] if options.deck else decks,
        note_types=types,
        notes=notes,
        media=[*media],
        warnings=notes.warnings,
        note_count=int(header["notes"]),
        progress=notes.progress,
    )
