"""HTML of a note written as our Markdown shows the same words, formulas and pictures."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewprep.core.markdown_from_html import markdown_of
from interviewprep.core.rendering import render_markdown
from interviewprep.core.rendering.sanitising import sanitised


def words(html: str) -> list[str]:
    text = re.sub(
        r"</?(?:div|p|li|tr|td|th|h\d|br|pre|ul|ol|table|hr|blockquote)\b[^>]*>", " ", html
    )
    return unescape(re.sub(r"<[^>]*>", "", text)).replace("\xa0", " ").split()


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("plain", "plain"),
        ("a<br>b", "a\\\nb"),
        ("<div>a</div><div>b</div>", "a\n\nb"),
        ("<b>x</b> and <i>y</i>", "**x** and *y*"),
        ("<b>a <i>b</i></b>", "**a <i>b</i>**"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n    - c"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<pre><code>x = 1\n  y</code></pre>", "```\nx = 1\n  y\n```"),
        ("use <code>a*b</code>", "use `a*b`"),
        (r"\(x < y\) is", "$x < y$ is"),
        (r"\[x\]", "$$\nx\n$$"),
        ("[$]a_b[/$]", "$a_b$"),
        ('<img src="a b.png" alt="A [b]">', "![A b](<a b.png>)"),
        ('<a href="https://x.org">there</a>', "[there](https://x.org)"),
        ("x<sup>2</sup>", "x<sup>2</sup>"),
        ("2 * 3 * 4 &lt; $5 and $6", r"2 \* 3 \* 4 &lt; \$5 and \$6"),
        ("- no list", r"\- no list"),
        ("Q: no label", r"Q\: no label"),
        ("{{c1::a <b>b</b>::hint}}", "{{c1::a **b**::hint}}"),
        ("[sound:a.mp3]", "[sound:a.mp3]"),
        ("<h2>Title</h2>text", "**Title**\n\ntext"),
        ("<blockquote>a<br>b</blockquote>", "> a\\\n> b"),
        (
            "<table><tr><th>A|B</th><th>C</th></tr><tr><td>1</td><td>2<br>3</td></tr></table>",
            "| A\\|B | C |\n| --- | --- |\n| 1 | 2<br>3 |",
        ),
        ("<script>x</script>y", "y"),
    ],
)
def test_each_element_has_its_markdown(html: str, markdown: str) -> None:
    assert markdown_of(html)[0] == markdown


def test_what_markdown_cannot_say_is_named() -> None:
    html = '<span style="color:red">a</span><table><tr><td colspan="2">x</td></tr></table>'
    assert markdown_of(html)[1] == ("colours and sizes", "joined cells")
    assert markdown_of("<b>a</b>")[1] == ()


plain = st.text(st.sampled_from("ab *_`$#>-+=|\\[]()!~&<1.:\"'{}"), min_size=1, max_size=8).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
)


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map(" ".join)
    return st.one_of(
        st.builds(
            lambda tag, text: f"<{tag}>{text}</{tag}>",
            st.sampled_from(["b", "i", "u", "s", "sub"]),
            several,
        ),
        st.builds(
            lambda tag, text: f"<{tag}>{text}</{tag}>",
            st.sampled_from(["div", "p", "blockquote", "h3"]),
            several,
        ),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda items: "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
        ),
        several.map(lambda text: text + "<br>" + text),
    )


@settings(deadline=None, max_examples=300)
@given(st.recursive(plain, nested, max_leaves=6))
def test_the_words_shown_are_the_same(html: str) -> None:
    if re.search(r"\\[(\[]|\[\$|\[/", html):
        return  # a formula of Anki's, which is another matter
    shown = render_markdown(markdown_of(html)[0])
    assert "".join(words(shown)) == "".join(words(sanitised(html)))
