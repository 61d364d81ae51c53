"""One line for a card in lists."""

from __future__ import annotations

import pytest

from interviewprep.core.card_titles import card_title


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
