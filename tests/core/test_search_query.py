"""Queries are read into conditions; what cannot be read is refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.notes import Markup
from interviewprep.core.search_query import (
    AllOf,
    AnyOf,
    Flagged,
    InDeck,
    IsState,
    Not,
    Tagged,
    Words,
    parse,
)
from interviewprep.core.searchable import plain_text, tag_word, tag_words, words
from interviewprep.core.tags import kept_tags, merged_tags, parse_tags, without_tags
from interviewprep.errors import Invalid

A, B, C = (Words((letter,), is_start=False) for letter in "abc")


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("", AllOf(())),
        ("  a ", A),
        ("a b", AllOf((A, B))),
        ("a OR b c", AnyOf((A, AllOf((B, C))))),
        ("(a OR b) c", AllOf((AnyOf((A, B)), C))),
        ("-(a b)", Not(AllOf((A, B)))),
        ("or", Words(("or",), is_start=False)),
        ("gradients", Words(("gradients",), is_start=True)),
        ("ab*", Words(("ab",), is_start=True)),
        ('"gradients of"', Words(("gradients", "of"), is_start=False)),
        ("“gradients”", Words(("gradients",), is_start=False)),
        ("std::vector", Words(("std", "vector"), is_start=True)),
        ('deck:"A B"', InDeck("A B")),
        ("Deck:A::B", InDeck("A::B")),
        ("-tag:#x", Not(Tagged("x"))),
        ("is:New", IsState("new")),
        ("flag:0", Flagged(0)),
        ('"is:new"', Words(("is", "new"), is_start=False)),
    ],
)
def test_a_query_is_read(query: str, condition: object) -> None:
    assert parse(query) == condition


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("is:foo", "“is:foo” is not known; known are is:due, is:new, is:learning, is:suspended,"),
        ("note:x", "“note:” is not known; known are deck:, tag:, is:, flag:."),
        ("flag:8", "flags are numbered from 1 to 7"),
        ("tag: x", "After “tag:” there must be a value"),
        ('deck:""', "After “deck:” there must be a name"),
        ('"a', "A quotation mark is not closed"),
        ("(a", "An opening bracket is not closed"),
        ("a)", "a closing bracket without an opening one"),
        ("()", "nothing between two brackets"),
        ("OR a", "“OR” stands between two conditions"),
        ("a OR", "“OR” stands between two conditions"),
        ("?!", "holds no letter or digit"),
        ("x" * 501, "at most 500 characters"),
        ("a " * 41, "at most 40 conditions"),
        ("(" * 9 + "a" + ")" * 9, "at most 8 deep"),
    ],
)
def test_what_cannot_be_read_is_refused(query: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(query)
    assert sentence in refused.value.message


@given(st.text(max_size=60) | st.text('ab"()-*: ORdeck:tag:is:', max_size=40))
def test_any_text_is_read_or_refused(query: str) -> None:
    try:
        parse(query)
    except Invalid as refused:
        assert refused.field == "q"


@given(st.text(max_size=200))
def test_words_hold_letters_and_digits_only(text: str) -> None:
    for word in words(text):
        assert word.isalnum() or all(letter.isalnum() for letter in word), word
        assert word == word.casefold() or len(word) == 100


def test_text_is_looked_at_as_one_reads_it() -> None:
    assert words("Déjà_vu, 2nd ﬁnal x²") == ["deja", "vu", "2nd", "final", "x2"]
    assert plain_text("<b>gra</b>dient<br>x &lt; y<script>no()</script>", Markup.HTML).split() == [
        "gradient",
        "x",
        "<",
        "y",
    ]
    assert plain_text("{{c12::a}} <b>", Markup.MARKDOWN) == "a  <b>"


def test_a_tag_is_found_under_each_level_above_it() -> None:
    assert set(tag_words(["ML::metrics::auc", "x"])) == {
        tag_word("ml"),
        tag_word("ml::metrics"),
        tag_word("ml::metrics::auc"),
        tag_word("x"),
    }
    assert tag_word("mlops").startswith(tag_word("ML"))


def test_tags_are_kept_with_a_space_at_both_ends() -> None:
    assert kept_tags(parse_tags("#b, A::b  ::c:: b B")) == " b A::b c "
    assert kept_tags(parse_tags(" , ")) == ""
    assert merged_tags(" a ", ["A", "b"]) == " a b "
    assert without_tags(" a::b A ", ["a"]) == " a::b "
