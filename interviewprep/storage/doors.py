"""Who writes next to one SQLite file, between answers and the turns of an import.

SQLite lets who finds the file taken sleep up to 100 ms before it looks again, so an import that
gives way for a moment would come back before anybody had looked. Here an answer looks again each
millisecond, the import's pause is longer than that, and it begins its next turn only when nobody is
writing.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

PATIENCE_S = 1.0
PAUSE_S = 0.002
_LOOK_AGAIN_S = 0.0005
LONGEST_WAIT_S = 5.0
"""An import that was stopped in a turn would close the door for ever: then SQLite's own time limit
is what ends the wait, with a refusal."""


class Door:
    """A lock on a file beside the database, which the system lets go when a process dies.

    `with door:` is for those who write for a moment: the first of this process goes in when no
    import has a turn, the others along with it, and then one after the other.
    """

    def __init__(self, database_file: str | None) -> None:
        named = database_file and database_file != ":memory:"
        self._path = Path(f"{database_file}-writing") if named else None
        self._file: int | None = None
        self._count = threading.Lock()
        self._entry = threading.Lock()
        self._inside = 0
        self._is_open = False
        self.one_at_a_time = threading.Lock()

    def __enter__(self) -> None:
        if self._path is not None:
            with self._count:
                self._inside += 1  # from now on who leaves leaves the door open
            with self._entry:
                if not self._is_open:
                    if self._file is None:
                        self._file = _opened(self._path)
                    self._is_open = _locked(self._file, fcntl.LOCK_SH, LONGEST_WAIT_S)[0]
        self.one_at_a_time.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.one_at_a_time.release()
        if self._path is not None:
            with self._count:
                self._inside -= 1
                is_last = not self._inside
            if is_last:
                with self._entry, self._count:
                    if not self._inside and self._is_open and self._file is not None:
                        fcntl.flock(self._file, fcntl.LOCK_UN)
                        self._is_open = False

    def for_import(self) -> ImportDoor:
        """The same door for an import, which closes it when it is over."""
        return ImportDoor(self._path, self.one_at_a_time)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class ImportDoor:
    """What an import goes through at the beginning of each turn, and out again."""

    def __init__(self, path: Path | None, one_at_a_time: threading.Lock) -> None:
        self._file = None if path is None else _opened(path)
        self._one_at_a_time = one_at_a_time

    def enter(self) -> bool:
        """Wait until nobody writes or waits to, and keep others out; whether anybody did.

        Where somebody always does, it is the import's turn after `PATIENCE_S` nonetheless: then
        SQLite decides who is next.
        """
        has_waited = False
        if self._file is not None:
            _, has_waited = _locked(self._file, fcntl.LOCK_EX, PATIENCE_S)
        self._one_at_a_time.acquire()
        return has_waited

    def leave(self) -> None:
        self._one_at_a_time.release()
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One turn, and a moment in which others get in; closes the door behind it."""
        try:
            self.enter()
            try:
                yield
            finally:
                self.leave()
            time.sleep(PAUSE_S)
        finally:
            self.close()

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _locked(file: int, kind: int, at_most_s: float) -> tuple[bool, bool]:
    """Take the lock, or give up after `at_most_s`; whether it is held, and was waited for."""
    has_waited, until = False, time.monotonic() + at_most_s
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return True, has_waited
        except BlockingIOError:
            has_waited = True
            if time.monotonic() > until:
                return False, True
            time.sleep(_LOOK_AGAIN_S)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
