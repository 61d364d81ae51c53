"""Separated text becomes rows, each with the line it begins on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from interviewprep.errors import UnreadableDeck, UnsureOfText

SEPARATORS = ("\t", ";", ",", "|")
"""Looked for in this order where a file does not say which one it uses."""
SEPARATOR_NAMES = {
    "tab": "\t",
    "semicolon": ";",
    "comma": ",",
    "pipe": "|",
    "space": " ",
    "colon": ":",
}
DASH = " - "
LONGEST_SEPARATOR = 10
_SAMPLE_CHARS = 65_536
_SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one record, and its first line, counted from 1."""

    cells: tuple[str, ...]
    line: int


def rows(text: str, separator: str, first_line: int = 1, comments: bool = False) -> Iterator[Row]:
    """Yield the rows that are not empty; a cell in double quotes may hold separators and lines.

    With `comments`, rows that begin with `#` are left out, as Anki does. Raises `UnreadableDeck`
    where a quote is never closed.
    """
    cell = _cell_pattern(separator)
    at, line, end = 0, first_line, len(text)
    while at < end:
        if comments and text[at] == "#":
            newline = text.find("\n", at)
            at, line = (end if newline == -1 else newline + 1), line + 1
            continue
        cells: list[str] = []
        begins, start_line = at, line
        while True:
            match = cell.match(text, at)
            if match is None or (match["quoted"] is None and text.startswith('"', at)):
                line += text.count("\n", begins, at)
                raise UnsureOfText(
                    f"line {line}: a double quote opens here and is never closed; "
                    'close it, or write "" for a quote within quotes.'
                )
            cells.append(_value(match))
            at = match.end()
            if match["end"] != separator:
                break
        line += text.count("\n", begins, at)
        if any(value.strip() for value in cells):
            yield Row(tuple(cells), start_line)


def plain_rows(
    text: str, separator: str, row_separator: str = "\n", first_line: int = 1
) -> Iterator[Row]:
    """Yield rows of two cells, as Quizlet exports them: quotes are text, nothing is escaped.

    Only the first separator of a row counts.
    """
    line = first_line
    for whole in text.split(row_separator):
        begins = line + len(whole) - len(whole.lstrip("\n"))
        cells = [cell.strip() for cell in whole.split(separator, 1)]
        if any(cells):
            yield Row(tuple(cells), begins)
        line += whole.count("\n") + row_separator.count("\n")


def separator_named(said: str) -> str:
    """The signs that a person means: a name, `\\t` or `\\n` for what cannot be typed, or the signs.

    Raises `UnreadableDeck` for what can part nothing.
    """
    signs = SEPARATOR_NAMES.get(said.strip().lower(), said)
    signs = signs.replace("\\t", "\t").replace("\\n", "\n")
    if not signs or len(signs) > LONGEST_SEPARATOR or signs.strip().isalnum() or '"' in signs:
        raise UnreadableDeck(
            f"A separator is {', '.join(SEPARATOR_NAMES)}, or 1 to {LONGEST_SEPARATOR} signs that"
            " are no letters, digits or quotes."
        )
    return signs


def find_separator(text: str, preferred: str | None = None) -> str | None:
    """The separator that splits the rows most evenly into two or more cells, or None."""
    best: tuple[float, str] | None = None
    order = sorted(SEPARATORS, key=lambda candidate: candidate != preferred)
    for candidate in order:
        evenness = _evenness(text[:_SAMPLE_CHARS], candidate)
        if evenness > 0.4 and (best is None or evenness > best[0] + 0.05):
            best = evenness, candidate
    return None if best is None else best[1]


def has_dashes(text: str) -> bool:
    """Whether nearly every line is two parts with a dash between blanks, as people type lists."""
    lines = [line for line in text[:_SAMPLE_CHARS].split("\n")[:_SAMPLE_ROWS] if line.strip()]
    return sum(DASH in line for line in lines) > 0.8 * len(lines)


def _evenness(sample: str, separator: str) -> float:
    """The share of rows that have the commonest number of cells, if that is above one."""
    counts: Counter[int] = Counter()
    try:
        for row in rows(sample, separator):
            counts[len(row.cells)] += 1
            if counts.total() >= _SAMPLE_ROWS:
                break
    except UnreadableDeck:
        # The sample may end within a quote; what was read until then still tells.
        pass
    if not counts:
        return 0.0
    cells, times = counts.most_common(1)[0]
    return times / counts.total() if cells > 1 else 0.0


@lru_cache(maxsize=16)
def _cell_pattern(separator: str) -> re.Pattern[str]:
    stop = re.escape(separator)
    return re.compile(
        rf'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"(?P<after>[^{stop}\n]*)|(?P<plain>[^{stop}\n]*))'
        rf"(?P<end>{stop}|\n|\Z)"
    )


def _value(match: re.Match[str]) -> str:
    quoted = match["quoted"]
    if quoted is None:
        return match["plain"].strip(" ")
    if match["after"].strip():  # `"quick" sort`: the quotes belong to the text
        return f'"{quoted}"{match["after"]}'
    return quoted.replace('""', '"')
