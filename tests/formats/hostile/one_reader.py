"""A process that reads file after file, so that ten thousand take minutes and not hours.

In the program every file has a process of its own; here what these processes do is done in one,
`Inside` standing for each. A line of JSON on standard input names a file, a line on standard output
says what became of it. What a reader is not meant to raise is a crash, and told as one.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions, recognise
from interviewprep.formats.account_archive.reader import ArchiveFile
from interviewprep.formats.anki import child as packages
from interviewprep.formats.anki import frames
from interviewprep.formats.anki import reader as package_reader
from interviewprep.formats.anki.limits import Limits
from interviewprep.formats.contained import child as others
from interviewprep.formats.contained import reader as contained_reader
from interviewprep.formats.contained.limits import ReaderLimits

READ, REFUSED, CRASHED = "read", "refused", "crashed"
_MEMORY_BYTES = 768 * 1024 * 1024
_NONSENSE = "makes no sense"
_ROWS = ("learning/cards.jsonl", "learning/decks.jsonl", "learning/tables/memory.jsonl")


class Crashed(BaseException):
    """A reader raised what nobody expects of it; not an `Exception`, for those are caught."""


class Inside:
    """What `process.Child` is to its reader, without the process."""

    is_alive = True

    def __init__(self, module: str = packages.__name__, **_words: str) -> None:
        self._module: Any = import_module(module)
        self._frames: list[tuple[bytes, bytearray]] = []

    def ask(self, request: dict[str, Any]) -> None:
        request = json.loads(json.dumps(request))
        try:
            if self._module is packages:
                packages._answer(request, Limits(**request["limits"]), self._keep)
                return
            limits = ReaderLimits(**request["limits"])
            refusal = others._answer(request, limits, self._pack)
        except Exception:
            raise Crashed(traceback.format_exc()) from None
        if refusal:
            self._pack(frames.REFUSED, {"message": refusal})

    def _pack(self, kind: bytes, said: Any) -> None:
        self._keep(kind, frames.packed(said))

    def _keep(self, kind: bytes, payload: bytes) -> None:
        self._frames.append((kind, bytearray(payload)))

    def next_frame(self, _silence_s: float) -> tuple[bytes, bytearray]:
        return self._frames.pop(0)

    def close(self) -> None:
        self._frames.clear()


def outcome_of(path: Path, name: str, work: Path) -> tuple[str, str]:
    """What becomes of a file, and what is said of it."""
    try:
        options = ReadOptions(default_deck="x", work_folder=work, with_progress=True)
        deck_file = recognise(path, name).read(path, options)
        notes = sum(1 for _ in deck_file.notes)
        if isinstance(deck_file, ArchiveFile):
            notes += sum(len(media.read()) for media in deck_file.media)
            notes += sum(1 for entry in _ROWS for _ in deck_file.rows(entry))
        reviews = getattr(deck_file.notes, "reviews", None)
        if reviews is not None:
            notes += sum(len(columns.cards) for columns in reviews())
    except UnreadableDeck as refused:
        return (CRASHED if _NONSENSE in refused.message else REFUSED), refused.message
    except (Crashed, Exception):
        return CRASHED, traceback.format_exc()
    return READ, str(notes)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    package_reader.take = Inside  # type: ignore[assignment]
    contained_reader.Child = Inside  # type: ignore[assignment,misc]
    for line in sys.stdin:
        asked = json.loads(line)
        work = Path(asked["work"])
        work.mkdir()
        end, said = outcome_of(Path(asked["path"]), asked["name"], work)
        shutil.rmtree(work)
        print(json.dumps([end, said]), flush=True)


if __name__ == "__main__":
    main()
