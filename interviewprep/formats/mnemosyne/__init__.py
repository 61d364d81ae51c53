"""Mnemosyne's XML, of version 1, and of version 2 with its `.cards` (a zip around it)."""

from __future__ import annotations

import re
from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.contained import read_contained
from interviewprep.formats.reading import Format, ReadOptions
from interviewprep.formats.text import head_text

_MARK = re.compile(r"<(?:mnemosyne|openSM2sync)[\s>/]")


def recognises(name: Path, head: bytes) -> bool:
    """Whether this is XML whose outermost element is one of Mnemosyne's; zips go by their names."""
    text = head_text(head)
    return text is not None and text.lstrip()[:1] == "<" and _MARK.search(text) is not None


def _read(path: Path, options: ReadOptions) -> DeckFile:
    return read_contained("interviewprep.formats.mnemosyne.reader", path, options)


FORMAT = Format("mnemosyne", "Mnemosyne XML and .cards", (".cards", ".xml"), recognises, _read)
