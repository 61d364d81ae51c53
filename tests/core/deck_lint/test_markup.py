"""Words are counted without markup, a formula is one, code is none; formulas are the app's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interviewprep.core.deck_lint.markup import count_words, formulas, masked, tokens
from interviewprep.core.deck_lint.stems import stem
from interviewprep.core.notes import Markup, NoteKind
from interviewprep.core.own_types import own_type
from interviewprep.core.rendering.cards import render_card
from interviewprep.formats.deck_folder import read_deck

CARDS = Path(__file__).parents[3] / "cards"
PLAIN = own_type(NoteKind.BASIC, Markup.MARKDOWN)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one two", 2),
        ("**one** _two_ ~~three~~", 3),
        ("a formula $x + y$ here", 4),
        ("$$\nx = y\n$$\n\nafter", 2),
        ("call `f(a, b)` twice", 2),
        ("it's 50 % of x's well-known", 5),
        ("- one\n- two\n1. three", 3),
        ("| a | b |\n| --- | --: |\n| c | d |", 4),
        ("[two words](https://example.org/a-b) and ![no word](img/a.svg)", 3),
        ("a {{c1::hidden thing::a hint}} here", 4),
        (r"costs \$5 and \$6", 4),
        ("so $x = {{c1::a}}$ it is", 4),
    ],
)
def test_words_are_counted_as_the_format_counts(text: str, count: int) -> None:
    assert count_words(text) == count


def test_masking_keeps_every_offset_and_line() -> None:
    text = "a `b\nc` $x$ d\n$$\ny\n$$ e"
    plain = masked(text)
    assert len(plain) == len(text)
    assert [at for at, sign in enumerate(plain) if sign == "\n"] == [
        at for at, sign in enumerate(text) if sign == "\n"
    ]
    assert plain.split() == ["a", "d", "e"]


def test_prompts_are_compared_by_words_formulas_and_bits_of_code() -> None:
    assert tokens("What is $x + y$ of `f(a)`?", "b = 1") == {
        *("what", "is", "of", "x+y", "f", "(", "a", ")", "b", "=", "1")
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [("clusters", "clustering"), ("regularise", "regularisation"), ("gradient's", "gradients")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_of_another_meaning_keep_their_stems_apart() -> None:
    assert len({stem(word) for word in ("bagging", "boosting", "variance", "bias", "loss")}) == 5


@pytest.mark.parametrize("path", sorted(CARDS.glob("*/*.md")), ids=lambda path: path.stem)
def test_the_linter_sees_exactly_the_formulas_that_the_app_sets(path: Path) -> None:
    for card in read_deck(path, str(path), f"{path.parent.name}/{path.stem}").cards:
        seen = sum(1 for passage in card.texts for _ in formulas(passage.text))
        html = "".join(
            render_card(PLAIN, (block.text, "-"), 0, media=lambda name: None).front_html
            for block in (*card.card.sides.values(), *card.card.sections)
        )
        assert seen == len(re.findall("<math|maths-error", html)), card.card.id
