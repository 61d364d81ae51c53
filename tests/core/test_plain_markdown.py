"""Whatever somebody wrote reads back from Markdown as it was."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.plain_markdown import escaped, fenced
from interviewprep.core.rendering.markdown import markdown_html

LETTERS = st.text(st.sampled_from("ab1 `~*_[](){}<>&#+-=.!|\\$\"'\n"), max_size=40)


def shown(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


@given(LETTERS)
def test_a_fenced_text_is_one_block_of_code_that_holds_it(text: str) -> None:
    html = markdown_html(f"before\n\n{fenced(text, 'python')}\n\nafter")
    assert html.count("<pre") == 1
    assert html.startswith("<p>before</p>") and html.endswith("<p>after</p>")
    inside = html[html.index("<pre") : html.index("</pre>")]
    assert shown(inside).rstrip() == text.rstrip()


@given(LETTERS)
def test_an_escaped_text_is_one_paragraph_that_shows_it(text: str) -> None:
    words = " ".join(text.split())
    html = markdown_html(f"{escaped(text)}\n")
    assert shown(html).strip() == words
    assert not words or re.sub(r"^<p>|</p>$", "", html).count("<") == 0


@pytest.mark.parametrize(
    "text",
    [
        "# no heading",
        "1. no list",
        "12) none either",
        "- nor this",
        "> no quote",
        "*no* _emphasis_ ~~at all~~",
        "[no](link) ![no](picture)",
        "costs $5, then $10",
        "<script>alert(1)</script> & more",
        "a | b",
        "`code`",
        "--- ",
        "=== ",
    ],
)
def test_nothing_becomes_markup(text: str) -> None:
    html = markdown_html(escaped(text))
    assert html == f"<p>{html[3:-4]}</p>" and "<" not in html[3:-4]
    assert shown(html) == " ".join(text.split())


def test_a_fence_in_the_text_does_not_end_the_block() -> None:
    text = "one\n```\ntwo\n`````python\nthree"
    assert fenced(text).startswith("``````\n")
    assert fenced("plain") == "```\nplain\n```"
