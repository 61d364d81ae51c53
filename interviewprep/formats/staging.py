"""Media that a reader has unpacked already, so that they can be moved instead of copied.

Large files lie in the reader's work folder by themselves. Small ones lie behind each other in few
files, because making a file costs more than filling it, and most are known already.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from interviewprep.core.notes import Media

_STAGED = re.compile(r"([0-9]+)(?:\+([0-9]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class StagedMedia(Media):
    """Bytes in the reader's work folder; `sha256` (hex) is of them as they were written. `at` is
    where in the file they begin, None where they are all of it."""

    path: Path
    sha256: str
    at: int | None = None

    def head(self, count: int) -> bytes:
        """The first `count` bytes, or as many as there are."""
        with self.path.open("rb") as file:
            file.seek(self.at or 0)
            return file.read(min(count, self.size_bytes))

    def as_file(self) -> Path:
        """A file that holds these bytes and nothing else, in the same folder."""
        if self.at is None:
            return self.path
        # With its size, because an empty one begins where the next does.
        place = self.path.with_name(f"{self.path.name}+{self.at}+{self.size_bytes}")
        place.write_bytes(self.read())
        return place


class Closing(Protocol):
    def close(self) -> None: ...


def staged_media(
    notes: object, folder: Path, name: str, size_bytes: int, sha256: str, staged: str
) -> StagedMedia:
    """A file that a child process put into `folder`, as it describes it; `notes` own the folder.

    `staged` is the number that its file is called by, followed by `+` and a place within that file
    where it holds more than this. Raises `ValueError` for anything else.
    """
    found = _STAGED.fullmatch(str(staged))
    size_bytes = int(size_bytes)
    if found is None or size_bytes < 0:
        raise ValueError("a staged file without a number")
    path = folder / found[1]
    at = int(found[2]) if found[2] else None
    read = partial(_read, notes, path, at, size_bytes)
    return StagedMedia(str(name), size_bytes, read, path, str(sha256), at)


def tidy(child: Closing, folder: Path | None) -> None:
    """End a child process, and remove the folder that was made for it, if any."""
    child.close()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _read(_notes: object, path: Path, at: int | None, size_bytes: int) -> bytes:
    """Holds on to the notes, because the folder goes when they do."""
    if at is None:
        return path.read_bytes()
    with path.open("rb") as file:
        file.seek(at)
        return file.read(size_bytes)
