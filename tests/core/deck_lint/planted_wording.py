"""Planted mistakes in how flashcards are worded, and in what stands beside what."""

from __future__ import annotations

from tests.core.deck_lint.linting import HEAD, Around
from tests.core.deck_lint.planted_texts import asked, cloze, noted, term
from tests.core.deck_lint.planting import Planted

_HALF = " ".join(f"word{n}" for n in range(20))

_LENGTHS = [
    Planted(
        "an answer of 41 words",
        "W01",
        "warn",
        asked("Why so?", _HALF + " " + _HALF.upper() + " more@@"),
        asked("Why so?", _HALF + " " + _HALF.upper()),
    ),
    Planted(
        "an answer of 61 words",
        "W01",
        "error",
        asked("Why so?", f"{_HALF} {_HALF} {_HALF} more@@"),
        asked("Why so?", f"{_HALF} {_HALF} `code is not counted`"),
    ),
    Planted(
        "a definition of 41 words",
        "W01",
        "warn",
        term("bagging", f"{_HALF} {_HALF} more@@"),
        term("bagging", f"{_HALF} {_HALF}"),
    ),
    Planted(
        "a question of 41 words",
        "W02",
        "warn",
        asked(f"Why {_HALF} {_HALF}?@@"),
        asked(f"Why {_HALF} word {_HALF[8:-8]}?"),
    ),
    Planted(
        "a question of 61 words",
        "W02",
        "error",
        asked(f"Why {_HALF} {_HALF} {_HALF}?@@"),
        asked(f"Why {_HALF} word {_HALF[8:-8]}?"),
    ),
    Planted(
        "a note of 81 words",
        "W02",
        "warn",
        noted(f"{_HALF} {_HALF} {_HALF} {_HALF} more@@"),
        noted(f"{_HALF} {_HALF} {_HALF} {_HALF}"),
    ),
    Planted(
        "a list of four",
        "W05",
        "warn",
        asked("Why so?", "Because of\n\n- alpha@@\n- beta\n- gamma\n- delta"),
        asked("Why so?", "Because of\n\n- alpha\n- beta\n- gamma"),
    ),
    Planted(
        "a list of six",
        "W05",
        "error",
        asked("Why so?", "Because of\n\n1. a@@\n2. b\n3. c\n4. d\n5. e\n6. f"),
        asked("Why so?", "Because of\n\n1. a\n2. b\n3. c"),
    ),
]
_QUESTIONS = [
    Planted(
        "two questions",
        "W03",
        "error",
        asked("Why so?\nHow come?@@"),
        asked("Why so, in `a?b:c` and $x?y?$?"),
    ),
    Planted(
        "a second thing",
        "W03",
        "warn",
        asked("When does bagging help, and why?@@"),
        asked("When does bagging help and hurt?"),
    ),
    Planted(
        "a yes/no question",
        "W04",
        "error",
        asked("Is bagging parallel?@@"),
        asked("Which trees can be fitted side by side?"),
    ),
    Planted(
        "a yes/no question behind a sentence",
        "W04",
        "error",
        asked("A tree is deep.\nDoes it overfit?@@"),
        asked("A tree is deep. Why does it overfit?"),
    ),
    Planted(
        "a yes/no answer",
        "W04",
        "error",
        asked("How about bagging?", "True, mostly.@@"),
        asked("How about bagging?", "Trueness differs."),
    ),
    Planted(
        "an open stem",
        "W06",
        "error",
        asked("Describe bagging.@@"),
        asked("Which step makes bagging random?"),
    ),
    Planted(
        "what is, at length",
        "W07",
        "warn",
        asked("What is bagging?@@", f"{_HALF} and a few more that follow"),
        asked("What is bagging?", f"{_HALF} and a few more words"),
    ),
    Planted(
        "the answer in the question",
        "W09",
        "warn",
        asked("Which has less variance, bagging or boosting?", "Bagging.@@"),
        asked("Which has less variance?", "Bagging."),
    ),
    Planted(
        "a deletion that is said elsewhere",
        "W09",
        "warn",
        cloze("Bagging lowers {{c1::variance}}; the variance of one tree is high.@@"),
        cloze("Bagging lowers {{c1::variance}}; the spread of one tree is high."),
    ),
    Planted(
        "this, of nothing",
        "W10",
        "warn",
        asked("Why is this estimator biased?@@"),
        asked("A mean is divided by n. Why is this biased?"),
    ),
    Planted(
        "the following, without a block",
        "W10",
        "warn",
        asked("Which of the following models overfits?@@"),
        asked("Which of the following overfits?\n\n- trees\n- stumps"),
    ),
    Planted(
        "it, at the beginning",
        "W10",
        "warn",
        asked("It overfits: why?@@"),
        asked("Why is it wise to stop early?"),
    ),
    Planted(
        "a negative question",
        "W11",
        "warn",
        asked("Which model does not need scaling?@@"),
        asked("Which model needs at least two passes of least squares?"),
    ),
    Planted(
        "a deletion of nine words",
        "W12",
        "warn",
        cloze(f"{_HALF} {{{{c1::one two three four five six seven eight nine}}}}.@@"),
        cloze(f"{_HALF} {{{{c1::one two three four five six seven eight}}}}."),
    ),
    Planted(
        "a deletion of more than half",
        "W12",
        "warn",
        cloze("Bagging lowers\n{{c1::the variance of trees}}.@@"),
        cloze("Bagging lowers the {{c1::variance of trees}}."),
    ),
    Planted(
        "a word that ages",
        "W13",
        "error",
        noted("More.\n\nIt is the state of the art.@@"),
        noted("It was `currently` best as of 2020."),
    ),
    Planted(
        "a date that has passed",
        "W13",
        "warn",
        asked("Why is it so currently?", meta="expires: 2026-10@@\n").replace(
            "Why is it so", "Why are trees best"
        ),
        asked("Why are trees best currently?", meta="expires: 2026-11\n"),
    ),
    Planted(
        "one clause",
        "W14",
        "error",
        asked("What do both lower?", "Bagging: variance.@@", "kind: compare\n"),
        asked("What do both lower?", "Bagging: variance. `Boosting`: bias.", "kind: compare\n"),
    ),
    Planted(
        "four clauses",
        "W14",
        "error",
        asked(
            "What do the methods lower?",
            "Alpha: one. Beta: two. Gamma: three. Delta: four.@@",
            "kind: compare\n",
        ),
        asked(
            "What do the methods lower?", "Alpha: one. Beta: two. Gamma: three.", "kind: compare\n"
        ),
    ),
    Planted(
        "the term in its definition",
        "W15",
        "error",
        term("bagging", "Trees are bagged@@"),
        term("bagging", "Fitting on resampled rows"),
    ),
    Planted(
        "a long term",
        "W15",
        "error",
        term("mean of the squared prediction errors@@", "A loss"),
        term("mean of squared prediction errors", "A loss"),
    ),
    Planted(
        "an estimate without a check",
        "X02",
        "error",
        asked("How many bytes?", "About 16.@@", "kind: estimate\n"),
        asked(
            "How many bytes?",
            "About 16.\n\n```python check\nassert 4 * 4 == 16\n```",
            "kind: estimate\n",
        ),
    ),
    Planted(
        "an estimate without a number",
        "X02",
        "error",
        asked(
            "How many bytes?",
            "Many.@@\n\n```python check\nassert 4 * 4 == 16\n```",
            "kind: estimate\n",
        ),
        asked(
            "How many bytes?", "16.\n\n```python check\nassert 4 * 4 == 16\n```", "kind: estimate\n"
        ),
    ),
    Planted(
        "a formula without a check",
        "X02",
        "warn",
        cloze("The loss of it is $(y - {{c1::p}})^2$.@@"),
        cloze("The loss of $y$ and $p$ is the {{c1::squared}} one."),
    ),
]
_NEAR = """
## near
level: 1

Q: Which boosting rounds overfit small tabular data {}?
A: Late ones.
"""
_SETS = [
    Planted(
        "a prompt nearly equal",
        "W08",
        "error",
        asked("Which boosting rounds overfit small tabular data?")
        + _NEAR.format("quickly").replace("?", "?@@"),
        asked("Which boosting rounds overfit small tabular data?")
        + _NEAR.format("sets with very many noisy labels"),
    ),
    Planted(
        "a prompt that is similar",
        "W08",
        "warn",
        asked("Which boosting rounds overfit small tabular data?")
        + _NEAR.format("sets very fast").replace("?", "?@@"),
        asked("Which boosting rounds overfit small tabular data?")
        + _NEAR.format("sets with very many noisy labels"),
    ),
    Planted(
        "a prompt like one of another deck",
        "W08",
        "warn",
        asked("Which boosting rounds overfit small tabular data?@@"),
        asked("Why do rounds overfit?"),
        Around(others={"ml/zeta.md": HEAD + _NEAR.format("sets very fast")}),
    ),
    Planted(
        "a similar pair, one of them accepted",
        "A01",
        "warn",
        asked(
            "Which boosting rounds overfit small tabular data?",
            meta="accept: W08 one asks for speed; W11 nothing@@\n",
        )
        + _NEAR.format("sets very fast"),
        asked(
            "Which boosting rounds overfit small tabular data?",
            meta="accept: W08 one asks for speed\n",
        )
        + _NEAR.format("sets very fast"),
    ),
    Planted(
        "an accept without a reason",
        "A01",
        "error",
        asked("Which has less variance, bagging or boosting?", "Bagging.", "accept: W09@@\n"),
        asked(
            "Which has less variance, bagging or boosting?",
            "Bagging.",
            "accept: W09 it asks for a choice\n",
        ),
        skip=("W09",),
    ),
    Planted(
        "an accept of an error",
        "A01",
        "error",
        asked("Is bagging parallel?", meta="accept: W04 on purpose@@\n"),
        asked("Why so?"),
        skip=("W04",),
    ),
    Planted(
        "an accept of nothing known",
        "A01",
        "error",
        asked("Why so?", meta="accept: because I say so@@\n"),
        asked("Why so?"),
    ),
]
PLANTED = [*_LENGTHS, *_QUESTIONS, *_SETS]
