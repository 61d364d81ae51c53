"""Deletions of other conventions, marked with signs of their own, become `{{c1::…}}`."""

from __future__ import annotations

import re

_COLONS = re.compile("::+")


def with_deletions(text: str, mask: str, marked: re.Pattern[str]) -> tuple[str, int]:
    """The text with every match of `marked` in its mask made a deletion, and their number.

    Group 1 of a match is what is hidden. Each gets a number of its own, so each makes a card.
    """
    pieces, at, number = [], 0, 0
    for found in marked.finditer(mask):
        hidden = text[found.start(1) : found.end(1)]
        if not hidden.strip():
            continue
        number += 1
        pieces += [text[at : found.start()], f"{{{{c{number}::{_hideable(hidden)}}}}}"]
        at = found.end()
    return "".join([*pieces, text[at:]]), number


def _hideable(text: str) -> str:
    """Within a deletion `}}` would end it, and `::` would begin a hint."""
    apart = _COLONS.sub(lambda colons: "\u2060".join(colons[0]), text)
    while "}}" in apart:
        apart = apart.replace("}}", "} }")
    return f"{apart} " if apart.endswith("}") else apart
