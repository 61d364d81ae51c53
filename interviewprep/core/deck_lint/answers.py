"""W09, W14, W15: what an answer says beside its question, a clause beside its neighbours, a term
beside its definition."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewprep.core import cloze
from interviewprep.core.deck_lint.clozes import numbers_in_maths
from interviewprep.core.deck_lint.findings import Finding
from interviewprep.core.deck_lint.markup import count_words, masked, tokens, words
from interviewprep.core.deck_lint.passages import LintedCard, Passage
from interviewprep.core.deck_lint.stems import LITTLE_WORDS, content_stems, stem

MOST_WORDS_OF_TERM = 5
FEWEST_CLAUSES, MOST_CLAUSES = 2, 3
_CLAUSE = re.compile(
    r"(?:^\s*|(?<=[.;!?])\s+|\n\s*(?:[-*+]\s+)?)(?:\*\*)?(?P<name>[^\s:.;,?!][^:.;?!\n]{0,60}?)(?:\*\*)?:(?:\*\*)?(?=\s|$)"
)
_NESTED = re.compile(r"\([^()]*\)")


def check_answer(card: LintedCard) -> Iterator[Finding]:
    """W09 for `Q:` and for each deletion of `C:` outside formulas and without a hint.

    What code prints is said by no question, and a comparison asks which word goes with which.
    """
    if "Q" in card.passages and card.card.kind not in ("output", "compare"):
        question, answer = card.passages["Q"], card.passages["A"]
        code = [fence.code for fence in answer.fences if fence.role != "check"]
        asked = _meaning(question.text, *(f.code for f in question.fences if f.role != "check"))
        said = _meaning(answer.text, *code)
        if said and said <= asked:
            yield _already(card, answer, "every content word of the answer is in the question")
    if "C" in card.passages:
        passage = card.passages["C"]
        for number in sorted(cloze.numbers(passage.text) - numbers_in_maths(passage.text)):
            if cloze.hints(passage.text, number):
                continue
            gap = re.sub(f"[{cloze.MARKS}]", " ", cloze.with_gap(passage.text, number))
            said = _meaning(" ".join(cloze.hidden(passage.text, number)))
            if said and said <= _meaning(gap):
                yield _already(card, passage, f"what deletion {number} hides stands beside it")


def check_clauses(card: LintedCard) -> Iterator[Finding]:
    """W14."""
    if card.card.kind != "compare":
        return
    answer = card.passages["A"]
    names = [
        clause["name"] for clause in _CLAUSE.finditer(masked(answer.text, formula="x", code="x"))
    ]
    if not FEWEST_CLAUSES <= len(names) <= MOST_CLAUSES:
        message = f"{len(names)} clauses of the form `X: …`"
        fix = "write two or three, each on the same one dimension"
        yield card.error("W14", answer.line, message, fix)


def check_term(card: LintedCard) -> Iterator[Finding]:
    """W15."""
    if "T" not in card.passages:
        return
    term, definition = card.passages["T"], card.passages["D"]
    length = count_words(term.text)
    if length > MOST_WORDS_OF_TERM:
        message = f"the term has {length} words and {MOST_WORDS_OF_TERM} are allowed"
        yield card.error("W15", term.line, message, "write a question instead")
    said = {stem(word) for word in words(definition.text)}
    for name in _names(term.text):
        stems = content_stems(name)
        if stems and stems <= said:
            message = f"the definition says the term: `{' '.join(name)}`"
            fix = "describe it in other words, so that both directions can be asked"
            yield card.error("W15", definition.line, message, fix)
            return


def _names(term: str) -> Iterator[list[str]]:
    """The term without what stands in brackets, and each of these by itself."""
    yield words(_NESTED.sub(" ", term))
    for nested in _NESTED.findall(term):
        yield words(nested)


def _already(card: LintedCard, passage: Passage, message: str) -> Finding:
    return card.warn("W09", passage.line, message, "take the answer out of the question")


def _meaning(text: str, *code: str) -> frozenset[str]:
    """What a text says: stems of its words that carry meaning, formulas and code as they are."""
    return frozenset(
        stem(token) if token.isalpha() else token
        for token in tokens(text, *code)
        if token not in LITTLE_WORDS
    )
