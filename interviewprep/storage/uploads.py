"""Uploaded files on their way: under a random name, locked by whoever works on them.

The lock is the system's own on the open file, so that it is gone when the process is, however that
ended, and every process of this server can see it. Beside the file lie two small ones, for what
cannot go through the database while an import holds its write lock: how far the work is, and the
wish that it may stop.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PROGRESS, _STOP = ".progress", ".stop"
_BESIDE = (_PROGRESS, _STOP)


class Upload:
    """One uploaded file, locked from `keep` or `reopen` until `close`."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self._file = file

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def descriptor(self) -> int:
        """The open file, whose lock a process that inherits it holds, too."""
        return self._file.fileno()

    @property
    def size_bytes(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def note_progress(self, done: int, total: int | None) -> None:
        """Say how far the work is, for `progress_of` in any process of this server."""
        aside = self.path.with_name(f"{self.name}.{secrets.token_hex(4)}")
        aside.write_text(f"{done} {'' if total is None else total}", encoding="ascii")
        aside.replace(self.path.with_name(self.name + _PROGRESS))

    @property
    def is_to_stop(self) -> bool:
        """Whether `ask_to_stop` was called for this file."""
        return self.path.with_name(self.name + _STOP).exists()

    def hand_over(self) -> None:
        """Leave the lock to the process that has inherited the open file."""
        self._file.close()

    def close(self) -> None:
        """Let the lock go; the file stays."""
        self._remove_beside()
        self._file.close()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self.close()

    def _remove_beside(self) -> None:
        for end in _BESIDE:
            self.path.with_name(self.name + end).unlink(missing_ok=True)


def keep(folder: Path, write: Callable[[IO[bytes]], object]) -> Upload:
    """Make a file below `folder`, lock it, and let `write` fill it, piece by piece."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / secrets.token_hex(20)
    file = path.open("xb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        write(file)
        file.flush()
    except BaseException:
        file.close()
        path.unlink(missing_ok=True)
        raise
    return Upload(path, file)


def reopen(folder: Path, stored_name: str) -> Upload | None:
    """Lock a file that is there already; None where it is gone or somebody works on it."""
    path = folder / stored_name
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    upload = Upload(path, file)
    upload._remove_beside()  # of a process that has died
    return upload


def ask_to_stop(folder: Path, stored_name: str) -> None:
    """Ask whoever works on a file to give it up; where nobody does, nothing happens."""
    if is_locked(folder, stored_name):
        (folder / (stored_name + _STOP)).touch()


def progress_of(folder: Path, stored_name: str) -> tuple[int, int | None] | None:
    """What was last said by `note_progress`; None where nothing was."""
    try:
        text = (folder / (stored_name + _PROGRESS)).read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    done, _, total = text.partition(" ")
    return int(done), int(total) if total else None


@dataclass(frozen=True, slots=True)
class Uploads:
    """What can be known of the files in one folder."""

    folder: Path

    def is_locked(self, stored_name: str) -> bool:
        return is_locked(self.folder, stored_name)

    def is_held(self, stored_name: str) -> bool:
        """Whether the file is here, so that it need not be sent again."""
        return (self.folder / stored_name).is_file()


def is_locked(folder: Path, stored_name: str) -> bool:
    """Whether somebody works on the file now. A file that is gone is nobody's."""
    try:
        with (folder / stored_name).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def remove_unused(folder: Path, in_use: set[str], untouched_since_s: float) -> int:
    """Remove files that no open job speaks of; return how many.

    Only those not touched since the instant `untouched_since_s` (seconds since 1970): younger ones
    may get their job yet.
    """
    removed = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            is_old = path.stat().st_mtime <= untouched_since_s
            if path.name not in in_use and is_old and not is_locked(folder, path.name):
                path.unlink()
                removed += 1
    return removed
