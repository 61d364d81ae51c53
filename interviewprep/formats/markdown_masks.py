"""Which parts of a Markdown text are code or maths, where signs mean nothing but themselves."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

MASK = "\ufffc"
_FENCE = re.compile(r"^[ \t]*(?P<marks>`{3,}|~{3,})(?P<info>[^\n]*)$", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_TOKEN = re.compile(r"`+|\$\$|\$")
_LINK = re.compile(r"!?\[[^\[\]\n]*\]\([^()\n]*\)|!?\[\[[^\[\]\n]*\]\]|\\.")
Span = tuple[int, int]


def masked(text: str) -> str:
    """The text with every sign of code and maths but line ends replaced: as long as it was."""
    return _covered(text, [*fences(text), *_inline_spans(text)])


def without_links(mask: str) -> str:
    """A masked text with links, pictures and escaped signs replaced, too."""
    return _covered(mask, [found.span() for found in _LINK.finditer(mask)])


def fences(text: str) -> list[Span]:
    """Fenced blocks; one that is never closed goes to the end."""
    found: list[Span] = []
    opened: re.Match[str] | None = None
    for line in _FENCE.finditer(text):
        marks, info = line["marks"], line["info"]
        if opened is None:
            if "`" not in marks or "`" not in info:
                opened = line
        elif marks.startswith(opened["marks"]) and not info.strip():
            found.append((opened.start(), line.end()))
            opened = None
    if opened is not None:
        found.append((opened.start(), len(text)))
    return found


def _inline_spans(text: str) -> Iterator[Span]:
    """Inline code and maths outside fences, in linear time whatever is never closed."""
    edges = [0, *(edge for span in fences(text) for edge in span), len(text)]
    for start, end in list(pairwise(edges))[::2]:
        begins = start
        for blank in _BLANK_LINE.finditer(text, start, end):
            yield from _spans_of_paragraph(text, begins, blank.start())
            begins = blank.end()
        yield from _spans_of_paragraph(text, begins, end)


def _spans_of_paragraph(text: str, start: int, end: int) -> Iterator[Span]:
    tokens = list(_TOKEN.finditer(text, start, end))
    places: dict[str, list[int]] = {}
    for place, token in enumerate(tokens):
        places.setdefault(token[0], []).append(place)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        partner = _partner(text, tokens, places[token[0]], place)
        if partner is None:
            place += 1
            continue
        yield token.start(), tokens[partner].end()
        place = partner + 1


def _partner(text: str, tokens: list[re.Match[str]], alike: list[int], place: int) -> int | None:
    """The token that closes this one, if it opens anything."""
    token = tokens[place]
    if _is_escaped(text, token.start()):
        return None
    later = bisect_right(alike, place)
    if later == len(alike):
        return None
    closing = tokens[alike[later]]
    if token[0] == "$":
        inside = text[token.end() : closing.start()]
        is_maths = (
            inside.strip() == inside != ""
            and "\n" not in inside
            and not text[closing.end() : closing.end() + 1].isdigit()
            and not _is_escaped(text, closing.start())
        )
        if not is_maths:
            return None
    return alike[later]


def _is_escaped(text: str, at: int) -> bool:
    first = at
    while first and text[first - 1] == "\\":
        first -= 1
    return (at - first) % 2 == 1


def _covered(text: str, spans: list[Span]) -> str:
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start < at:
            continue
        pieces.append(text[at:start])
        pieces += ["\n".join(MASK * len(line) for line in text[start:end].split("\n"))]
        at = end
    return "".join([*pieces, text[at:]])
