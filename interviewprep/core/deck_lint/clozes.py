"""S06: deletions are numbered and closed as they should be. W12: they hide little."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from interviewprep.core import cloze
from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.markup import count_words, masked
from interviewprep.core.deck_lint.maths import braces_balance
from interviewprep.core.deck_lint.passages import LintedCard, Passage

MOST_NUMBERS = 3
MOST_HIDDEN_WORDS = 8
_OPENING = re.compile(r"\{\{c(?P<number>\d{1,6})::")
_NEARLY = re.compile(r"\{\{\s*[cC]?\s*[\d,\s]+:{1,2}")
_NUMBER_MARK = "\ufffe"
_SIDES = ("Q", "A", "T", "D", "H", "N")


def check_clozes(card: LintedCard, retired: Mapping[str, int]) -> Iterator[Finding]:
    """S06."""
    for side in _SIDES:
        passage = card.passages.get(side)
        found = _OPENING.search(_without_code(passage.text)) if passage else None
        if passage is not None and found is not None:
            message = f"a deletion stands in `{side}:`"
            line = passage.line_at(found.start())
            yield card.error("S06", line, message, "put it into a card with `C:`")
    if "C" not in card.passages:
        return
    passage = card.passages["C"]
    yield from _forms(card, passage)
    numbers = cloze.numbers(passage.text)
    if len(numbers) > MOST_NUMBERS:
        message = f"{len(numbers)} deletions and {MOST_NUMBERS} are allowed"
        yield card.error("S06", passage.line, message, "make two cards of it")
    gaps = [
        number
        for number in range(1, max(numbers, default=0))
        if number not in numbers and f"{card.card.id}#c{number}" not in retired
    ]
    if gaps or 0 in {int(m["number"]) for m in _OPENING.finditer(passage.text)}:
        first = gaps[0] if gaps else 0
        message = f"there is no deletion {first}" if gaps else "deletions are counted from 1"
        fix = f"count from 1 without gaps, or list {card.card.id}#c{first} in RETIRED"
        yield card.error("S06", passage.line, message, fix if gaps else "write {{c1::…}}")


def check_hidden_share(card: LintedCard) -> Iterator[Finding]:
    """W12."""
    passage = card.passages.get("C")
    if passage is None:
        return
    total = count_words(passage.text)
    for number in sorted(cloze.numbers(passage.text)):
        opening = re.search(rf"\{{\{{c(?:\d+,)*{number}\D", passage.text)
        line = passage.line if opening is None else passage.line_at(opening.start())
        gap = re.sub(
            f"{cloze.GAP_OPEN}.*?{cloze.GAP_CLOSE}",
            " ",
            cloze.with_gap(passage.text, number),
            flags=re.S,
        )
        hidden = total - count_words(gap)
        if hidden > MOST_HIDDEN_WORDS:
            message = f"deletion {number} hides {hidden} words and {MOST_HIDDEN_WORDS} are enough"
            yield card.warn("W12", line, message, "hide the one word that matters")
        elif hidden * 2 > total:
            message = f"deletion {number} hides {hidden} of {total} words"
            yield card.warn("W12", line, message, "leave more of the text as a cue")


def _forms(card: LintedCard, passage: Passage) -> Iterator[Finding]:
    """Deletions that are not written, nested or closed as the format has them."""
    text = passage.text
    for nearly in _NEARLY.finditer(text):
        if not _OPENING.match(text, nearly.start()):
            message = f"{_place(text, nearly.start())}: `{nearly[0]}` begins no deletion"
            yield card.error("S06", passage.line_at(nearly.start()), message, "write {{c1::…}}")
    until = 0
    for opening in _OPENING.finditer(text):
        place, line = _place(text, opening.start()), passage.line_at(opening.start())
        end = text.find("}}", opening.end())
        if opening.start() < until:
            yield card.error(
                "S06", line, f"{place}: a deletion in a deletion", "end the first one before"
            )
            continue
        if end < 0:
            yield card.error(
                "S06", line, f"{place}: this deletion is never closed", "end it with }}"
            )
            continue
        until = end + 2
        inside = text[opening.end() : end]
        if not inside.partition("::")[0].strip():
            yield card.error(
                "S06", line, f"{place}: this deletion hides nothing", "write the answer"
            )
        elif not _OPENING.search(inside) and not braces_balance(inside):
            message = f"{_place(text, end)}: the first }}}} ends the deletion inside a brace"
            fix = f"put a blank between the braces: {{{{c{opening['number']}::{inside}}} }}}}"
            yield card.error("S06", passage.line_at(end), message, fix)


def _place(text: str, offset: int) -> str:
    return f"column {offset - (text.rfind(chr(10), 0, offset) + 1) + 1}"


def _without_code(text: str) -> str:
    return re.sub(r"(?<!`)(`+)(?!`)[^`]+\1(?!`)", lambda code: " " * len(code[0]), text)


def numbers_in_maths(text: str) -> frozenset[int]:
    """The numbers of the deletions that hide a formula or a part of one."""
    hides = {n for n in cloze.numbers(text) if "$" in "".join(cloze.hidden(text, n))}
    stands = masked(_OPENING.sub(lambda opening: _NUMBER_MARK * len(opening[0]), text))
    inside = {
        int(opening["number"])
        for opening in _OPENING.finditer(text)
        if stands[opening.start() : opening.end()].isspace()
    }
    return frozenset(hides | inside)
