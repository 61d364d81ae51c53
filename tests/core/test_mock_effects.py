"""What scores do to prompts and cards, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from interviewprep.core.grades import Grade
from interviewprep.core.interviews.effects import (
    Candidate,
    brought_back,
    grade_of,
    return_day,
    was_due,
)
from interviewprep.core.schedulers import Memory

TODAY = date(2026, 5, 4)


def in_days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("1", Grade.AGAIN),
        ("1.99", Grade.AGAIN),
        ("2", Grade.HARD),
        ("2.74", Grade.HARD),
        ("2.75", Grade.GOOD),
        ("3.49", Grade.GOOD),
        ("3.5", Grade.EASY),
        ("4", Grade.EASY),
    ],
)
def test_the_score_of_a_prompt_is_its_grade(score: str, grade: Grade) -> None:
    assert grade_of(Fraction(score)) is grade


def card(
    number: int,
    level: int = 1,
    due: int | None = 9,
    *,
    lapses: int = 0,
    ease: int = 250,
    asked: bool = False,
) -> Candidate:
    memory = Memory(
        interval_days=10,
        ease_hundredths=ease,
        repetitions=3,
        lapses=lapses,
        last_day=None if due is None else in_days(due - 10),
        due_day=None if due is None else in_days(due),
    )
    return Candidate(number, memory, level, was_asked=asked)


@pytest.mark.parametrize(
    ("level", "due", "comes_in"),
    [
        (1, 9, 0),
        (2, 9, 1),
        (1, 1, 0),
        (2, 1, None),  # tomorrow already
        (1, 0, None),  # today already
        (2, 0, None),  # never pushed from today to tomorrow
        (1, -3, None),  # overdue stays where it is
        (2, -3, None),
        (1, None, None),  # nobody has begun it
    ],
)
def test_a_card_comes_back_only_earlier(level: int, due: int | None, comes_in: int | None) -> None:
    found = brought_back([card(1, level, due)], TODAY)
    days = [return_day(each, TODAY) for each in found]
    assert days == ([] if comes_in is None else [in_days(comes_in)])


def test_the_weakest_come_first_and_at_most_ten() -> None:
    order = [
        card(20, 1, asked=True),
        card(30, 1, lapses=4),
        card(40, 1, lapses=1, ease=130),
        card(41, 1, lapses=1, ease=200),
        card(9, 2, asked=True),
        card(10, 2, lapses=9),
        *(card(number, 2) for number in range(50, 56)),
    ]
    found = brought_back(reversed(order), TODAY)
    assert [each.card_id for each in found] == [each.card_id for each in order[:10]]


def test_a_card_of_two_rows_comes_once_and_on_the_earlier_day() -> None:
    found = brought_back([card(1, 2), card(2, 2), card(1, 1)], TODAY)
    assert [(each.card_id, each.level) for each in found] == [(1, 1), (2, 2)]


def test_cards_that_wait_already_take_nobody_s_place() -> None:
    waiting = [card(number, 1, due=-1, lapses=9) for number in range(100, 120)]
    coming = [card(number, 2) for number in range(10)]
    assert len(brought_back([*waiting, *coming], TODAY)) == 10


@pytest.mark.parametrize(
    ("due", "last", "is_due"),
    [(0, -3, True), (-2, -3, True), (1, -3, False), (0, 0, False), (None, None, False)],
)
def test_a_good_answer_counts_only_for_a_card_that_waited(
    due: int | None, last: int | None, is_due: bool
) -> None:
    memory = replace(
        card(1).memory,
        due_day=None if due is None else in_days(due),
        last_day=None if last is None else in_days(last),
    )
    assert was_due(memory, TODAY) is is_due
