"""SM-2 as published, against the golden vectors and an independent reference in fractions."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.schedulers import Options
from interviewprep.core.schedulers.published import after_answer
from interviewprep.core.schedulers.walk import State, Step, walk, walk_published

GOLDEN = Path(__file__).parent.parent / "data" / "golden" / "sm2_published.json"
VECTORS = json.loads(GOLDEN.read_text())["vectors"]


def in_fractions(qualities: list[int]) -> list[tuple[int, Fraction, int, bool]]:
    """The text of 1990, written down a second time: interval, E-factor, repetitions, repeat."""
    interval, ease, repetitions = 0, Fraction(5, 2), 0
    states = []
    for quality in qualities:
        if quality < 3:
            interval, repetitions = 1, 0
        else:
            repetitions += 1
            interval = {1: 1, 2: 6}.get(repetitions, math.ceil(interval * ease))
            miss = 5 - quality
            change = Fraction(1, 10) - miss * (Fraction(8, 100) + miss * Fraction(2, 100))
            ease = max(Fraction(13, 10), ease + change)
        states.append((interval, ease, repetitions, quality < 4))
    return states


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_published_vectors_come_out_exactly(vector: dict) -> None:
    steps = [Step(quality) for quality in vector["qualities"]]

    states = [
        {
            "interval_days": state.interval_days,
            "ease": state.ease_hundredths / 100,
            "repetitions": state.repetitions,
            "repeat_today": state.repeat_today,
        }
        for state in walk_published(State(), steps)
    ]

    assert states == vector["after"]


@given(st.lists(st.integers(0, 5), max_size=60))
def test_every_sequence_equals_the_reference_in_fractions(qualities: list[int]) -> None:
    states = list(walk_published(State(), [Step(quality) for quality in qualities]))

    assert [
        (s.interval_days, Fraction(s.ease_hundredths, 100), s.repetitions, s.repeat_today)
        for s in states
    ] == in_fractions(qualities)


@given(st.lists(st.integers(0, 5), max_size=40))
def test_the_default_on_time_is_the_published_one_but_for_repeats_and_the_longest_interval(
    qualities: list[int],
) -> None:
    steps = [Step(quality) for quality in qualities]
    longest = Options(longest_interval_days=36_500)

    for default, published in zip(
        walk(State(), steps, longest), walk_published(State(), steps), strict=True
    ):
        if published.interval_days > 36_500:
            break
        assert (default.interval_days, default.ease_hundredths, default.repetitions) == (
            published.interval_days,
            published.ease_hundredths,
            published.repetitions,
        )


@pytest.mark.parametrize(
    ("interval_days", "ease_hundredths", "expected_days"),
    [
        (100, 230, 230),  # 100 × 2.3 is 229.99999999999997 in binary
        (30, 110, 33),  # 30 × 1.1 is 33.00000000000001 there, whose ceiling is 34
        (50, 222, 111),
        (25, 236, 59),
        (5, 250, 13),  # 12.5 goes up, where half to even would go down
    ],
)
def test_binary_floats_would_be_off_by_a_day_here(
    interval_days: int, ease_hundredths: int, expected_days: int
) -> None:
    assert after_answer(interval_days, ease_hundredths, 4, 4)[0] == expected_days


@pytest.mark.parametrize(
    ("quality", "expected"),
    [(0, 250), (1, 250), (2, 250), (3, 236), (4, 250), (5, 260)],
)
def test_only_passes_move_the_ease(quality: int, expected: int) -> None:
    assert after_answer(15, 250, 3, quality)[1] == expected


@pytest.mark.parametrize(("before", "after"), [(130, 130), (135, 130), (144, 130), (145, 131)])
def test_the_ease_stops_at_its_floor(before: int, after: int) -> None:
    assert after_answer(15, before, 3, 3)[1] == after


def test_days_late_or_early_and_lapses_are_no_part_of_the_published_text() -> None:
    start = State(interval_days=15, repetitions=3, lapses=7)

    states = list(walk_published(start, [Step(4, 100), Step(4, -1000), Step(2)]))

    assert [state.interval_days for state in states] == [38, 95, 1]
    assert [(state.lapses, state.leech) for state in states] == [(7, False)] * 3
