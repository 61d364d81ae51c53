"""Cloze deletions are found, numbered, hidden and shown as Anki does."""

import pytest

from interviewprep.core import cloze

GAP, END = cloze.GAP_OPEN, cloze.GAP_CLOSE
SHOWN, DONE = cloze.SHOWN_OPEN, cloze.SHOWN_CLOSE


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("plain", set()),
        ("{{c1::a}}", {1}),
        ("{{c2::a}} {{c5::b}}", {2, 5}),
        ("{{c1::a {{c2::b}} c}}", {1, 2}),
        ("{{c1,3::a}}", {1, 3}),
        ("{{c1::\\sqrt{d_k}}}", {1}),
        ("{{c0::a}}", set()),
        ("{{c1::never closed", set()),
        ("{{C1::a}} {{c1:b}}", set()),
        ("{{c501::a}}", {500}),
    ],
)
def test_a_number_that_occurs_in_a_closed_deletion_counts(text: str, numbers: set[int]) -> None:
    assert cloze.numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "number", "asked", "answered"),
    [
        ("a {{c1::b}} c", 1, f"a {GAP}{END} c", f"a {SHOWN}b{DONE} c"),
        ("{{c1::b::which}}", 1, f"{GAP}which{END}", f"{SHOWN}b{DONE}"),
        ("{{c1::b}} {{c2::d}}", 2, f"b {GAP}{END}", f"b {SHOWN}d{DONE}"),
        ("{{c1::b {{c2::d}} e}}", 2, f"b {GAP}{END} e", f"b {SHOWN}d{DONE} e"),
        ("{{c1::b {{c2::d}} e}}", 1, f"{GAP}{END}", f"{SHOWN}b d e{DONE}"),
        ("{{c1::\\sqrt{d} }}", 1, f"{GAP}{END}", f"{SHOWN}\\sqrt{{d}} {DONE}"),
        ("open {{c1::b", 1, "open {{c1::b", "open {{c1::b"),
        ("stray }} {{c1::b}}", 1, f"stray }}}} {GAP}{END}", f"stray }}}} {SHOWN}b{DONE}"),
    ],
)
def test_only_the_deletion_asked_for_is_hidden(
    text: str, number: int, asked: str, answered: str
) -> None:
    assert cloze.with_gap(text, number) == asked
    assert cloze.with_answer(text, number) == answered


def test_what_a_number_hides_is_listed_in_order() -> None:
    assert cloze.hidden("{{c1::a}} {{c2::b {{c1::c}}}} {{c1::d::e}}", 1) == ["a", "c", "d"]
    assert cloze.hints("{{c1::a::x}} {{c2::b::y}}", 2) == ["y"]


def test_endless_nesting_is_read_without_recursion_errors() -> None:
    text = "{{c1::" * 5000 + "x" + "}}" * 5000
    assert cloze.numbers(text) == {1}
    assert cloze.with_gap(text, 1).startswith(GAP)
