"""Anki's packages, `.apkg` and `.colpkg`, of all three vintages.

The bytes are read in a process of their own (`child.py`), which has limits; `reader.py` starts it
and turns what it says into a `DeckFile`. This module stays light, because the child imports it.
"""

from __future__ import annotations

from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.reading import Format, ReadOptions

_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
SUFFIXES = (".apkg", ".colpkg")


def _recognises(name: Path, head: bytes) -> bool:
    """A zip, or whatever is called a package: then the reader says what is wrong with it."""
    return head.startswith(_ZIP_MARKS) or name.suffix.lower() in SUFFIXES


def _read(path: Path, options: ReadOptions) -> DeckFile:
    from interviewprep.formats.anki.reader import read_package

    return read_package(path, options)


FORMAT = Format("anki", "Anki package", SUFFIXES, _recognises, _read)
