"""CrowdAnki's JSON: one deck, those below it, their note types and the names of their media."""

from __future__ import annotations

import re
from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.contained import read_contained
from interviewprep.formats.reading import Format, ReadOptions
from interviewprep.formats.text import head_text

SUFFIX = ".json"
_MARK = re.compile(r'"(?:__type__|crowdanki_uuid|note_models|deck_config_uuid)"\s*:')


def recognises(name: Path, head: bytes) -> bool:
    """Whether this is JSON that speaks of itself as CrowdAnki does."""
    text = head_text(head)
    return text is not None and text.lstrip()[:1] == "{" and _MARK.search(text) is not None


def _read(path: Path, options: ReadOptions) -> DeckFile:
    return read_contained("interviewprep.formats.crowdanki.reader", path, options)


FORMAT = Format("crowdanki", "CrowdAnki JSON", (SUFFIX,), recognises, _read)
