"""Plain hashcards files: `Q:` and `A:`, `C:` with `[deletions]`, TOML front matter, `---` between.

What our own format has, too, is left to it; here come the files that only hashcards writes so.
"""

from __future__ import annotations

import re
from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.contained import read_contained_if_large
from interviewprep.formats.markdown_masks import masked, without_links
from interviewprep.formats.reading import Format, ReadOptions
from interviewprep.formats.text import head_text

SUFFIXES = (".md", ".markdown")
_TABLES = (".csv", ".tsv")
_TOML = re.compile(r"\s*---[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*[\w\"-]+[ \t]*=")
_YAML = re.compile(r"\s*---[ \t]*\n(?:[ \t]*\n)*[\w-]+:")
_OURS = re.compile(r"^(?:## [a-z0-9]+(?:-[a-z0-9]+)*[ \t]*$|[TDHN]:[ \t])|\{\{c\d", re.MULTILINE)
_CARD = re.compile(r"^[QC]:", re.MULTILINE)
_CLOZE = re.compile(r"^C:", re.MULTILINE)
_BRACKETS = re.compile(r"\[[^\[\]]+\]")
_RULE = re.compile(r"^---[ \t]*$", re.MULTILINE)


def recognises(name: Path, head: bytes) -> bool:
    """Whether the text has cards as only hashcards writes them."""
    text = head_text(head)
    if text is None or name.suffix.lower() in _TABLES:
        return False
    mask = masked(text)
    if _CARD.search(mask) is None:
        return False
    if _TOML.match(text):
        return True
    if _YAML.match(text) or _OURS.search(mask):
        return False
    is_separated = "Q:" in text and _RULE.search(mask) is not None
    has_brackets = _BRACKETS.search(without_links(mask)) is not None
    return is_separated or (_CLOZE.search(mask) is not None and has_brackets)


def _read(path: Path, options: ReadOptions) -> DeckFile:
    from interviewprep.formats.hashcards.reader import read

    return read_contained_if_large("interviewprep.formats.hashcards.reader", path, options, read)


FORMAT = Format("hashcards", "hashcards files", SUFFIXES, recognises, _read)
