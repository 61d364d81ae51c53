"""Media that a reader has unpacked already, so that they can be moved instead of copied."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from interviewprep.core.notes import Media


@dataclass(frozen=True, slots=True)
class StagedMedia(Media):
    """A file in the reader's work folder; `sha256` (hex) is of its bytes as they were written."""

    path: Path
    sha256: str


class Closing(Protocol):
    def close(self) -> None: ...


def staged_media(
    notes: object, folder: Path, name: str, size_bytes: int, sha256: str, staged: str
) -> StagedMedia:
    """A file that a child process put into `folder`, as it describes it; `notes` own the folder.

    Raises `ValueError` for a file that is called anything but a number.
    """
    if not str(staged).isdecimal():
        raise ValueError("a staged file without a number")
    path = folder / staged
    return StagedMedia(str(name), int(size_bytes), partial(_read, notes, path), path, str(sha256))


def tidy(child: Closing, folder: Path | None) -> None:
    """End a child process, and remove the folder that was made for it, if any."""
    child.close()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _read(_notes: object, path: Path) -> bytes:
    """Holds on to the notes, because the folder goes when they do."""
    return path.read_bytes()
