"""Uploaded files on their way: under a random name, locked by whoever works on them.

The lock is the system's own on the open file, so that it is gone when the process is, however that
ended, and every process of this server can see it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from werkzeug.datastructures import FileStorage

from ..config import Settings


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


def keep(settings: Settings, sent: FileStorage) -> Upload:
    """Write what was sent to the uploads folder, piece by piece, and lock it."""
    settings.uploads_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.uploads_dir / secrets.token_hex(20)
    file = path.open("xb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sent.save(file)
        file.flush()
    except BaseException:
        file.close()
        path.unlink(missing_ok=True)
        raise
    return Upload(path, file)


def reopen(settings: Settings, stored_name: str) -> Upload | None:
    """Lock a file that is there already; None where it is gone or somebody works on it."""
    path = settings.uploads_dir / stored_name
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


def is_locked(settings: Settings, stored_name: str) -> bool:
    """Whether somebody works on the file now. A file that is gone is nobody's."""
    try:
        with (settings.uploads_dir / stored_name).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def remove_unused(settings: Settings, in_use: set[str], older_than_s: float) -> int:
    """Remove uploads that no open job speaks of; return how many. Young ones may get a job yet."""
    removed = 0
    if not settings.uploads_dir.is_dir():
        return removed
    for path in settings.uploads_dir.iterdir():
        with suppress(FileNotFoundError):
            is_old = path.stat().st_mtime < time.time() - older_than_s
            if path.name not in in_use and is_old and not is_locked(settings, path.name):
                path.unlink()
                removed += 1
    return removed
