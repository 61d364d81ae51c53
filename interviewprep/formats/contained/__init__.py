"""Reading in a process with limits, so that no file can take this one along.

A reader of files that are built of parts (JSON, XML, zip, SQLite) is a module with a function
`read(path, options) -> DeckFile`. Its `Format.read` calls `read_contained` with the module's name;
the reader runs in a child process whose memory and time are bounded, and its notes come out as
frames. This module stays light, because the child imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.reading import ReadOptions


def read_contained(reader: str, path: Path, options: ReadOptions) -> DeckFile:
    """Read a file with the module `reader`, up to its notes, which follow when they are iterated.

    Raises `UnreadableDeck`, here or while the notes are iterated.
    """
    from interviewprep.formats.contained.reader import read_in_child

    return read_in_child(reader, path, options)


LARGE_BYTES = 1024 * 1024


def read_contained_if_large(
    reader: str, path: Path, options: ReadOptions, read: Callable[[Path, ReadOptions], DeckFile]
) -> DeckFile:
    """Read a text with `read`, which is in the module `reader`; a large one in a child process.

    A small text cannot take long, and is read before a process has started.
    """
    if path.stat().st_size > LARGE_BYTES:
        return read_contained(reader, path, options)
    return read(path, options)
