"""What one import newly puts into the media store, written down so that it can be taken back.

The journal lies in the store's work folder, locked by the process that writes it. After a crash the
lock is gone and the journal is there, and whoever sweeps takes back what it names.
"""

from __future__ import annotations

import fcntl
import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from .media_store import MediaStore, Taking, is_sha256

Known = Callable[[list[str]], Iterable[str]]
"""Of some SHA-256, those that a row speaks of."""
_PREFIX = "intake-"
_BATCH = 500


class MediaIntake:
    """The store as one import sees it. What was there before is never taken back."""

    def __init__(self, store: MediaStore, journal: IO[str]) -> None:
        self._store = store
        self._journal = journal
        self._path = Path(journal.name)

    def put_bytes(self, data: bytes) -> str:
        """As `MediaStore.put_bytes`."""
        with self._noted(hashlib.sha256(data).hexdigest()):
            return self._store.put_bytes(data)

    def take_file(self, file: Path, sha256: str) -> None:
        """As `MediaStore.take_file`."""
        with self._noted(sha256):
            self._store.take_file(file, sha256)

    def take_many(self, files: Mapping[str, Callable[[], Path]]) -> NotedTaking:
        """As `MediaStore.take_many`."""
        fresh = [sha256 for sha256 in files if not self._store.path_of(sha256).exists()]
        self._write("".join(f"{sha256}\n" for sha256 in fresh))
        return NotedTaking(self._store.take_many(files), partial(self._taken, fresh))

    def _taken(self, fresh: Sequence[str]) -> None:
        paths = [self._store.path_of(sha256) for sha256 in fresh]
        self._write("".join(f"{path.name} {path.stat().st_mtime_ns}\n" for path in paths))

    def take_back(self, known: Known) -> int:
        """Remove what came in and no row speaks of; return how many files that were."""
        return _take_back(self._store, self._path, known)

    @contextmanager
    def _noted(self, sha256: str) -> Iterator[None]:
        path = self._store.path_of(sha256)
        is_new = not path.exists()
        if is_new:
            self._write(f"{sha256}\n")
        yield
        if is_new:  # another import that finds it there touches it, and then it stays
            self._write(f"{sha256} {path.stat().st_mtime_ns}\n")

    def _write(self, line: str) -> None:
        self._journal.write(line)
        self._journal.flush()


@dataclass(frozen=True, slots=True)
class NotedTaking:
    """As `Taking`, and written down."""

    taking: Taking
    taken: Callable[[], None]

    def finish(self) -> None:
        """As `Taking.finish`."""
        self.taking.finish()
        self.taken()


@contextmanager
def media_intake(store: MediaStore) -> Iterator[MediaIntake]:
    """A journal for the time of one import; gone at the end, which must be after the commit or
    after `take_back`."""
    base = store.folder / "work"
    base.mkdir(parents=True, exist_ok=True)
    with (base / f"{_PREFIX}{secrets.token_hex(16)}").open("x", encoding="ascii") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield MediaIntake(store, journal)
        finally:
            Path(journal.name).unlink(missing_ok=True)


def take_back_abandoned(store: MediaStore, known: Known) -> int:
    """Take back what imports brought whose process died before they ended; return how many."""
    removed = 0
    for path in sorted((store.folder / "work").glob(f"{_PREFIX}*")):
        with suppress(OSError), path.open(encoding="ascii") as journal:
            fcntl.flock(journal, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails where it is being written
            removed += _take_back(store, path, known)
            path.unlink(missing_ok=True)
    return removed


def _take_back(store: MediaStore, journal: Path, known: Known) -> int:
    touched_at: dict[str, int | None] = {}
    for line in journal.read_text(encoding="ascii").splitlines():
        sha256, _, mtime_ns = line.partition(" ")
        if is_sha256(sha256) and (not mtime_ns or mtime_ns.isdecimal()):
            touched_at[sha256] = int(mtime_ns) if mtime_ns else None
    removed = 0
    hashes = list(touched_at)
    for at in range(0, len(hashes), _BATCH):
        part = hashes[at : at + _BATCH]
        kept = set(known(part))
        removed += sum(
            _remove_untouched(store.path_of(sha256), journal.parent, touched_at[sha256])
            for sha256 in part
            if sha256 not in kept
        )
    return removed


def _remove_untouched(path: Path, work: Path, mtime_ns: int | None) -> bool:
    """Remove a file unless somebody has touched it since; moved aside first, so that whoever comes
    in between finds it either there or gone."""
    aside = work / secrets.token_hex(16)
    try:
        path.replace(aside)
    except FileNotFoundError:
        return False
    if mtime_ns is not None and aside.stat().st_mtime_ns != mtime_ns:
        aside.replace(path)
        return False
    aside.unlink()
    return True
