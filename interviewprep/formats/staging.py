"""Media that a reader has unpacked already, so that they can be moved instead of copied."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from interviewprep.core.notes import Media


@dataclass(frozen=True, slots=True)
class StagedMedia(Media):
    """A file in the reader's work folder; `sha256` (hex) is of its bytes as they were written."""

    path: Path
    sha256: str
