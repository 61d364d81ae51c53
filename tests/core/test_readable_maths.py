"""Maths in one line of plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.card_titles import card_title
from interviewprep.core.readable_maths import readable, with_readable_maths


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{TP}{TP + FP}", "TP/(TP + FP)"),
        (r"\frac12", "1/2"),
        (r"\frac{\sqrt{n}}{2}", "(√n)/2"),
        (r"R^2 = 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \bar y)^2}",
         "R² = 1 - (∑ᵢ (yᵢ - ŷᵢ)²)/(∑ᵢ (yᵢ - ȳ)²)"),
        (r"O(n \log n)", "O(n log n)"),
        (r"q^\top k", "qᵀ k"),
        (r"\lambda \le \Omega", "λ ≤ Ω"),
        (r"x_{n+1} \in \mathbb{R}^{d}", "xₙ₊₁ ∈ R^d"),
        (r"\left\lVert w \right\rVert_2", "‖w ‖₂"),
        (r"\text{recall} \ge 50\,\%", "recall ≥ 50%"),
        (r"\unheardof{x}", "unheardof x"),
    ],
)  # fmt: skip
def test_latex_reads_like_a_message(latex: str, text: str) -> None:
    assert readable(latex) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"Which is $\sqrt{d_k}$?", "Which is √dₖ?"),
        (r"\(x^2\) and \[y^2\] and $$z^2$$", "x² and y² and z²"),
        ("It costs $5 or $10 a day", "It costs $5 or $10 a day"),
        ("`$HOME` and $PATH", "`$HOME` and $PATH"),
    ],
)
def test_only_maths_is_touched(text: str, plain: str) -> None:
    assert with_readable_maths(text) == plain


def test_a_title_has_no_markup_of_maths_and_tables() -> None:
    front = "Which recall has $y_1$?\n\n| true | said |\n| --- | --: |\n| A | 85 |\n"
    assert card_title("basic", "markdown", [front], 0) == "Which recall has y₁?"
    cloze = r"Precision is $\frac{TP}{ {{c1::TP + FP}} }$."
    assert card_title("cloze", "markdown", [cloze], 0) == "Precision is TP/[…]."


@given(st.text(alphabet="\\{}$^_ frac sqrt hat 12xy[]()", max_size=200))
def test_any_text_has_a_reading(text: str) -> None:
    assert isinstance(readable(text), str)
    assert isinstance(with_readable_maths(text), str)
