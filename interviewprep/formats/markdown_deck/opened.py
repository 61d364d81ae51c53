"""A card and its blocks while they are being read."""

from __future__ import annotations

from interviewprep.formats.markdown_deck.grammar import Block, Fence


class OpenBlock:
    """A side or section that is being read."""

    def __init__(self, name: str, line: int, first: str = "") -> None:
        self.name = name
        self.line = line
        self.lines = [first] if first else []
        self.fences: list[Fence] = []

    def close(self) -> Block:
        text = "\n".join(self.lines)
        return Block(self.name, text.strip("\n").rstrip(), self.line, tuple(self.fences))


class OpenCard:
    """A card that is being read."""

    def __init__(self, card_id: str, line: int, group: str) -> None:
        self.id = card_id
        self.line = line
        self.group = group
        self.meta: dict[str, str] = {}
        self.meta_lines: dict[str, int] = {}
        self.in_meta = bool(card_id)
        self.sides: dict[str, OpenBlock] = {}
        self.sections: list[OpenBlock] = []
        self.block: OpenBlock | None = None
