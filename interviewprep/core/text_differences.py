"""Two versions of a text beside each other, with the words marked in which they differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Run = tuple[str, bool]
"""A piece of text, and whether the other version has something else there."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_WORDS = 4_000
"""Finding what is equal grows with the square of the words."""


def differences(mine: str, theirs: str) -> tuple[list[Run], list[Run]]:
    """Return both texts in pieces, together the whole text each; empty texts have none.

    Texts without a word in common, and very long ones, come back unmarked: marking all says
    nothing.
    """
    words, others = _WORD.findall(mine), _WORD.findall(theirs)
    if len(words) + len(others) > _MOST_WORDS:
        return _plain(mine), _plain(theirs)
    blocks = SequenceMatcher(str.isspace, words, others, autojunk=False).get_matching_blocks()
    if not any(word.strip() for block in blocks for word in words[block.a : block.a + block.size]):
        return _plain(mine), _plain(theirs)
    return (
        list(_runs(words, [(block.a, block.size) for block in blocks])),
        list(_runs(others, [(block.b, block.size) for block in blocks])),
    )


def _runs(words: Sequence[str], equal: Sequence[tuple[int, int]]) -> Iterator[Run]:
    at = 0
    for begin, size in equal:
        if begin > at:
            yield "".join(words[at:begin]), True
        if size:
            yield "".join(words[begin : begin + size]), False
        at = begin + size


def _plain(text: str) -> list[Run]:
    return [(text, False)] if text else []
