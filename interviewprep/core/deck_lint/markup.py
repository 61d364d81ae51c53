"""What is formula, what is code and what is prose in a Markdown text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from interviewprep.core import cloze
from interviewprep.core.rendering.formula_patterns import DISPLAY_FORMULA, FORMULA

_SPAN = re.compile(
    r"\\[\s\S]"
    r"|(?P<code>(?P<ticks>(?<!`)`+(?!`))[\s\S]*?(?<!`)(?P=ticks)(?!`))"
    rf"|(?P<display>{DISPLAY_FORMULA.replace('latex', 'shown')})"
    rf"|(?P<inline>{FORMULA})"
)
_PICTURE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)")
_ADDRESS = re.compile(r"(?<=\])\([^()\n]*\)|<https?://[^<>\s]*>|</?[a-z]{1,10}\s*/?>")
_ITEM_MARK = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
_WORD = re.compile(r"[\w%'’-]*\w[\w%'’-]*")
_CODE_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula and where its first dollar stands in the text."""

    latex: str
    is_display: bool
    start: int


def formulas(text: str) -> Iterator[Formula]:
    """Every formula that the app would typeset, code left out."""
    for span in _SPAN.finditer(text):
        if span["display"] is not None:
            yield Formula(span["shown"], True, span.start())
        elif span["inline"] is not None:
            yield Formula(span["latex"], False, span.start())


def masked(text: str, *, formula: str = " ", code: str = " ") -> str:
    """The prose alone: code and formulas become blanks, so that every offset and line stays.

    With `formula` or `code` given, that sign stands at the beginning of the blanks.
    """

    def blank(span: re.Match[str]) -> str:
        if span["code"] is None and span["display"] is None and span["inline"] is None:
            return span[0]
        rest = re.sub(r"[^\n]", " ", span[0])
        return f"{rest[:1]}{formula if span['code'] is None else code}{rest[2:]}"

    return _SPAN.sub(blank, text)


def shown(text: str) -> str:
    """A text with its cloze deletions answered and marked, each as the app marks an answer."""
    if "{{c" not in text:
        return text
    return "".join(_shown(part) for part in cloze.parse(text))


def _shown(part: cloze.Part) -> str:
    if isinstance(part, str):
        return part
    return cloze.SHOWN_OPEN + "".join(map(_shown, part.content)) + cloze.SHOWN_CLOSE


def words(text: str) -> list[str]:
    """The words of a text without markup; a formula is one word, `$`, and code is none."""
    prose = _ADDRESS.sub(" ", _PICTURE.sub(" ", masked(shown(text), formula="\uffff")))
    prose = _ITEM_MARK.sub("", prose).replace("\uffff", " FORMULA ")
    return _WORD.findall(prose)


def count_words(text: str) -> int:
    """How long a text is by the format's way of counting."""
    return len(words(text))


def tokens(text: str, *code: str) -> frozenset[str]:
    """What a text says, for comparing: words in lower case, formulas as they stand, code in bits.

    `code` are fenced blocks, which stand beside the text.
    """
    found = {word.casefold() for word in words(text) if word != "FORMULA"}
    for span in _SPAN.finditer(text):
        latex = span["shown"] if span["display"] is not None else span["latex"]
        if latex is not None:
            found.add("".join(latex.split()))
        elif span["code"] is not None:
            found.update(_CODE_TOKEN.findall(span["code"].strip("`")))
    for block in code:
        found.update(_CODE_TOKEN.findall(block))
    return frozenset(found)
