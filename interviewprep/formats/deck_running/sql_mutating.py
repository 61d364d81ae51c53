"""Small mistakes put into a query, one at a time, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewprep.formats.deck_running.mutating import Mutant

_WORD = re.compile(
    r"""
    (?P<kept>--[^\n]* | /\*.*?\*/ | '(?:[^']|'')*' | "[^"]*" | `[^`]*` | \[[^\]]*\])
    | (?P<dotted>[\w.]*\.[\w.]*)
    | (?P<word>[A-Za-z_]\w* (?:[ ]+(?:JOIN|ALL|NULL|BY|NOT[ ]+NULL)\b)?)
    | (?P<number>\d+)
    | (?P<sign><=|>=|<>|!=|<|>|=|\+|-|\*|/)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_WORDS = {
    "MIN": ("MAX",),
    "MAX": ("MIN",),
    "SUM": ("COUNT",),
    "COUNT": ("SUM",),
    "AVG": ("SUM",),
    "AND": ("OR",),
    "OR": ("AND",),
    "JOIN": ("LEFT JOIN",),
    "LEFT JOIN": ("JOIN",),
    "INNER JOIN": ("LEFT JOIN",),
    "DISTINCT": ("",),
    "UNION": ("UNION ALL",),
    "UNION ALL": ("UNION",),
    "DESC": ("ASC",),
    "ASC": ("DESC",),
    "RANK": ("ROW_NUMBER",),
    "DENSE_RANK": ("RANK", "ROW_NUMBER"),
    "ROW_NUMBER": ("RANK",),
    "LAG": ("LEAD",),
    "LEAD": ("LAG",),
    "IS NULL": ("IS NOT NULL",),
    "IS NOT NULL": ("IS NULL",),
    "PARTITION BY": ("ORDER BY",),
}
_SIGNS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "=": "<>",
    "<>": "=",
    "!=": "=",
    "+": "-",
    "-": "+",
    "/": "*",
}
_ORDER_KEY = re.compile(r"\bORDER BY\s+([\w.]+\b)(?!\s*\()(?!\s+(?:DESC|ASC)\b)", re.IGNORECASE)


def sql_mutants_of(query: str) -> list[Mutant]:
    """Return every mutant of a query, in order of lines; texts and comments stay as they are.

    A left out `ORDER BY` often changes nothing on tables this small, so that it is turned round.
    """
    found: dict[str, Mutant] = {}
    for start, end, after in _edits(query):
        code = query[:start] + after + query[end:]
        before = " ".join(query[start:end].split())
        change = f"`{before}` became " + (f"`{after}`" if after else "nothing")
        line = query.count("\n", 0, start) + 1
        found.setdefault(code, Mutant(line, change, code))
    return sorted(found.values(), key=lambda mutant: mutant.line)


def _edits(query: str) -> Iterator[tuple[int, int, str]]:
    for match in _WORD.finditer(query):
        start, end = match.span()
        if match["word"]:
            for after in _WORDS.get(" ".join(match["word"].upper().split()), ()):
                yield start, end, after
        elif match["number"]:
            number = int(match["number"])
            yield start, end, str(number + 1)
            if number:
                yield start, end, str(number - 1)
        elif match["sign"] in _SIGNS:
            yield start, end, _SIGNS[match["sign"]]
    for match in _ORDER_KEY.finditer(query):
        yield match.start(), match.end(), f"{match[0]} DESC"
