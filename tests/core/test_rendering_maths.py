"""Formulas become MathML without styles, or a sentence that says where they fail."""

import re

import pytest

from interviewprep.core import cloze
from interviewprep.core.rendering import UnreadableMaths, maths_styles, render_maths
from interviewprep.core.rendering.maths import checked_mathml, maths_or_source
from tests.core.safe_html import harm_in

FORMULAS = [
    r"\begin{aligned}a&=b\\c&=d\end{aligned}",
    r"\begin{cases}1&x>0\\0&\text{else}\end{cases}",
    r"\begin{array}{l|r}1&2\\ \hline 3&4\end{array}",
    r"\begin{align}a&=b\label{q}\\c&=d\tag{3}\end{align} \eqref{q}",
    r"\operatorname*{argmax}_\theta \sum_{i=1}^n \log p_\theta(x_i)",
    r"\textcolor{red}{x} + {\color{blue} y}",
    r"\left(\frac{a}{b}\right)^2 \sqrt[3]{x} \hat{y} \overline{z} \boxed{w}",
    r"\mathop{x} \text{if } \mathbf{W}^\top \mathcal{L} \mathbb{E}",
]


@pytest.mark.parametrize("latex", FORMULAS)
@pytest.mark.parametrize("display", [True, False])
def test_a_formula_becomes_mathml_that_a_strict_page_allows(latex: str, display: bool) -> None:
    mathml = render_maths(latex, display)
    assert mathml.startswith("<math") and mathml.endswith("</math>")
    assert ('display="block"' in mathml[:30]) == display
    assert harm_in(mathml) == []


def test_the_styles_of_tables_become_classes_with_rules() -> None:
    mathml = " ".join(render_maths(latex, True) for latex in FORMULAS)
    used = {name for names in re.findall('class="([^"]*)"', mathml) for name in names.split()}
    assert {"m-right", "m-left", "m-br", "m-bt"} <= used
    assert all(f".{name} " in maths_styles() for name in used)
    assert 'mathcolor="#FF0000"' in mathml


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\frac{a}{", "reached end of input (at character 10)"),
        (r"\substack{a\\b}", 'Unknown command "\\substack"'),
        ("{" * 60 + "}" * 60, "Braces nest deeper than 50"),
        ("x" * 6_000, "may have 5000 characters"),
        (r"\def\a{\a\a}\a", "cannot define commands"),
        (r"\newcommand{\x}{y}\x", "cannot define commands"),
    ],
)
def test_a_formula_that_cannot_be_typeset_is_refused_with_the_reason(
    latex: str, message: str
) -> None:
    with pytest.raises(UnreadableMaths) as refused:
        render_maths(latex, False)
    assert message in refused.value.message
    shown = maths_or_source(latex, False)
    assert shown.startswith('<code class="maths-error"')
    assert harm_in(shown) == []


def test_a_deletion_across_cells_is_shown_unmarked_rather_than_not_at_all() -> None:
    latex = (
        r"\begin{aligned}a&=" + cloze.SHOWN_OPEN + r"b\\c&=d" + cloze.SHOWN_CLOSE + r"\end{aligned}"
    )
    assert render_maths(latex, True).startswith("<math")


def test_a_failed_formula_shows_its_source_without_our_own_marks() -> None:
    shown = maths_or_source(cloze.GAP_OPEN + cloze.GAP_CLOSE + r" \nope", False)
    assert "textcolor" not in shown
    assert r"{[\,?\,]} \nope" in shown


@pytest.mark.parametrize(
    "mathml",
    [
        "<math><script>alert(1)</script></math>",
        "<math><mi>x</mi><!-- --></math>",
        "<math><mi onclick='x'>x</mi></math>",
        "<math><mi>a < b</mi></math>",
    ],
)
def test_mathml_that_nobody_expects_is_not_trusted(mathml: str) -> None:
    with pytest.raises(UnreadableMaths, match="cannot be typeset safely"):
        checked_mathml(mathml)


def test_attributes_that_nobody_expects_are_left_out() -> None:
    assert checked_mathml('<math onload="x" id="y"><mi style="z:1">x</mi></math>') == (
        "<math><mi>x</mi></math>"
    )
