"""The code that stands in an exercise."""

from __future__ import annotations

from interviewprep.formats.markdown_deck.grammar import Fence, ParsedCard


def fences(card: ParsedCard, role: str) -> list[Fence]:
    return [fence for block in card.sections for fence in block.fences if fence.role == role]


def code_of(card: ParsedCard, role: str) -> str:
    (fence,) = fences(card, role)
    return fence.code
