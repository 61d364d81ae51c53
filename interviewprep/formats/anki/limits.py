"""How much a package may hold. All sizes are of bytes really read, not of sizes claimed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one read. `memory_bytes` and `cpu_s` are the child process's own."""

    entries: int = 50_000
    collection_bytes: int = 1024 * MIB
    media_bytes: int = 2048 * MIB
    media_file_bytes: int = 256 * MIB
    media_list_bytes: int = 32 * MIB
    notes: int = 250_000
    note_chars: int = 1_000_000
    note_types: int = 5_000
    decks: int = 50_000
    memory_bytes: int = 512 * MIB
    cpu_s: int = 100
    silence_s: int = 110

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
