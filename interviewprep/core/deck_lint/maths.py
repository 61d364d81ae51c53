"""S05: every formula is one that the app can typeset, and no dollar is left over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewprep.core import cloze
from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.markup import formulas, masked
from interviewprep.core.deck_lint.passages import LintedCard, Passage
from interviewprep.core.rendering.maths import UnreadableMaths, render_maths

_FORBIDDEN = re.compile(r"\\(?:boxed|x?cancel|bcancel|substack)\b")
_BRACES = re.compile(r"\\[\s\S]|[{}]")


def check_maths(card: LintedCard) -> Iterator[Finding]:
    """S05: each formula as it is shown; in a cloze text with each gap and with each answer."""
    for passage in card.texts:
        text = passage.text
        texts = [text]
        if passage.name == "C" and "{{c" in text:
            sides = (cloze.with_gap, cloze.with_answer)
            texts = [side(text, number) for number in sorted(cloze.numbers(text)) for side in sides]
        told: set[int] = set()
        for one in texts:
            for line, message, fix in (*_unreadable(passage, one), *_left_over(passage, one)):
                if line not in told:
                    told.add(line)
                    yield card.error("S05", line, message, fix)


def braces_balance(latex: str) -> bool:
    """Whether every brace of a formula has its partner, escaped ones left out."""
    depth = 0
    for sign in _BRACES.findall(latex):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def _left_over(passage: Passage, text: str) -> Iterator[tuple[int, str, str]]:
    plain = re.sub(r"\\.", "  ", masked(text))
    fix = r"close the formula, without a blank inside its dollars, or write \$"
    for match in re.finditer(r"\$", plain):
        yield passage.line + plain.count("\n", 0, match.start()), "a `$` stands alone", fix


def _unreadable(passage: Passage, text: str) -> Iterator[tuple[int, str, str]]:
    fix = "write it as the renderer reads it"
    for formula in formulas(text):
        line = passage.line + text.count("\n", 0, formula.start)
        bare = re.sub(f"[{cloze.MARKS}]", "", formula.latex)
        forbidden = _FORBIDDEN.search(bare)
        if not braces_balance(bare):
            yield line, f"the braces of ${_short(bare)}$ do not balance", "close each of them"
        elif forbidden is not None:
            yield line, f"`{forbidden[0]}` is not to be used", "write it without"
        else:
            try:
                render_maths(formula.latex, formula.is_display)
            except UnreadableMaths as error:
                yield line, f"${_short(bare)}$: {error.message.rstrip('.')}", fix


def _short(latex: str) -> str:
    flat = " ".join(latex.split())
    return flat if len(flat) <= 40 else f"{flat[:39]}…"
