"""W03, W04, W06, W07, W10, W11: how a question is put."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.markup import count_words, masked
from interviewprep.core.deck_lint.passages import LintedCard, Passage

MOST_WORDS_OF_WHAT_IS = 25
_AUXILIARY = re.compile(
    r"(?:am|is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might"
    r"|must)(?:n['’]t)?\b",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(r"\W*(?:yes|no|true|false)\b", re.IGNORECASE)
_AND_WHY = re.compile(r"\band (?:why|how)\b", re.IGNORECASE)
_OPEN = re.compile(
    r"(?:please )?(?:explain|describe|discuss|list|tell me about|what do you know about)\b", re.I
)
_WHAT_IS = re.compile(r"what(?: is| are|['’]s)\b", re.IGNORECASE)
_STARTS_WITH = re.compile(r"(?:this|that|these|those|it|its|they|he|she)\b", re.IGNORECASE)
_POINTS = re.compile(
    r"\bthe (?:following|above|below)\b|\b(?:shown|given|listed|described|see|as) (?:above|below)\b"
    r"|\b(?:above|below)\W*$",
    re.IGNORECASE,
)
_POINTS_EARLY = re.compile(r"\b(?:this|these|those)\b", re.IGNORECASE)
_LONE_IT = re.compile(
    r"(?:why|how|when|where|what|which) (?:is|are|was|does|do|did|can|would|should) (?:it|they)\b"
    r"(?!.*\b(?:to|that|if|for)\b)",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:not|never|except|\w+n['’]t)\b"
    r"|(?<!at )\bleast\b(?![ -](?:squares|recently|frequently|privilege|common|significant))",
    re.IGNORECASE,
)


def check_question(card: LintedCard) -> Iterator[Finding]:
    """All of these for a card with `Q:`; W03 for the question of a behavioral prompt too."""
    if card.card.kind == "behavioral" and "Prompt" in card.passages:
        yield from _one_question(card, card.passages["Prompt"])
    if "Q" not in card.passages:
        return
    question, answer = card.passages["Q"], card.passages["A"]
    yield from _one_question(card, question)
    yield from _yes_or_no(card, question, answer)
    yield from _open_stem(card, question)
    yield from _what_is(card, question, answer)
    yield from _dependent(card, question)
    yield from _negative(card, question)


def _one_question(card: LintedCard, question: Passage) -> Iterator[Finding]:
    prose = masked(question.text)
    marks = [match.start() for match in re.finditer(r"\?", prose)]
    if len(marks) > 1:
        message = f"{len(marks)} question marks"
        line = question.line_at(marks[1])
        yield card.error("W03", line, message, "ask one thing; make another card of the rest")
        return
    found = _AND_WHY.search(prose)
    if found is not None:
        message = f"`{found[0]}` asks a second thing"
        yield card.warn("W03", question.line_at(found.start()), message, "ask one of the two")


def _yes_or_no(card: LintedCard, question: Passage, answer: Passage) -> Iterator[Finding]:
    fix = "ask which, why, when or how"
    for start, sentence in _asking(question):
        if _AUXILIARY.match(sentence):
            message = f"a yes/no question: it begins with `{sentence.split()[0]}`"
            yield card.error("W04", question.line_at(start), message, fix)
            return
    begins = _YES_OR_NO.match(masked(answer.text))
    if begins is not None:
        message = f"a yes/no question: the answer begins with `{begins[0].strip()}`"
        yield card.error("W04", answer.line_at(begins.end() - 1), message, fix)


def _open_stem(card: LintedCard, question: Passage) -> Iterator[Finding]:
    for start, sentence in _asking(question):
        found = _OPEN.match(sentence)
        if found is not None:
            message = f"`{found[0]}` asks for a talk"
            fix = "ask for one thing that has one answer"
            yield card.error("W06", question.line_at(start), message, fix)
            return


def _what_is(card: LintedCard, question: Passage, answer: Passage) -> Iterator[Finding]:
    length = count_words(answer.text)
    for start, sentence in _asking(question):
        if _WHAT_IS.match(sentence) and length > MOST_WORDS_OF_WHAT_IS:
            message = f"`What is X?` with an answer of {length} words"
            fix = "write `T:` and `D:`, or ask for one property"
            yield card.warn("W07", question.line_at(start), message, fix)
            return


def _dependent(card: LintedCard, question: Passage) -> Iterator[Finding]:
    """W10: what points at something must have something to point at."""
    if question.has_block:
        return
    prose = masked(question.text)
    first = prose.lstrip()
    clause = re.split(r"[,;:.?!]", first, maxsplit=1)[0]
    found = (
        _STARTS_WITH.match(first)
        or _POINTS.search(prose)
        or _POINTS_EARLY.search(clause)
        or _LONE_IT.match(first)
    )
    if found is not None:
        message = f"`{found[0].strip()}` points at nothing in the question"
        yield card.warn("W10", question.line, message, "name the thing, or show it in a block")


def _negative(card: LintedCard, question: Passage) -> Iterator[Finding]:
    for start, sentence in _asking(question):
        found = _NEGATIVE.search(sentence)
        if found is not None:
            message = f"a negative question: `{found[0]}`"
            line = question.line_at(start + found.start())
            yield card.warn("W11", line, message, "ask for what is so")
            return


def _asking(question: Passage) -> list[tuple[int, str]]:
    """Where the question begins: the text itself, and the sentence with the question mark."""
    prose = masked(question.text)
    sentences = [(start, sentence) for start, sentence in _sentences(prose) if sentence]
    asking = [one for one in sentences if "?" in one[1]]
    return list(dict.fromkeys([*asking, *sentences[:1]]))


def _sentences(prose: str) -> Iterator[tuple[int, str]]:
    """Each sentence and where its first letter stands; `e.g.` and `vs.` end none."""
    for piece in re.finditer(r"(?:[^.?!\n]|[.?!](?=\S|\s+[a-z])|\n(?!\s*\n))+[.?!]*", prose):
        lead = re.match(r"[\s\W]*", piece[0])
        start = len(lead[0]) if lead else 0
        yield piece.start() + start, piece[0][start:].rstrip()
