"""The process that touches a package's bytes, so that the program itself never does.

One line of JSON on standard input says what to read; frames come out (`frames.py`). One file, then
the process ends: nothing a hostile file may have done to it outlives that file.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats.anki import frames
from interviewprep.formats.anki.collection import open_collection, schema_version
from interviewprep.formats.anki.container import open_package
from interviewprep.formats.anki.deck_limits import read_limits
from interviewprep.formats.anki.history import (
    count_reviews,
    has_reviews,
    read_totals,
    review_frames,
)
from interviewprep.formats.anki.limits import Limits
from interviewprep.formats.anki.media_list import media_names, unpack_media
from interviewprep.formats.anki.notes import NoteReader
from interviewprep.formats.anki.schema import read_schema
from interviewprep.formats.damage import in_brackets
from interviewprep.formats.plain_sqlite import damage_said

Send = Callable[[bytes, bytes], None]
_PROGRESS_EVERY = 50
_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Read one request and answer it; a closed pipe means that nobody wants the answer."""
    line = sys.stdin.buffer.readline()
    if not line:
        return
    request = json.loads(line)
    limits = Limits(**request["limits"])
    _limit_process(limits)
    out = sys.stdout.buffer

    def send(kind: bytes, payload: bytes) -> None:
        out.write(frames.head_of(kind, payload))
        out.write(payload)
        out.flush()

    with suppress(BrokenPipeError):
        _answer(request, limits, send)
    os._exit(0)  # nothing is left to tidy up, and the parent waits


def _answer(request: dict[str, Any], limits: Limits, send: Send) -> None:
    try:
        staging = request["staging"]
        read(
            Path(request["path"]),
            Path(request["work"]),
            Path(staging) if staging else None,
            limits,
            send,
            with_progress=request["progress"],
        )
    except UnreadableDeck as error:
        send(frames.REFUSED, frames.packed({"message": error.message}))
    except sqlite3.Error as error:
        reason = in_brackets(damage_said(error))
        message = f"The collection in the package is damaged{reason}; export it again."
        send(frames.REFUSED, frames.packed({"message": message}))
    except (TypeError, UnicodeDecodeError) as error:
        # A table made anew without the types of Anki's columns; a name in a schema.
        reason = "a number is none" if isinstance(error, TypeError) else "a name is no text"
        message = f"The collection in the package is damaged ({reason}); export it again."
        send(frames.REFUSED, frames.packed({"message": message}))
    except BrokenPipeError:
        raise
    except OSError as error:
        message = (
            f"There is no room here to unpack the package ({error.strerror}); ask the"
            " administrator of this server."
        )
        send(frames.REFUSED, frames.packed({"message": message}))
    except MemoryError:
        message = "The package needs more memory than is allowed; export the deck in parts."
        send(frames.REFUSED, frames.packed({"message": message}))


def read(
    path: Path,
    work: Path,
    staging: Path | None,
    limits: Limits,
    send: Send,
    *,
    with_progress: bool = False,
) -> None:
    """Read a package, `work` being an empty folder for the unpacked collection.

    Media go into `staging` if given, else they are only looked at. Totals of progress are always
    sent; where cards stand, and their reviews, only `with_progress`. Raises `UnreadableDeck`,
    `sqlite3.Error`, `MemoryError`.
    """
    warnings = WarningLog()
    package = open_package(path, limits)
    unpacked = work / "collection"
    with unpacked.open("wb") as file:
        for piece in package.pieces(
            package.collection_name,
            limits.collection_bytes,
            zstandard=package.vintage == "anki21b",
        ):
            file.write(piece)
    collection_bytes = unpacked.stat().st_size
    connection = open_collection(unpacked)
    unpacked.unlink()  # it stays readable while it is open, and nothing has to be tidied up
    version = schema_version(connection)
    schema = read_schema(connection, version, limits)
    deck_limits, has_options = read_limits(connection, version)
    if has_options:
        warnings.add(
            "deck-options",
            "",
            "of the options of decks only new cards and reviews a day are carried",
        )
    progress = read_totals(connection, version)
    with_progress = with_progress and progress is not None
    media = []
    for name, size_bytes, sha256, staged in unpack_media(package, media_names(package), staging):
        media.append((name, size_bytes, sha256, staged))
        if len(media) % _PROGRESS_EVERY == 0:
            send(frames.PROGRESS, frames.packed({"media": len(media)}))
    (note_count,) = connection.execute("SELECT count(*) FROM notes").fetchone()
    send(
        frames.HEADER,
        frames.packed(_header(package.vintage, schema, deck_limits, media, note_count, progress)),
    )
    reader = NoteReader(
        connection,
        schema,
        {m[0] for m in media},
        limits,
        warnings,
        with_progress=with_progress,
    )
    for payload in reader.frames(collection_bytes):
        send(frames.NOTES, payload)
    strays = 0
    if reader.card_numbers is not None and has_reviews(connection):
        for payload, left_out in review_frames(connection, reader.card_numbers):
            strays += left_out
            send(frames.REVIEWS, payload)
    found = [[w.code, w.where, w.message] for w in warnings.all()]
    send(
        frames.END,
        frames.packed(
            {
                "warnings": found,
                "refused": warnings.count("refused-note"),
                "reviews": count_reviews(connection),
                "strays": strays,
                "peak_bytes": _peak_bytes(),
            }
        ),
    )


def _header(
    vintage: str,
    schema: Any,
    limits: dict[int, dict[str, int]],
    media: list[Any],
    note_count: int,
    progress: dict[str, Any] | None,
) -> dict[str, Any]:
    return {
        "format": vintage,
        "decks": [
            [name, schema.descriptions.get(name, ""), limits.get(deck_id, {})]
            for deck_id, name in schema.decks.items()
        ],
        "types": [
            [
                kind.key,
                kind.name,
                kind.kind,
                kind.fields,
                [[part.name, part.question, part.answer] for part in kind.templates],
            ]
            for kind in schema.note_types.values()
        ],
        "media": media,
        "notes": note_count,
        "progress": progress,
    }


def _peak_bytes() -> int:
    """The most memory this process had; where it can, without what its parent had before."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT_BYTES


def _limit_process(limits: Limits) -> None:
    """Let the system end this process where the file makes it want too much."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    largest = max(limits.collection_bytes, limits.media_file_bytes) + 1024 * 1024
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
