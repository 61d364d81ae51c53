"""The process in which a reader runs: one request on standard input, frames out, then it ends."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from interviewprep.core.notes import DeckFile, Media, Note, NoteType
from interviewprep.core.read_warnings import WarningLog, left_out, shortened
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import frames
from interviewprep.formats.contained.fitting import Fitting, fitting_deck, fitting_type
from interviewprep.formats.contained.limits import MIB, ReaderLimits
from interviewprep.formats.damage import in_brackets
from interviewprep.formats.plain_sqlite import damage_said
from interviewprep.formats.reading import ReadOptions

Send = Callable[[bytes, Any], None]
FRAME_NOTES, _FRAME_CHARS = 200, 4 * MIB


def main() -> None:
    """Read one request and answer it; a closed pipe means that nobody wants the answer."""
    line = sys.stdin.buffer.readline()
    if not line:
        return
    request = json.loads(line)
    limits = ReaderLimits(**request["limits"])
    _limit_process(limits)
    out = sys.stdout.buffer

    def send(kind: bytes, said: Any) -> None:
        payload = frames.packed(said)
        out.write(frames.head_of(kind, payload))
        out.write(payload)
        out.flush()

    with suppress(BrokenPipeError):
        refusal = _answer(request, limits, send)
        if refusal:
            send(frames.REFUSED, {"message": refusal})
    os._exit(0)  # nothing is left to tidy up, and the parent waits


def _answer(request: dict[str, Any], limits: ReaderLimits, send: Send) -> str:
    """Read and send; return what to refuse the file with, or an empty text."""
    options = request["options"]
    for name in ("work_folder", "media_folder"):
        options[name] = Path(options[name]) if options[name] else None
    try:
        read(request["reader"], Path(request["path"]), ReadOptions(**options), limits, send)
    except UnreadableDeck as error:
        return error.message
    except sqlite3.Error as error:
        said = in_brackets(damage_said(error))
        return f"The database in the file is damaged{said}; copy or export it again."
    except UnicodeDecodeError:  # a name in a schema, say
        return "The database in the file is damaged (a name is no text); copy or export it again."
    except RecursionError:
        return "The file nests too deeply to be read; export it again where it came from."
    except MemoryError:
        return "The file needs more memory than is allowed to be read; split it into smaller files."
    except BrokenPipeError:
        raise
    except OSError as error:
        return (
            f"There is no room here to unpack the file ({error.strerror}); ask the administrator"
            " of this server."
        )
    return ""


def read(reader: str, path: Path, options: ReadOptions, limits: ReaderLimits, send: Send) -> None:
    """Read a file with a reader's module and send what it says.

    Media go into `staged` below the work folder. Raises `UnreadableDeck`, `sqlite3.Error`,
    `UnicodeDecodeError`, `OSError`, `MemoryError`, `RecursionError`.
    """
    deck_file: DeckFile = import_module(reader).read(path, options)
    types = {kind.key: kind for kind in map(fitting_type, deck_file.note_types.values())}
    decks = [fitting_deck(info) for info in deck_file.decks]
    for found, most, what in (
        (types, limits.note_types, "note types"),
        (decks, limits.decks, "decks"),
        (deck_file.media, limits.media_files, "media files"),
    ):
        if len(found) > most:
            raise UnreadableDeck(
                f"The file has more than {most:,} {what}; split it into smaller files."
            )
    assert options.work_folder is not None
    staged = list(_staged(deck_file.media, options.work_folder / "staged", limits))
    send(
        frames.HEADER,
        {
            "format": deck_file.format,
            "decks": [[info.name, dict(info.details), dict(info.limits)] for info in decks],
            "types": [_type_as_json(kind) for kind in types.values()],
            "media": staged,
            "notes": deck_file.note_count,
            "read_as": dict(deck_file.read_as),
        },
    )
    warnings = WarningLog()
    fitting = Fitting(types, options, limits, warnings)
    for notes in _framed(fitting.notes(deck_file.notes)):
        send(frames.NOTES, notes)
    refused = fitting.refused + left_out(deck_file)
    every = [*warnings.all(), *shortened(deck_file.warnings)]
    said = [[w.code, w.where, w.message] for w in every]
    send(frames.END, {"warnings": said, "refused": refused, "peak_bytes": _peak_bytes()})


def _framed(notes: Iterable[Note]) -> Iterator[list[Any]]:
    frame: list[Any] = []
    chars = 0
    for note in notes:
        decks = {str(number): name for number, name in note.card_decks.items()}
        frame.append(
            [
                *(note.guid, note.note_type, note.deck, note.fields, note.tags),
                *(decks, dict(note.details), note.place),
            ]
        )
        chars += sum(map(len, note.fields))
        if len(frame) >= FRAME_NOTES or chars >= _FRAME_CHARS:
            yield frame
            frame, chars = [], 0
    if frame:
        yield frame


def _staged(media: Iterable[Media], folder: Path, limits: ReaderLimits) -> Iterator[list[Any]]:
    """Write each file under a number; yield name, size, SHA-256 (hex) and number."""
    folder.mkdir()
    left = limits.media_bytes
    for number, each in enumerate(media):
        data = each.read()
        left -= len(data)
        if len(data) > limits.media_file_bytes or left < 0:
            raise UnreadableDeck(
                f"The media of the file are larger than {limits.media_bytes:,} bytes, or one of"
                f" them than {limits.media_file_bytes:,}; split the deck."
            )
        (folder / str(number)).write_bytes(data)
        yield [each.name, len(data), sha256(data).hexdigest(), str(number)]


def _type_as_json(kind: NoteType) -> list[Any]:
    templates = [[part.name, part.question, part.answer] for part in kind.templates]
    return [kind.key, kind.name, kind.kind, kind.markup, kind.fields, templates]


def _peak_bytes() -> int:
    """The most memory this process had, without what its parent had before, where that is said."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _limit_process(limits: ReaderLimits) -> None:
    """Let the system end this process where the file makes it want too much."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    largest = limits.media_file_bytes + MIB
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
