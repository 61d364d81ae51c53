"""Notes with cards in the conventions of Obsidian's spaced repetition."""

from __future__ import annotations

import re
from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.contained import read_contained_if_large
from interviewprep.formats.markdown_masks import masked
from interviewprep.formats.reading import Format, ReadOptions
from interviewprep.formats.text import head_text

SUFFIXES = (".md", ".markdown")
_OTHERS = re.compile(
    r"^(?:[QACTD]:(?:[ \t]|$)|## [a-z0-9]+(?:-[a-z0-9]+)*[ \t]*$)|\{\{c\d", re.MULTILINE
)
_OUR_FRONT_MATTER = re.compile(r"---\n(?:.*\n)*?(?:category|licence|sources):", re.MULTILINE)
_CERTAIN = re.compile(r"<!--SR:|(?<![\w/#&])#flashcards\b")
_CARD = re.compile(r"[^\s:]:::?[^\s:]|[^\s:] :::? |^\?{1,2}[ \t]*$|==[^\s=]", re.MULTILINE)


def recognises(name: Path, head: bytes) -> bool:
    """Whether the text has cards as Obsidian's plugin writes them, and none as anybody else."""
    text = head_text(head)
    if text is None:
        return False
    mask = masked(text)
    if _OTHERS.search(mask) or _OUR_FRONT_MATTER.match(text):
        return False
    if _CERTAIN.search(mask):
        return True
    return name.suffix.lower() in SUFFIXES and _CARD.search(mask) is not None


def _read(path: Path, options: ReadOptions) -> DeckFile:
    from interviewprep.formats.obsidian_cards.reader import read

    return read_contained_if_large(
        "interviewprep.formats.obsidian_cards.reader", path, options, read
    )


FORMAT = Format("obsidian", "Obsidian notes with flashcards", SUFFIXES, recognises, _read)
