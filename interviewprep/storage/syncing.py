"""Waiting until the disk has what was written."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from pathlib import Path

_FEW = 8


def sync(path: Path) -> None:
    """See a file, or the names in a folder, onto the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sync_all(folder: Path, paths: Collection[Path]) -> None:
    """As `sync` for each of these, which are on the disk that `folder` is on.

    Many are seen off with one call where the system has it (Linux: `syncfs`, which also says where
    writing failed). It holds no lock of the interpreter while the disk works.
    """
    if len(paths) <= _FEW or not sys.platform.startswith("linux"):
        for path in paths:
            sync(path)
        return
    import ctypes  # most imports bring no media and need not load it

    system = ctypes.CDLL(None, use_errno=True)
    opened = os.open(folder, os.O_RDONLY)
    try:
        if system.syncfs(opened):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(opened)
