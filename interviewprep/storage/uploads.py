"""Uploaded files on their way: under a random name, locked by whoever works on them.

The lock is the system's own on the open file, so that it is gone when the process is, however that
ended, and every process of this server can see it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO


class Upload:
    """One uploaded file, locked from `keep` or `reopen` until `close`."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self._file = file

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def size_bytes(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def close(self) -> None:
        """Let the lock go; the file stays."""
        self._file.close()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
        self.close()


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
    return Upload(path, file)


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
