"""A plan after a break: when it is offered, what it bounds, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from interviewprep.core.restarting import (
    RestartPlan,
    is_backlog,
    parse_days,
    reviews_a_day,
)
from interviewprep.errors import Invalid

MONDAY = date(2026, 5, 4)


def test_a_plan_binds_its_own_days_and_no_other() -> None:
    plan = RestartPlan(MONDAY, days=3, per_day=40)
    bound = [plan.binds(MONDAY + timedelta(days=offset)) for offset in range(-1, 5)]
    assert bound == [False, True, True, True, False, False]
    assert plan.last_day == date(2026, 5, 6)


def test_a_plan_that_was_waved_off_binds_no_day() -> None:
    assert not RestartPlan(MONDAY, days=0, per_day=0).binds(MONDAY)


def test_a_plan_is_read_as_it_was_stored() -> None:
    plan = RestartPlan(MONDAY, days=7, per_day=55)
    assert RestartPlan.from_mapping(plan.as_dict()) == plan


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        {},
        {"from": "soon", "days": 3, "per_day": 4},
        {"from": "2026-05-04", "days": "3", "per_day": 4},
        {"from": "2026-05-04", "days": True, "per_day": 4},
        {"from": "2026-05-04", "days": 3, "per_day": -1},
        {"from": "2026-05-04", "days": 900, "per_day": 4},
    ],
)
def test_an_unusable_plan_counts_as_none(stored: object) -> None:
    assert RestartPlan.from_mapping(stored) is None


@pytest.mark.parametrize(
    ("overdue", "usual", "expected"),
    [(20, 0.0, False), (21, 0.0, True), (80, 80.0, False), (81, 80.0, True)],
)
def test_more_than_a_days_worth_is_a_backlog(overdue: int, usual: float, expected: bool) -> None:
    assert is_backlog(overdue, usual) is expected


def test_the_reviews_of_a_day_clear_the_backlog_in_time() -> None:
    assert reviews_a_day(200, 10, 7) == 30
    assert reviews_a_day(211, 0, 7) == 31
    assert reviews_a_day(0, 0, 7) == 1


@pytest.mark.parametrize("text", ["", "1", "0", "-3", "61", "ten", "7.5", "²", "99999"])
def test_days_that_cannot_be_used_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="from 2 to 60") as refused:
        parse_days(text)
    assert refused.value.field == "days"
    assert parse_days("7") == 7
