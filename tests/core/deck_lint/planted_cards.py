"""Planted mistakes in the form of flashcards: bodies, code, maths, clozes, labels."""

from __future__ import annotations

from tests.core.deck_lint.linting import Around, deck
from tests.core.deck_lint.planted_texts import asked, card, cloze, noted
from tests.core.deck_lint.planting import Planted

_CLEAN_CODE = """\
kind: output
level: 1

Q: Which number does the loop print?

```python run
print(3)
```

A:

```text
3
```
"""

_FORM = [
    Planted(
        "no body", "S03", "error", card("").replace("## a-card", "## a-card@@"), asked("Why so?")
    ),
    Planted(
        "a question alone", "S03", "error", card("Q: Why do trees overfit?@@\n"), asked("Why so?")
    ),
    Planted(
        "two bodies",
        "S03",
        "error",
        card("Q: Why do trees overfit?\nA: Noise.\n\nC: So {{c1::many}} more.@@\n"),
        asked("Why so?"),
    ),
    Planted(
        "an unknown label",
        "S03",
        "error",
        card("Q: Why so?\nA: So.\n\nX: More.@@\n"),
        asked("Why?"),
    ),
    Planted(
        "an unknown key", "S03", "error", asked("Why so?", meta="sauce: own@@\n"), asked("Why so?")
    ),
    Planted(
        "a kind that does not fit",
        "S03",
        "error",
        asked("Why so?", meta="kind: cloze@@\n"),
        asked("Why so?", meta="kind: basic\n"),
    ),
    Planted(
        "a rev that is no number",
        "S03",
        "error",
        asked("Why so?", meta="rev: two@@\n"),
        asked("Why so?", meta="rev: 2\n"),
    ),
    Planted(
        "a month that is none",
        "S03",
        "error",
        asked("Why so?", meta="expires: 2030-13@@\n"),
        asked("Why so?", meta="expires: 2030-12\n"),
    ),
    Planted(
        "a key of other kinds",
        "S03",
        "error",
        asked("Why so?", meta="competency: learning@@\n"),
        asked("Why so?"),
    ),
    Planted(
        "an output without what is printed",
        "S03",
        "error",
        deck("## a-card\n" + _CLEAN_CODE.replace("A:\n\n```text\n3\n```", "A: 3@@")),
        deck("## a-card\n" + _CLEAN_CODE),
    ),
    Planted(
        "a role where it means nothing",
        "S03",
        "error",
        card("Q: Why so?\n\n```python tests@@\nx = 1\n```\n\nA: So.\n").replace(
            "tests@@", "tests @@"
        ),
        card("Q: Why so?\n\n```python\nx = 1\n```\n\nA: So.\n"),
    ),
    Planted(
        "a fence that is never closed",
        "S04",
        "error",
        deck("## a-card\nlevel: 1\n\nQ: Why so?\nA: So.\n").rstrip() + "\n\n```text @@\nmore\n",
        asked("Why so?"),
        skip=("D01",),
    ),
    Planted(
        "a role that does not exist",
        "S04",
        "error",
        card("Q: Why so?\n\n```python test@@\nx = 1\n```\n\nA: So.\n").replace("test@@", "test @@"),
        card("Q: Why so?\n\n```python\nx = 1\n```\n\nA: So.\n"),
    ),
    Planted(
        "Python that does not compile",
        "S04",
        "error",
        card("Q: Why so?\n\n```python\nx = 1\ny = (2 @@\n```\n\nA: So.\n"),
        card("Q: Why so?\n\n```python\nx = 1\ny = (2)\n```\n\nA: So.\n"),
    ),
    Planted(
        "YAML that is none",
        "S04",
        "error",
        card("Q: Why so?\n\n```yaml\nx: 1\ny: {2: @@\n```\n\nA: So.\n").replace(
            "{2: @@\n", "{2: \n@@"
        ),
        card("Q: Why so?\n\n```yaml\nx: 1\ny: 2\n```\n\nA: So.\n"),
    ),
    Planted(
        "CSV with a row too wide",
        "S04",
        "error",
        card("Q: Why so?\n\n```csv\na,b\n1,2,3@@\n```\n\nA: So.\n"),
        card("Q: Why so?\n\n```csv\na,b\n1,2\n```\n\nA: So.\n"),
    ),
]
_MATHS = [
    Planted(
        "a dollar alone",
        "S05",
        "error",
        noted("More.\nIt costs $5.@@"),
        noted(r"It costs \$5 or `$6`."),
    ),
    Planted(
        "a formula that cannot be set",
        "S05",
        "error",
        noted("Look.\n\nHere $\\fraction{a}{b}$.@@"),
        noted(r"Here $\frac{a}{b}$."),
    ),
    Planted(
        "braces that do not balance",
        "S05",
        "error",
        noted("Here $e^{x$.@@"),
        noted("Here $e^{x}$."),
    ),
    Planted(
        "a command that is not to be used",
        "S05",
        "error",
        noted(r"Here $\boxed{x}$.@@"),
        noted(r"Here $\mathbf{x}$."),
    ),
    Planted(
        "a formula that one of its gaps breaks",
        "S05",
        "error",
        card("C: So $x = {{c1::a}} + {{c2::b}} $ holds.@@\n\n```python check\nassert True\n```\n"),
        card("C: So $x = {{c1::a}} + {{c2::b}}$ holds.\n\n```python check\nassert True\n```\n"),
    ),
    Planted(
        "numbers with a gap",
        "S06",
        "error",
        cloze("Bagging lowers {{c1::variance}}, boosting {{c3::bias}}.@@"),
        cloze("Bagging lowers {{c1::variance}}, boosting {{c2::bias}}."),
    ),
    Planted(
        "four deletions",
        "S06",
        "error",
        cloze(
            "In order come {{c1::alpha}}, {{c2::beta}}, {{c3::gamma}}, {{c4::delta}} and more.@@"
        ),
        cloze("In order come {{c1::alpha}}, {{c2::beta}}, {{c3::gamma}}, delta and more."),
    ),
    Planted(
        "a deletion in a deletion",
        "S06",
        "error",
        cloze("Bagging lowers {{c1::the {{c2::large}} variance}} of trees that are deep.@@"),
        cloze("Bagging lowers {{c1::the large variance}} of trees that are {{c2::deep}}."),
        skip=("W12",),
    ),
    Planted(
        "a brace that ends a deletion",
        "S06",
        "error",
        card("C: So $y = {{c1::\\sqrt{d}}}$ grows.@@\n\n```python check\nassert True\n```\n"),
        card("C: So $y = {{c1::\\sqrt{d} }}$ grows.\n\n```python check\nassert True\n```\n"),
        skip=("S05",),
    ),
    Planted(
        "a deletion that is never closed",
        "S06",
        "error",
        cloze("Bagging lowers {{c1::variance}}, boosting {{c2::bias.@@"),
        cloze("Bagging lowers {{c1::variance}}, boosting {{c2::bias}}."),
    ),
    Planted(
        "a deletion with one colon",
        "S06",
        "error",
        cloze("Bagging lowers {{c1::variance}}, boosting\nlowers {{c2:bias}}.@@"),
        cloze("Bagging lowers {{c1::variance}}, boosting\nlowers {{c2::bias}}."),
    ),
    Planted(
        "a deletion in a question",
        "S06",
        "error",
        asked("Why is {{c1::bagging}} good?@@"),
        asked("Why is bagging good?"),
    ),
]
_LABELS = [
    Planted(
        "a source that is not defined",
        "S07",
        "error",
        asked("Why so?", meta="source: own (§1), book@@\n"),
        asked("Why so?", meta="source: own (§1, ch. 2)\n"),
    ),
    Planted(
        "no source",
        "S07",
        "error",
        asked("Why so?")
        .replace("default-source: own\n", "")
        .replace("## a-card", "## a-card@@")
        .replace("filler-", "own-")
        .replace("level: 1\n\nQ", "level: 1\nsource: own\n\nQ")
        .replace("@@\nlevel: 1\nsource: own", "@@\nlevel: 1"),
        asked("Why so?"),
    ),
    Planted(
        "a tag that is unknown",
        "S08",
        "error",
        asked("Why so?", meta="tags: metrics metric@@\n"),
        asked("Why so?", meta="tags: metrics\n"),
    ),
    Planted(
        "six tags",
        "S08",
        "error",
        asked("Why so?", meta="tags: metrics loss drift interviews graph@@\n"),
        asked("Why so?", meta="tags: metrics loss drift interviews\n"),
    ),
    Planted(
        "a tag that the file has",
        "S08",
        "error",
        asked("Why so?", meta="tags: probability@@\n"),
        asked("Why so?", meta="tags: metrics\n"),
    ),
    Planted(
        "no level",
        "S08",
        "error",
        asked("Why so?").replace("## a-card\nlevel: 1\n", "## a-card@@\n"),
        asked("Why so?"),
    ),
    Planted(
        "a level that is none",
        "S08",
        "error",
        asked("Why so?").replace("## a-card\nlevel: 1\n", "## a-card\nlevel: 4@@\n"),
        asked("Why so?"),
    ),
    Planted(
        "a picture that is not there",
        "S09",
        "error",
        noted("See:\n\n![a curve](img/a.svg)@@"),
        noted("See:\n\n![a curve](img/b.svg)"),
        Around(pictures={"img/b.svg": 200_000}),
    ),
    Planted(
        "a picture that is too large",
        "S09",
        "error",
        noted("![a curve](img/a.svg)@@"),
        noted("![a curve](img/b.svg)"),
        Around(pictures={"img/a.svg": 200_001, "img/b.svg": 200_000}),
    ),
    Planted(
        "a picture without words",
        "S09",
        "error",
        noted("![](img/b.svg)@@"),
        noted("![a curve](img/b.svg)"),
        Around(pictures={"img/b.svg": 2_000}),
    ),
    Planted(
        "a picture elsewhere",
        "S09",
        "error",
        noted("![a curve](https://example.org/b.svg)@@"),
        noted("[a curve](https://example.org/b.svg)"),
    ),
]

PLANTED = [*_FORM, *_MATHS, *_LABELS]
