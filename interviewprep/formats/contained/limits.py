"""How much a contained reader may use, and how much may come out of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """Bounds of one read; `memory_bytes` and `cpu_s` are the child process's own.

    `text_chars` is of all fields together, because a small file may refer to one long text a
    thousand times.
    """

    memory_bytes: int = 512 * MIB
    cpu_s: int = 100
    silence_s: int = 110
    text_chars: int = 512 * MIB
    note_chars: int = 4 * MIB
    note_types: int = 5_000
    decks: int = 50_000
    media_files: int = 50_000
    media_bytes: int = 2048 * MIB
    media_file_bytes: int = 256 * MIB

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
