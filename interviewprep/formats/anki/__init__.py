"""Anki's packages, `.apkg` and `.colpkg`, of all three vintages.

The bytes are read in a process of their own (`child.py`), which has limits; `reader.py` starts it
and turns what it says into a `DeckFile`. This module stays light, because the child imports it.
"""

from __future__ import annotations

from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.reading import Format, ReadOptions

_ZIP_MARK = b"PK\x03\x04"
_FIRST_NAME, _FIRST_NAMES = 30, (b"collection.anki2", b"meta", b"media")
"""Where the name of the first entry of a zip stands, and what Anki puts there."""
SUFFIXES = (".apkg", ".colpkg")


def _recognises(name: Path, head: bytes) -> bool:
    """Whatever is called a package, and a zip that begins like one: the reader says the rest."""
    if name.suffix.lower() in SUFFIXES:
        return True
    return head.startswith(_ZIP_MARK) and head[_FIRST_NAME:].startswith(_FIRST_NAMES)


def _read(path: Path, options: ReadOptions) -> DeckFile:
    from interviewprep.formats.anki.reader import read_package

    return read_package(path, options)


FORMAT = Format("anki", "Anki package", SUFFIXES, _recognises, _read)
