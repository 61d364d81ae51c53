"""Standard output of a run: sent as it comes, so that it is not lost when the run is ended."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

LONGEST_CHARACTERS = 100_000
SENT_AT_ONCE = 2_000
"""Writes that are sent one by one; later ones are gathered for a moment."""
GATHERED_S = 0.02
CUT = (
    f"\n… The output is cut here: the first {LONGEST_CHARACTERS:,} characters of a run are shown.\n"
)


class Output(io.TextIOBase):
    """A text stream that hands what is written to `send`, up to `LONGEST_CHARACTERS` of it."""

    def __init__(self, send: Callable[[str], object]) -> None:
        self._send = send
        self._held: list[str] = []
        self._left = LONGEST_CHARACTERS
        self._writes = 0
        self._sent_at = 0.0
        self.is_muted = False

    @property
    def is_cut(self) -> bool:
        return self._left < 0

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._left < 0 or self.is_muted or not text:
            return len(text)
        self._held.append(text[: self._left])
        self._left -= len(text)
        if self._left < 0:
            self._held.append(CUT)
        self._writes += 1
        now = time.perf_counter()
        if self._writes < SENT_AT_ONCE or self._left < 0 or now - self._sent_at > GATHERED_S:
            self._sent_at = now
            self.send_held()
        return len(text)

    def send_held(self) -> None:
        if self._held:
            held, self._held = self._held, []
            self._send("".join(held))
