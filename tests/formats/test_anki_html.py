"""Our Markdown as the HTML that Anki shows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewprep.core import cloze
from interviewprep.formats.anki.writing.html_of_markdown import html_of


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a\n\nb", "<p>a</p>\n<p>b</p>"),
        ("$x < y$", r"\(x &lt; y\)"),
        ("$$\nx\n$$", r"\[x\]"),
        (r"P is $\frac{TP}{ {{c1::TP + FP}} }$.", r"P is \(\frac{TP}{ {{c1::TP + FP}} }\)."),
        ("{{c1::**a**::a *hint*}}", "{{c1::<strong>a</strong>::a <em>hint</em>}}"),
        (r"no formula \\(x)", r"no formula \<!-- -->(x)"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
    ],
)
def test_each_markup_has_its_html(markdown: str, html: str) -> None:
    assert html_of(markdown) == html


def test_code_keeps_a_cloze_whole() -> None:
    html = html_of("```python\ndef {{c1::f}}(x): return {{c2::x::y}}\n```")
    assert "{{c1::f}}" in html
    assert "{{c2::x::y}}" in html


pieces = st.sampled_from(
    ["a", "*", "$", "`", "\n", "{{c1::", "}}", "{{c2::", "::h", " ", "- ", "<b>"]
)


@settings(deadline=None)
@given(st.lists(pieces, max_size=12).map("".join))
def test_no_cloze_is_lost(text: str) -> None:
    assert cloze.numbers(html_of(text)) == cloze.numbers(text) or not text.strip()
