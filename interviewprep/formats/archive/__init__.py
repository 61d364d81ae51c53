"""A zip of deck files with their pictures: Markdown, text and JSON, each file a deck."""

from __future__ import annotations

from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.contained import read_contained
from interviewprep.formats.reading import Format, ReadOptions

NAME, ANKI = "archive", "anki"
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")


def recognises(name: Path, head: bytes) -> bool:
    """Any zip that is not called, and does not begin like, a package of Anki's."""
    return head.startswith(_ZIP_MARKS)


def _read(path: Path, options: ReadOptions) -> DeckFile:
    found = read_contained("interviewprep.formats.archive.reader", path, options)
    if found.format != ANKI:
        return found
    from interviewprep.formats.anki.reader import read_package

    list(found.notes)  # none: only the names in the zip told what it is
    return read_package(path, options)


FORMAT = Format(
    NAME, "Zip of Markdown, CSV or CrowdAnki files with pictures", (".zip",), recognises, _read
)
