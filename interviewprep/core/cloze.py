"""Cloze deletions as Anki writes them: `{{c1::answer::hint}}`, which may be nested.

The first `}}` ends the innermost open deletion, inside maths too. `{{c1,3::…}}` belongs to both
numbers. What is never closed stays ordinary text, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

HIGHEST_NUMBER = 500
"""Anki makes no card beyond this number."""

GAP_OPEN, GAP_CLOSE = "\U000f1c00", "\U000f1c01"
"""Stand around the hint of a deletion that is asked for, until markup is turned into HTML."""
SHOWN_OPEN, SHOWN_CLOSE = "\U000f1c02", "\U000f1c03"
"""Stand around the text of a deletion that is being answered."""
MARKS = GAP_OPEN + GAP_CLOSE + SHOWN_OPEN + SHOWN_CLOSE

_TOKEN = re.compile(r"\{\{c(\d{1,6}(?:,\d{1,6})*)::|\}\}")
_DEEPEST = 16


@dataclass(slots=True)
class Deletion:
    """One deletion: the card numbers it belongs to, what it hides, and its hint if any."""

    numbers: tuple[int, ...]
    opening: str
    content: list[Part] = field(default_factory=list)
    hint: str | None = None


Part: TypeAlias = str | Deletion


def parse(text: str) -> list[Part]:
    """Split a text into plain pieces and deletions, in order."""
    whole: list[Part] = []
    opened: list[Deletion] = []
    at = 0
    for token in _TOKEN.finditer(text):
        opening = token[1]
        if opening is None and not opened:
            continue
        if opening is not None and len(opened) >= _DEEPEST:
            continue
        _add_text(whole, opened, text[at : token.start()])
        at = token.end()
        if opening is not None:
            opened.append(Deletion(tuple(int(n) for n in opening.split(",")), token[0]))
        else:
            closed = opened.pop()
            (opened[-1].content if opened else whole).append(closed)
    _add_text(whole, opened, text[at:])
    for unclosed in opened:
        whole.append(unclosed.opening)
        whole.extend(unclosed.content)
        if unclosed.hint is not None:
            whole.append("::" + unclosed.hint)
    return whole


def numbers(text: str) -> frozenset[int]:
    """The numbers for which a text makes cards, at any depth."""
    if "{{c" not in text:
        return frozenset()
    return frozenset(
        min(number, HIGHEST_NUMBER)
        for deletion in _deletions(parse(text))
        for number in deletion.numbers
        if number > 0
    )


def with_gap(text: str, number: int) -> str:
    """The text as asked: deletion `number` is `GAP_OPEN` hint `GAP_CLOSE`, the others are shown."""
    return "".join(_asked(part, number) for part in parse(text))


def with_answer(text: str, number: int) -> str:
    """The text as answered: deletion `number` stands between `SHOWN_OPEN` and `SHOWN_CLOSE`."""
    return "".join(_answered(part, number) for part in parse(text))


def hidden(text: str, number: int) -> list[str]:
    """What deletion `number` hides, each place once, outermost deletions only."""
    found: list[str] = []
    waiting = list(reversed(parse(text)))
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            continue
        if number in part.numbers:
            found.append(_plain(part))
        else:
            waiting.extend(reversed(part.content))
    return found


def hints(text: str, number: int) -> list[str]:
    """The hints of deletion `number`, in order."""
    return [d.hint for d in _deletions(parse(text)) if number in d.numbers and d.hint]


def _add_text(whole: list[Part], opened: list[Deletion], text: str) -> None:
    if not text:
        return
    if not opened:
        whole.append(text)
        return
    content, separator, hint = text.partition("::")
    if separator:
        opened[-1].hint = hint
    opened[-1].content.append(content)


def _deletions(parts: list[Part]) -> Iterator[Deletion]:
    for part in parts:
        if isinstance(part, Deletion):
            yield part
            yield from _deletions(part.content)


def _asked(part: Part, number: int) -> str:
    if isinstance(part, str):
        return part
    if number in part.numbers:
        return GAP_OPEN + (part.hint or "") + GAP_CLOSE
    return "".join(_asked(inner, number) for inner in part.content)


def _answered(part: Part, number: int) -> str:
    if isinstance(part, str):
        return part
    inside = "".join(_answered(inner, number) for inner in part.content)
    return SHOWN_OPEN + inside + SHOWN_CLOSE if number in part.numbers else inside


def _plain(part: Part) -> str:
    return part if isinstance(part, str) else "".join(_plain(inner) for inner in part.content)
