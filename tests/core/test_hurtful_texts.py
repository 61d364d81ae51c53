"""Texts made of openings that are never closed: read in a moment, however long they are."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from interviewprep.core import cloze, templates
from interviewprep.core.card_titles import card_title
from interviewprep.core.media_references import media_references
from interviewprep.core.notes import Markup
from interviewprep.core.rendering import render_markdown
from interviewprep.core.searchable import plain_text

LONG_CHARS = 200_000
AT_MOST_S = 5.0
"""Each takes well under a second, and took minutes when the time grew with the square."""

READERS: dict[str, Callable[[str], object]] = {
    "clozes": cloze.parse,
    "template": templates.parse.__wrapped__,
    "words": lambda text: plain_text(text, Markup.HTML),
    "media of Markdown": lambda text: media_references(text + " src", Markup.MARKDOWN),
    "title": lambda text: card_title("basic", "markdown", [text], 0),
    "title of HTML": lambda text: card_title("basic", "html", [text], 0),
    "title of a cloze": lambda text: card_title("cloze", "markdown", [text], 0),
}


@pytest.mark.parametrize(
    "opening",
    ["<!--", "{{", "{", "{{c1::", "<script", "<style>", "[sound:", "![", "![a](", "![]( <",
     "<img ", "<img src=", "<img src='", cloze.GAP_OPEN],
)  # fmt: skip
@pytest.mark.parametrize("reader", READERS)
def test_a_text_of_openings_is_read_in_a_moment(reader: str, opening: str) -> None:
    text = opening * (LONG_CHARS // len(opening))
    begun_s = time.process_time()
    READERS[reader](text)
    assert time.process_time() - begun_s < AT_MOST_S


@pytest.mark.parametrize(
    "line", ["# a{}x", "## a{}#x", "a | {}x\n|-|", "- {}x", "[a]({}x", "[a](b {}x", "> {}x"]
)
def test_a_line_of_blanks_is_rendered_in_a_moment(line: str) -> None:
    text = line.format(" " * 40_000)
    begun_s = time.process_time()
    render_markdown(text)
    assert time.process_time() - begun_s < AT_MOST_S


@pytest.mark.parametrize(
    ("line", "html"),
    [
        ("## a b ##  ", "<h2>a b</h2>"),
        ("# a # b #", "<h1>a # b</h1>"),
        ("# a#", "<h1>a#</h1>"),
        ("#include <a>", "<p>#include &lt;a&gt;</p>"),
    ],
)
def test_a_heading_is_read_as_before(line: str, html: str) -> None:
    assert render_markdown(line) == html


def test_what_is_closed_is_still_found_among_what_is_not() -> None:
    html = "<!-- a <script>b</script> [sound:c.mp3] <style>d"
    assert plain_text(html, Markup.HTML).split() == ["<!--", "a", "d"]
    assert plain_text("e <!-- <!-- f --> g", Markup.HTML).split() == ["e", "g"]


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ('<img alt="a < b" src="x.png"><img src=y.png>', ["x.png", "y.png"]),
        ("<img src='a>b.png'> <audio controls src = c.mp3>", ["a>b.png", "c.mp3"]),
        ("<img data-src=no><img  src=\"unclosed <img src='yes.png'>", ["yes.png"]),
        ("<img <img <img src=z.png", ["z.png"]),
    ],
)
def test_files_are_found_in_tags_however_they_are_written(html: str, names: list[str]) -> None:
    assert media_references(html, Markup.HTML) == names
