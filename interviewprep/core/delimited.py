"""Pieces between an opening and a closing mark, found in time that grows with the text alone.

A regular expression such as `<!--.*?-->` reads on to the end of the text from every opening that is
never closed: minutes, on a text that consists of openings. Here a closing mark that was not found
once is not looked for again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping


def delimited(
    text: str, opening: re.Pattern[str], closings: Mapping[str, re.Pattern[str]]
) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield the opening and the closing match of each piece, in order, one after the other.

    `closings` is asked by the name of the group that matched in `opening`. An opening without its
    closing is text.
    """
    absent: set[str] = set()
    at = 0
    while (begin := opening.search(text, at)) is not None:
        kind = begin.lastgroup or ""
        end = None if kind in absent else closings[kind].search(text, begin.end())
        if end is None:
            absent.add(kind)
            at = begin.start() + 1
        else:
            yield begin, end
            at = end.end()


def without(text: str, opening: re.Pattern[str], closings: Mapping[str, re.Pattern[str]]) -> str:
    """Return the text with a space in the place of each piece, its marks included."""
    kept: list[str] = []
    at = 0
    for begin, end in delimited(text, opening, closings):
        kept += text[at : begin.start()], " "
        at = end.end()
    return "".join([*kept, text[at:]]) if kept else text
