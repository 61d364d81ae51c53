"""The order of the queue, minutes and streaks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.planning import (
    FIRST_GUESS_S,
    LEAST_S,
    MOST_S,
    interleave,
    minutes_left,
    seconds_per_answer,
    streak_days,
)

TODAY = date(2026, 5, 4)
counts = st.integers(min_value=0, max_value=60)


def drawn(order: list[int]) -> str:
    """Return an order as a picture: a dot for a due card, N for a new one (100 and up)."""
    return "".join("N" if card >= 100 else "." for card in order)


def order_of(due: int, new: int, *, mix: str = "mixed", begun: int = 0, new_begun: int = 0) -> str:
    return drawn(
        interleave(
            range(due),
            range(100, 100 + new),
            mix=mix,
            due_left=due,
            new_left=new,
            begun=begun,
            new_begun=new_begun,
        )
    )


@pytest.mark.parametrize(
    ("due", "new", "mix", "picture"),
    [
        (4, 2, "mixed", "..N..N"),
        (8, 2, "mixed", "....N....N"),
        (3, 3, "mixed", ".N.N.N"),
        (2, 6, "mixed", ".NNN.NNN"),
        (5, 3, "mixed", "..N..N.N"),
        (0, 3, "mixed", "NNN"),
        (3, 0, "mixed", "..."),
        (0, 0, "mixed", ""),
        (3, 2, "before", "NN..."),
        (3, 2, "after", "...NN"),
    ],
)
def test_new_cards_lie_where_the_learner_wants_them(
    due: int, new: int, mix: str, picture: str
) -> None:
    assert order_of(due, new, mix=mix) == picture


@given(due=counts, new=counts, mix=st.sampled_from(["mixed", "before", "after"]))
def test_every_card_comes_once_and_each_kind_in_its_own_order(due: int, new: int, mix: str) -> None:
    order = interleave(
        range(due), range(100, 100 + new), mix=mix, due_left=due, new_left=new, begun=0
    )
    assert [card for card in order if card < 100] == list(range(due))
    assert [card for card in order if card >= 100] == list(range(100, 100 + new))


@given(due=counts, new=counts)
def test_new_cards_are_never_more_than_one_away_from_their_share(due: int, new: int) -> None:
    picture = order_of(due, new)
    for place in range(1, len(picture) + 1):
        share = place * new / (due + new)
        assert abs(picture[:place].count("N") - share) < 1


@given(due=counts, new=counts, page=st.integers(min_value=1, max_value=25))
def test_asking_again_after_each_answer_gives_the_order_of_asking_once(
    due: int, new: int, page: int
) -> None:
    left_due, left_new = list(range(due)), list(range(100, 100 + new))
    answered: list[int] = []
    while left_due or left_new:
        first = interleave(
            left_due[:page],
            left_new[:page],
            mix="mixed",
            due_left=len(left_due),
            new_left=len(left_new),
            begun=len(answered),
            new_begun=new - len(left_new),
        )[0]
        (left_new if first >= 100 else left_due).remove(first)
        answered.append(first)
    assert drawn(answered) == order_of(due, new)


def test_a_day_that_began_unevenly_comes_back_to_its_share() -> None:
    assert order_of(8, 2, begun=2, new_begun=2) == "......N..N"
    assert order_of(3, 3, begun=6, new_begun=0) == "NN...N"


@pytest.mark.parametrize(
    ("answers", "duration_ms", "seconds"),
    [
        (0, 0, FIRST_GUESS_S),
        (20, 20 * 8_000, 10.0),
        (100_000, 100_000 * 5_000, 5.0),
        (1_000, 0, LEAST_S),
        (1_000, 1_000 * 600_000, MOST_S),
    ],
)
def test_the_pace_follows_the_learner_once_there_are_answers(
    answers: int, duration_ms: int, seconds: float
) -> None:
    assert seconds_per_answer(answers, duration_ms) == pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize(
    ("new", "learning", "due", "seconds", "minutes"),
    [
        (0, 0, 0, 12.0, 0),
        (0, 0, 1, 2.0, 1),
        (0, 0, 10, 12.0, 2),
        (10, 0, 0, 12.0, 2),
        (10, 5, 25, 12.0, 9),
        (60, 0, 0, 10.0, 11),
        (0, 60, 0, 60.0, 66),
    ],
)
def test_minutes_count_one_in_ten_cards_twice_and_are_at_least_one(
    new: int, learning: int, due: int, seconds: float, minutes: int
) -> None:
    assert minutes_left(new=new, learning=learning, due=due, seconds=seconds) == minutes


@pytest.mark.parametrize(
    ("days_ago", "streak"),
    [
        ([], 0),
        ([0], 1),
        ([1], 1),
        ([2], 0),
        ([0, 1, 2], 3),
        ([1, 2, 3], 3),
        ([0, 2, 3], 1),
        ([1, 3, 4], 1),
        ([0, 1, 3, 4, 5], 2),
        ([-1, 0, 1], 2),
        (list(range(1000)), 1000),
    ],
)
def test_a_streak_ends_at_a_gap_and_today_does_not_break_it(
    days_ago: list[int], streak: int
) -> None:
    assert streak_days([TODAY - timedelta(days=days) for days in days_ago], TODAY) == streak
