"""What is marked where two versions of a note differ."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.text_differences import differences


@pytest.mark.parametrize(
    ("mine", "theirs", "marked", "others"),
    [
        ("It costs O(n).", "It costs O(n log n).", [], [" log n"]),
        ("a stable sort", "an unstable sort", ["a stable"], ["an unstable"]),
        ("same", "same", [], []),
        ("", "new text", [], []),
        ("nothing shared", "another wording", [], []),
    ],
)
def test_words_that_differ_are_marked_on_both_sides(
    mine: str, theirs: str, marked: list[str], others: list[str]
) -> None:
    found, beside = differences(mine, theirs)
    assert [text for text, differs in found if differs] == marked
    assert [text for text, differs in beside if differs] == others


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_pieces_together_are_the_texts_and_what_is_not_marked_is_equal(
    mine: str, theirs: str
) -> None:
    found, beside = differences(mine, theirs)
    assert "".join(text for text, _ in found) == mine
    assert "".join(text for text, _ in beside) == theirs
    if any(differs for _, differs in [*found, *beside]):
        kept = ["".join(text for text, differs in side if not differs) for side in (found, beside)]
        assert kept[0] == kept[1]


def test_long_texts_are_not_compared_word_by_word() -> None:
    mine = " ".join(f"word{n % 7}" for n in range(3_000))
    began = time.monotonic()
    found, beside = differences(mine, mine[::-1])
    assert time.monotonic() - began < 1
    assert (found, beside) == ([(mine, False)], [(mine[::-1], False)])
