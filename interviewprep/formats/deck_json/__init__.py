"""A deck as JSON: the values of `core/notes.py`, media included. Written for other programs."""

from __future__ import annotations

import re
from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.contained import read_contained
from interviewprep.formats.reading import Format, ReadOptions
from interviewprep.formats.text import head_text

NAME, VERSION = "interviewprep-deck", 1
SUFFIX = ".json"
_MARK = re.compile(rf'\s*\{{\s*"format"\s*:\s*"{NAME}"')


def _recognises(name: Path, head: bytes) -> bool:
    text = head_text(head)
    return text is not None and _MARK.match(text) is not None


def _read(path: Path, options: ReadOptions) -> DeckFile:
    return read_contained("interviewprep.formats.deck_json.reader", path, options)


FORMAT = Format("json", "Decks as JSON of our own", (SUFFIX,), _recognises, _read)
