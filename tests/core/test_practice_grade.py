"""The grade that follows from what happened, as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from interviewprep.core.grades import Grade
from interviewprep.core.interviews.practice_grade import Attempted, proposed_grade

START = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
AGAIN, HARD, GOOD, EASY = Grade


@pytest.mark.parametrize(
    ("submissions", "hints", "passed_after_s", "gave_up", "grade"),
    [
        (1, 0, 60, False, EASY),
        (1, 0, 20 * 60, False, EASY),
        (1, 0, 20 * 60 + 1, False, HARD),
        (2, 0, 60, False, GOOD),
        (9, 0, 20 * 60, False, GOOD),
        (2, 0, 20 * 60 + 1, False, HARD),
        (1, 1, 60, False, HARD),
        (3, 2, 60, False, HARD),
        (1, 0, None, False, AGAIN),
        (5, 3, None, False, AGAIN),
        (0, 0, None, True, AGAIN),
        (1, 0, None, True, AGAIN),
        (1, 0, 60, True, AGAIN),
    ],
)
def test_what_happened_proposes_a_grade(
    submissions: int, hints: int, passed_after_s: int | None, gave_up: bool, grade: Grade
) -> None:
    passed_at = None if passed_after_s is None else START + timedelta(seconds=passed_after_s)
    attempted = Attempted(START, hints, submissions, passed_at, gave_up)
    assert proposed_grade(attempted, minutes=20) is grade
