"""Lays lines out as the Markdown library reads them, where people write them as forges do.

A list or a table needs no empty line before it, nested lists two spaces or more, a fence any
indentation; the library wants an empty line, four spaces and none. Pure text in, text out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_FENCE = re.compile(r"(?P<marks>`{3,}|~{3,})(?P<info>.*)")
_ITEM = re.compile(r"(?P<mark>[-*+]|(?P<number>\d{1,9})[.)])(?P<gap> +|$)(?P<text>.*)")
_RULE = re.compile(r"([-*_])[ ]*(?:\1[ ]*){2,}")
_DELIMITER_ROW = re.compile(r"\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*){0,100}\|?[ ]*")
_DEEPEST_LIST = 12


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: the words after the fence, and the lines within."""

    info: str
    code: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula on lines of its own."""

    latex: str


def arranged(lines: Sequence[str], put_aside: Callable[[Fence | Formula], str]) -> Iterator[str]:
    """Yield the lines anew; `put_aside` gives the text that stands for a fence or a formula."""
    yield from _Arranger(lines, put_aside).run()


class _Arranger:
    """Knows the content column of every open list item, and whether a paragraph is open."""

    def __init__(self, lines: Sequence[str], put_aside: Callable[[Fence | Formula], str]) -> None:
        self._lines = [line.expandtabs(4).rstrip("\n") for line in lines]
        self._put_aside = put_aside
        self._columns: list[int] = []
        self._in_paragraph = False
        self._in_table = False
        self._block_has_item = False
        self._no_formula_before = 0

    def run(self) -> Iterator[str]:
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            text = line.lstrip(" ")
            if not text:
                self._in_paragraph = self._in_table = self._block_has_item = False
                yield ""
                at += 1
                continue
            block, after = self._block(at, text)
            if block is not None:
                yield from self._aside(block, len(line) - len(text))
                at = after
                continue
            yield from self._text(at, text, len(line) - len(text))
            at += 1

    def _block(self, at: int, text: str) -> tuple[Fence | Formula | None, int]:
        fence = _FENCE.fullmatch(text)
        if fence is not None and not ("`" in fence["marks"] and "`" in fence["info"]):
            return self._fence(at, fence)
        if text.startswith("$$") and at >= self._no_formula_before:
            return self._formula(at, text)
        return None, at

    def _fence(self, at: int, opening: re.Match[str]) -> tuple[Fence, int]:
        marks = opening["marks"]
        indent = len(self._lines[at]) - len(self._lines[at].lstrip(" "))
        closing = re.compile(rf" *{re.escape(marks[0])}{{{len(marks)},}} *")
        end = at + 1
        while end < len(self._lines) and closing.fullmatch(self._lines[end]) is None:
            end += 1
        inside = [_without_indent(line, indent) for line in self._lines[at + 1 : end]]
        return Fence(opening["info"].strip(), "\n".join([*inside, ""])), end + 1

    def _formula(self, at: int, text: str) -> tuple[Formula | None, int]:
        parts = [text[2:].rstrip()]
        end = at
        while not parts[-1].endswith("$$"):
            end += 1
            if end >= len(self._lines) or end - at > 200:
                self._no_formula_before = end
                return None, at
            parts.append(self._lines[end].strip())
        latex = "\n".join(parts)[:-2]
        if "$$" in latex or not latex.strip():
            return None, at
        return Formula(latex), end + 1

    def _aside(self, block: Fence | Formula, indent: int) -> Iterator[str]:
        placeholder = self._put_aside(block)
        level = self._level(indent)
        self._in_paragraph = self._in_table = self._block_has_item = False
        yield from ("", "    " * level + placeholder, "")

    def _text(self, at: int, text: str, indent: int) -> Iterator[str]:
        item = _ITEM.fullmatch(text)
        if item is not None and not _RULE.fullmatch(text) and self._may_begin(item, indent):
            yield from self._item(item, indent)
            return
        if self._columns and not self._in_paragraph:
            self._close_items(indent)
        if self._begins_list_in_quote(at, text):
            yield ">"
        if self._begins_table(at, text):
            self._in_table = True
            if self._in_paragraph:
                yield ""
        level = len(self._columns)
        spare = indent - (self._columns[-1] if self._columns else 0)
        self._in_paragraph = True
        if spare >= 4 and not self._columns:  # indented code
            yield " " * indent + text
        else:
            yield "    " * level + " " * max(0, min(spare, 3 if not level else spare)) + text

    def _may_begin(self, item: re.Match[str], indent: int) -> bool:
        """Not code that is indented, not a year at the start of a line, not an empty item."""
        if not self._columns and indent >= 4:
            return False
        if self._columns or not self._in_paragraph:
            return True
        return bool(item["text"]) and item["number"] in (None, "1")

    def _item(self, item: re.Match[str], indent: int) -> Iterator[str]:
        self._close_items(indent)
        if self._in_paragraph and not self._block_has_item:
            yield ""
        level = min(len(self._columns), _DEEPEST_LIST)
        mark = item["mark"].replace(")", ".")
        gap = len(item["gap"]) if 1 <= len(item["gap"]) <= 4 else 1
        self._columns.append(indent + len(item["mark"]) + gap)
        self._in_paragraph = self._block_has_item = True
        yield "    " * level + f"{mark} {item['text']}"

    def _close_items(self, indent: int) -> None:
        while self._columns and indent < self._columns[-1]:
            self._columns.pop()

    def _level(self, indent: int) -> int:
        self._close_items(indent)
        return min(len(self._columns), _DEEPEST_LIST)

    def _begins_list_in_quote(self, at: int, text: str) -> bool:
        """Whether a quoted list item stands below a quoted line that is none."""
        if not text.startswith(">") or not self._in_paragraph:
            return False
        above = self._lines[at - 1].strip()
        return (
            _ITEM.fullmatch(text[1:].strip()) is not None
            and above.startswith(">")
            and above[1:].strip() != ""
            and _ITEM.fullmatch(above[1:].strip()) is None
        )

    def _begins_table(self, at: int, text: str) -> bool:
        if self._in_table or "|" not in text or at + 1 >= len(self._lines):
            return False
        below = self._lines[at + 1].strip()
        return "-" in below and "|" in below and _DELIMITER_ROW.fullmatch(below) is not None


def _without_indent(line: str, indent: int) -> str:
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(indent, spaces) :]
