"""A card with its texts as they stand in the file, so that a finding can name the very line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from interviewprep.core.deck_lint.findings import ERROR, WARN, Finding, Level
from interviewprep.formats.markdown_deck.grammar import Block, Fence, FrontMatter, ParsedCard

_LABEL = re.compile(r"[QACTDHN]:[ \t]*")
_GROUP = re.compile(r"#[ \t]")
_ITEM = re.compile(r"(?P<indent>[ ]{0,3})(?:[-*+]|\d{1,3}[.)])[ \t]+(?P<text>.*)")
_RULE = re.compile(r"[ \t]*\|?[ \t:|-]*-[ \t:|-]*\|?[ \t]*")
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Passage:
    """One side or section. `text` has every fence blanked, and one line for each of the file."""

    name: str
    line: int
    text: str
    fences: tuple[Fence, ...] = ()

    def line_at(self, offset: int) -> int:
        """The line of the file on which a place in `text` stands."""
        return self.line + self.text.count("\n", 0, offset)

    @property
    def has_block(self) -> bool:
        """Whether it shows something beside prose: code, a table, a list, a picture, a formula."""
        shown = any(fence.role != "check" for fence in self.fences)
        return (
            shown
            or re.search(r"^[ ]{0,3}(?:[-*+] |\d+[.)] |\||\$\$)|!\[", self.text, re.M) is not None
        )

    def code(self, *roles: str) -> tuple[Fence, ...]:
        """The fences of these roles."""
        return tuple(fence for fence in self.fences if fence.role in roles)

    def items(self) -> list[tuple[int, str]]:
        """The outermost list items with their lines; what is indented below belongs to them."""
        found: list[tuple[int, str]] = []
        for number, line in enumerate(self.text.split("\n"), start=self.line):
            item = _ITEM.fullmatch(line)
            if item is not None and (not found or len(item["indent"]) < 2):
                found.append((number, item["text"].strip()))
            elif found and line.strip():
                found[-1] = (found[-1][0], f"{found[-1][1]}\n{line.strip()}")
        return found

    def table(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """The rows of the one table with their lines: the header first, the rule left out."""
        rows = [
            (number, _cells(line.strip()))
            for number, line in enumerate(self.text.split("\n"), start=self.line)
            if line.strip().startswith("|")
        ]
        if len(rows) < 2 or _RULE.fullmatch("|".join(rows[1][1])) is None:
            return ()
        return (rows[0], *rows[2:])


@dataclass(frozen=True, slots=True)
class LintedCard:
    """A card, its file, and its sides or sections by name, in the order of the file."""

    path: str
    deck_id: str
    card: ParsedCard
    front_matter: FrontMatter
    passages: Mapping[str, Passage]

    def error(self, rule: str, line: int, message: str, fix: str) -> Finding:
        return self._finding(rule, line, ERROR, message, fix)

    def warn(self, rule: str, line: int, message: str, fix: str) -> Finding:
        return self._finding(rule, line, WARN, message, fix)

    def line_of(self, key: str) -> int:
        """The line of a metadata key, else that of the card."""
        return self.card.meta_lines.get(key, self.card.line)

    @property
    def texts(self) -> list[Passage]:
        return list(self.passages.values())

    def _finding(self, rule: str, line: int, level: Level, message: str, fix: str) -> Finding:
        return Finding(self.path, line, rule, level, message, fix, self.card.id)


@dataclass(frozen=True, slots=True)
class LintedFile:
    """A deck file that was read. `front_matter` is None where there is none to speak of.

    `problems` are what the parser refused; `broken_ids` are the cards that were lost by it.
    """

    path: str
    deck_id: str
    lines: tuple[str, ...]
    front_matter: FrontMatter | None
    cards: tuple[LintedCard, ...]
    problems: tuple[Finding, ...] = ()
    broken_ids: frozenset[str] = frozenset()

    def line_of(self, key: str, below: str = "") -> int:
        """The line of the front matter with this key (below that one), else the first."""
        is_below = not below
        for number, line in enumerate(self.lines[1:], start=2):
            if line.rstrip() == "---":
                break
            name = line.partition(":")[0].strip().strip("\"'")
            if is_below and name == key:
                return number
            is_below = is_below or name == below
        return 1


def passages_of(
    card: ParsedCard, lines: Sequence[str], starts: Sequence[int]
) -> dict[str, Passage]:
    """Cut a card's texts out of the lines of its file; `starts` are all lines where one begins."""
    blocks = [*card.sides.values(), *card.sections]
    return {block.name: _passage(block, lines, starts) for block in blocks}


def starts_of(cards: Sequence[ParsedCard], lines: Sequence[str]) -> list[int]:
    """The lines where a card or a text of one begins, and the line after the last."""
    blocks = (block.line for card in cards for block in (*card.sides.values(), *card.sections))
    headings = (n for n, line in enumerate(lines, start=1) if line.startswith("## "))
    return sorted({*(card.line for card in cards), *blocks, *headings, len(lines) + 1})


def _passage(block: Block, lines: Sequence[str], starts: Sequence[int]) -> Passage:
    inside = [(fence.line, fence.line + fence.code.count("\n") + 1) for fence in block.fences]
    last = max((end for _, end in inside), default=block.line)
    end = starts[bisect_right(starts, last)] - 1
    text = [line.rstrip("\r") for line in lines[block.line - 1 : end]]
    label = _LABEL.match(text[0])
    text[0] = text[0][label.end() :] if label and len(block.name) == 1 else ""
    for first, final in inside:
        for number in range(first, final + 1):
            text[number - block.line] = ""
    group = next((n for n, line in enumerate(text) if n and _GROUP.match(line)), len(text))
    return Passage(block.name, block.line, "\n".join(text[:group]).rstrip(), block.fences)


def _cells(line: str) -> tuple[str, ...]:
    inside = line.removeprefix("|")
    inside = inside[:-1] if inside.endswith("|") and not inside.endswith("\\|") else inside
    return tuple(cell.strip() for cell in _CELL.split(inside))


def items_of(files: Sequence[LintedFile]) -> Iterator[LintedCard]:
    """All cards of all files."""
    for file in files:
        yield from file.cards
