"""Guids for notes of files that give none: the same question in the same deck is the same note."""

from __future__ import annotations

from hashlib import blake2b


class MadeGuids:
    """Makes the guids of one file. A question that stands twice gets a number the second time."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._times: dict[str, int] = {}

    def make(self, deck: str, front: str) -> str:
        content = f"{deck}\x1f{' '.join(front.split())}"
        digest = blake2b(content.encode("utf-8", "replace"), digest_size=9).hexdigest()
        times = self._times[digest] = self._times.get(digest, 0) + 1
        return f"{self._prefix}-{digest}" if times == 1 else f"{self._prefix}-{digest}-{times}"
