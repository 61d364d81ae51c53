"""How long each kind of block may run, and how much memory it may take."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RunLimits:
    """Bounds of one block. Seconds are of processor time, so that a busy machine changes nothing.

    A block that waits instead of computing is ended after `patience` times as long and a little.
    `slow_s` is what a solution may take for all its tests before it is called slow (X04).
    """

    check_s: float = 10.0
    output_s: float = 5.0
    solution_s: float = 10.0
    slow_s: float = 2.0
    wrong_s: float = 4.0
    query_s: float = 4.0
    memory_bytes: int = 512 * MIB
    patience: float = 3.0

    def waiting_s(self, processor_s: float) -> float:
        """Return for how long a block with this much processor time is waited for."""
        return processor_s * self.patience + 2.0
