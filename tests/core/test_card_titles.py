"""One line for a card in lists."""

from __future__ import annotations

import pytest

from interviewprep.core.card_titles import card_title, excerpt, note_named
from interviewprep.core.notes import Markup


@pytest.mark.parametrize(
    ("kind", "markup", "fields", "ordinal", "title"),
    [
        ("basic", "markdown", ["What is **AUC**?", "a"], 0, "What is AUC?"),
        ("basic", "markdown", ["# Title\n\ntwo `x_y` * 3", "a"], 0, "Title two x_y * 3"),
        ("basic", "markdown", ["Prints?\n```python\nprint(1)\n```"], 0, "Prints? print(1)"),
        (
            "basic",
            "markdown",
            ["a *big* _deal_ of 2 * 3 * 4 and a_b_c"],
            0,
            "a big deal of 2 * 3 * 4 and a_b_c",
        ),
        ("both-ways", "markdown", ["term", "meaning"], 1, "meaning"),
        ("cloze", "markdown", ["{{c1::a}} is {{c2::b::hint}}"], 0, "[…] is b"),
        ("cloze", "markdown", ["{{c1::a}} is {{c2::b::hint}}"], 1, "a is [hint]"),
        ("templates", "html", ["", "<b>x</b> &amp; <img src='a'>"], 0, "x & picture"),
        ("basic", "markdown", ["![a tree](t.svg)"], 0, "a tree"),
        ("basic", "html", ["<br>"], 0, "Card without text"),
        ("basic", "html", [], 0, "Card without text"),
    ],
)
def test_a_title_is_the_question_without_markup(
    kind: str, markup: str, fields: list[str], ordinal: int, title: str
) -> None:
    assert card_title(kind, markup, fields, ordinal) == title


def test_a_long_title_ends_at_a_word() -> None:
    title = card_title("basic", "markdown", ["word " * 100], 0)
    assert title.endswith("word…")
    assert len(title) < 165


DRAWING = '<svg><path fill-rule="evenodd" d="' + "M0 0" * 30_000 + '"/></svg>'
SHAPE = "{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.4}}"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (f"Name it: {DRAWING} this", "Name it:"),
        ("a" * 23_990 + " " + DRAWING, "a" * 239 + "…"),
        (SHAPE, ""),
        ('<img src="a.png">', "picture"),
        ("1 < 2 and <b>bold</b>", "1 < 2 and bold"),
        ("Recall: {{c1::TP / {{c2::all::which?}}::what?}}.", "Recall: TP / all."),
    ],
)
def test_an_excerpt_is_never_markup(text: str, read: str) -> None:
    assert excerpt(text, Markup.HTML, 240) == read


def test_a_title_is_not_cut_within_a_tag() -> None:
    assert card_title("basic", "html", [f"Name it: {DRAWING}"], 0) == "Name it:"


def test_a_note_is_called_by_its_first_words() -> None:
    assert note_named(4, [SHAPE, '<img src="a.png">', "<b>Heart</b>", "x"]) == "note 4 (Heart)"
    assert note_named(4, ['<img src="a.png">']) == "note 4"
    assert len(note_named(4, ["word " * 50])) < 60
