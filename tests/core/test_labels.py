"""The words on the grade buttons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from interviewprep.core.grades import Grade
from interviewprep.core.labels import outcome_labels
from interviewprep.core.schedulers import Memory, Moment, Options, Outcome, get_scheduler

DAY_0 = date(2026, 1, 1)
SM2 = get_scheduler()


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def moment_on(number: int) -> Moment:
    return Moment(datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=number), day(number))


def known(interval_days: int, repetitions: int = 3, ease_hundredths: int = 250) -> Memory:
    return Memory(
        interval_days, ease_hundredths, repetitions, 0, last_day=day(0), due_day=day(interval_days)
    )


def labels(memory: Memory, on: int, options: Options | None = None) -> list[str]:
    moment = moment_on(on)
    outcomes = SM2.outcomes(memory, moment, options or Options(), None, 1)
    return list(outcome_labels(memory, outcomes, moment).values())


@pytest.mark.parametrize(
    ("memory", "on", "expected"),
    [
        (known(6, 2), 6, ["10 min", "15 d, ease −0.14", "15 d", "15 d, ease +0.10"]),
        (Memory(), 0, ["10 min", "10 min, ease −0.14", "1 d", "1 d, ease +0.10"]),
        (known(1, 0), 1, ["10 min", "1 d, ease −0.14", "1 d", "1 d, ease +0.10"]),
        # late: three different days, nothing to add
        (known(15), 25, ["10 min", "38 d", "50 d", "2.1 mo"]),
        # early: the same day and the same ease
        (known(15), 10, ["10 min", "25 d", "25 d", "25 d"]),
        # the ease is near its floor, or on it: what it really loses
        (known(10, 3, 135), 10, ["10 min", "14 d, ease −0.05", "14 d", "14 d, ease +0.10"]),
        (known(10, 3, 130), 10, ["10 min", "13 d", "13 d", "13 d, ease +0.10"]),
        # one day late: rounding to months would hide that they differ
        (known(40), 41, ["10 min", "100 d", "102 d", "103 d"]),
        (known(60), 60, ["10 min", "4.9 mo, ease −0.14", "4.9 mo", "4.9 mo, ease +0.10"]),
        (known(300), 300, ["10 min", "1 y, ease −0.14", "1 y", "1 y, ease +0.10"]),
        (known(450), 450, ["10 min", "1.2 y, ease −0.14", "1.2 y", "1.2 y, ease +0.10"]),
    ],
)
def test_each_button_says_what_it_leads_to(memory: Memory, on: int, expected: list[str]) -> None:
    assert labels(memory, on) == expected


def test_a_repeat_of_a_known_card_tells_the_day_after_it_too() -> None:
    strict = Options(repeat_every_hard=True)

    assert labels(known(6, 2), 6, strict)[:2] == ["10 min", "10 min, then 15 d"]


@pytest.mark.parametrize(
    ("interval_days", "text"),
    [(60, "60 d"), (61, "2 mo"), (64, "2.1 mo"), (364, "12 mo"), (365, "1 y"), (440, "1.2 y")],
)
def test_long_intervals_are_told_in_months_and_years(interval_days: int, text: str) -> None:
    outcome = Outcome(known(interval_days))

    assert outcome_labels(Memory(), {Grade.GOOD: outcome}, moment_on(0)) == {Grade.GOOD: text}


def test_a_card_answered_today_is_done_or_repeated() -> None:
    passed = SM2.answer(known(2), Grade.GOOD, moment_on(2), Options(longest_interval_days=3)).memory

    done = "done for today, next in 3 d"
    assert labels(passed, 2) == ["10 min", "10 min", done, done]


def test_the_label_agrees_with_the_stored_day_when_due_days_are_spread() -> None:
    memory, moment = known(15), moment_on(15)
    outcomes = SM2.outcomes(memory, moment, Options(), {}, 5)

    texts = outcome_labels(memory, outcomes, moment)

    due_day = outcomes[Grade.GOOD].memory.due_day
    assert due_day is not None
    assert texts[Grade.GOOD] == f"{(due_day - moment.study_day).days} d"
    assert texts[Grade.HARD] == f"{texts[Grade.GOOD]}, ease −0.14"
