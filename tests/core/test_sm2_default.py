"""What the default scheduler adds to the published text, as tables."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from interviewprep.core.grades import Grade
from interviewprep.core.schedulers import (
    Memory,
    Moment,
    Options,
    get_scheduler,
    repeats_today,
)
from interviewprep.core.schedulers.walk import State, Step, walk
from interviewprep.errors import Invalid

GOLDEN = Path(__file__).parent.parent / "data" / "golden" / "sm2_default.json"
TRANSITIONS = json.loads(GOLDEN.read_text())["transitions"]
DAY_0 = date(2026, 1, 1)
SM2 = get_scheduler()


def day(number: int | None) -> date | None:
    return None if number is None else DAY_0 + timedelta(days=number)


def moment_on(number: int) -> Moment:
    study_day = DAY_0 + timedelta(days=number)
    return Moment(datetime.combine(study_day, datetime.min.time(), tzinfo=UTC), study_day)


def memory_from(state: dict, at: datetime) -> Memory:
    return Memory(
        interval_days=state["interval_days"],
        ease_hundredths=round(state["ease"] * 100),
        repetitions=state["repetitions"],
        lapses=state["lapses"],
        last_day=day(state["last_day"]),
        due_day=day(state["due_day"]),
        repeat_at=at if state["repeat_today"] else None,
    )


@pytest.mark.parametrize("vector", TRANSITIONS, ids=lambda vector: vector["name"])
def test_the_golden_transitions_come_out_exactly(vector: dict) -> None:
    moment = moment_on(vector["day"])
    grade = Grade.from_name(vector["grade"])
    options = Options.from_mapping(vector["options"])

    outcome = SM2.answer(memory_from(vector["start"], moment.at), grade, moment, options)

    again_at = moment.at + timedelta(minutes=10)
    assert outcome.memory == memory_from(vector["after"], again_at)
    assert outcome.leech == vector["leech_now"]


# A card of 15 days, ease 2.5, third repetition behind it. Days late, grade: interval, ease.
LATE_AND_EARLY = [
    (0, Grade.HARD, 38, 236),
    (0, Grade.GOOD, 38, 250),
    (0, Grade.EASY, 38, 260),
    (1, Grade.HARD, 38, 236),
    (1, Grade.GOOD, 39, 250),  # (30 + 1) · 1.25 = 38.75
    (1, Grade.EASY, 40, 260),
    (10, Grade.HARD, 38, 236),
    (10, Grade.GOOD, 50, 250),
    (10, Grade.EASY, 63, 260),  # 25 · 2.5 = 62.5
    (1000, Grade.HARD, 38, 236),
    (1000, Grade.GOOD, 365, 250),
    (1000, Grade.EASY, 365, 260),
    (-1, Grade.HARD, 35, 250),
    (-1, Grade.GOOD, 35, 250),
    (-1, Grade.EASY, 35, 250),
    (-5, Grade.GOOD, 25, 250),
    (-9, Grade.GOOD, 15, 250),  # 6 · 2.5 = 15
    (-10, Grade.GOOD, 15, 250),  # 12.5, but a pass never shortens
    (-14, Grade.EASY, 15, 250),
    (-14, Grade.AGAIN, 1, 250),
    (10, Grade.AGAIN, 1, 250),
]


@pytest.mark.parametrize(("days_late", "grade", "interval_days", "ease"), LATE_AND_EARLY)
def test_late_and_early_answers(
    days_late: int, grade: Grade, interval_days: int, ease: int
) -> None:
    start = State(interval_days=15, repetitions=3)

    [state] = walk(start, [Step(grade.quality, days_late)], Options())

    assert (state.interval_days, state.ease_hundredths) == (interval_days, ease)
    assert state.repetitions == (0 if grade is Grade.AGAIN else 4)
    assert state.lapses == (1 if grade is Grade.AGAIN else 0)


@pytest.mark.parametrize("grade", [Grade.HARD, Grade.GOOD, Grade.EASY])
def test_without_late_credit_a_late_pass_is_one_on_time(grade: Grade) -> None:
    start = State(interval_days=15, repetitions=3)

    [state] = walk(start, [Step(grade.quality, 10)], Options(late_credit=False))

    assert state.interval_days == 38


@pytest.mark.parametrize("days_late", [0, 30])
def test_the_first_two_intervals_take_no_credit(days_late: int) -> None:
    states = list(walk(State(), [Step(4, days_late), Step(5, days_late)], Options()))

    assert [state.interval_days for state in states] == [1, 6]


@pytest.mark.parametrize(
    ("interval_days", "repetitions", "days_late", "longest", "expected"),
    [
        (200, 5, 0, 365, 365),
        (146, 5, 0, 365, 365),
        (200, 5, 0, 36_500, 500),
        (400, 5, 0, 365, 400),  # imported, and stays
        (400, 5, 90, 365, 400),
        (400, 5, -90, 365, 400),
        (365, 5, -364, 365, 365),
        (1, 1, 0, 4, 4),
        (30, 1, 0, 365, 30),  # imported: the second interval of 6 would shorten it
        (400, 0, 0, 365, 400),
    ],
)
def test_a_pass_never_shortens_and_stops_at_the_longest_interval(
    interval_days: int, repetitions: int, days_late: int, longest: int, expected: int
) -> None:
    start = State(interval_days=interval_days, repetitions=repetitions)

    [state] = walk(start, [Step(4, days_late)], Options(longest_interval_days=longest))

    assert state.interval_days == expected


@pytest.mark.parametrize(
    ("lapses_before", "leech_at", "leech"),
    [
        *[(6, 8, False), (7, 8, True), (8, 8, False), (10, 8, False), (11, 8, True), (15, 8, True)],
        *[(0, 1, True), (3, 1, False), (4, 1, True), (2, 3, True), (5, 3, False), (6, 3, True)],
    ],
)
def test_a_leech_is_marked_at_its_lapse_and_then_every_fourth(
    lapses_before: int, leech_at: int, leech: bool
) -> None:
    start = State(interval_days=15, repetitions=3, lapses=lapses_before)

    [state] = walk(start, [Step(2)], Options(leech_at=leech_at))

    assert (state.lapses, state.leech) == (lapses_before + 1, leech)


def test_again_on_a_new_card_is_no_lapse_and_on_one_failed_before_it_is() -> None:
    states = list(walk(State(), [Step(2), Step(0), Step(1)], Options()))

    assert [state.lapses for state in states] == [0, 1, 2]


def test_again_on_a_new_card_raises_no_mark_however_many_lapses_it_brings() -> None:
    [state] = walk(State(lapses=8), [Step(2)], Options())

    assert (state.lapses, state.leech) == (8, False)


def test_a_pass_raises_no_mark_however_many_lapses() -> None:
    [state] = walk(State(interval_days=15, repetitions=3, lapses=8), [Step(3)], Options())

    assert not state.leech


@pytest.mark.parametrize(
    ("is_new", "grade", "every_hard", "repeats"),
    [
        (True, Grade.AGAIN, False, True),
        (True, Grade.HARD, False, True),
        (True, Grade.GOOD, False, False),
        (True, Grade.EASY, True, False),
        (False, Grade.AGAIN, False, True),
        (False, Grade.HARD, False, False),
        (False, Grade.HARD, True, True),
        (False, Grade.GOOD, True, False),
    ],
)
def test_who_comes_back_after_ten_minutes(
    is_new: bool, grade: Grade, every_hard: bool, repeats: bool
) -> None:
    known = Memory(15, 250, 3, 0, last_day=day(0), due_day=day(15))
    moment = moment_on(15)

    outcome = SM2.answer(
        Memory() if is_new else known, grade, moment, Options(repeat_every_hard=every_hard)
    )

    expected = moment.at + timedelta(minutes=10) if repeats else None
    assert outcome.memory.repeat_at == expected
    assert repeats_today(outcome.memory, moment.study_day) is repeats


@pytest.mark.parametrize(
    ("grade", "repeats"),
    [(Grade.AGAIN, True), (Grade.HARD, True), (Grade.GOOD, False), (Grade.EASY, False)],
)
@pytest.mark.parametrize("study_day", [15, 14])
def test_a_later_answer_that_day_moves_only_the_repeat_even_when_the_clock_goes_back(
    grade: Grade, repeats: bool, study_day: int
) -> None:
    first = moment_on(15)
    failed = SM2.answer(Memory(15, 250, 3, 7, day(0), day(15)), Grade.AGAIN, first, Options())
    later = Moment(first.at + timedelta(hours=1), DAY_0 + timedelta(days=study_day))

    outcome = SM2.answer(failed.memory, grade, later, Options(), {}, 7, promised_day=day(40))

    again_at = later.at + timedelta(minutes=10)
    assert outcome.memory == replace(failed.memory, repeat_at=again_at if repeats else None)
    assert (failed.leech, outcome.leech) == (True, False)
    assert (outcome.earliest_day, outcome.latest_day) == (None, None)


def test_a_mark_from_another_day_no_longer_counts() -> None:
    failed = SM2.answer(Memory(), Grade.AGAIN, moment_on(3), Options()).memory

    assert repeats_today(failed, DAY_0 + timedelta(days=3))
    assert repeats_today(failed, DAY_0 + timedelta(days=2))
    assert not repeats_today(failed, DAY_0 + timedelta(days=4))
    passed = SM2.answer(failed, Grade.HARD, moment_on(4), Options()).memory
    assert passed.repeat_at is None
    assert (passed.interval_days, passed.ease_hundredths) == (1, 236)


def test_an_imported_card_without_a_last_day_counts_from_its_due_day() -> None:
    imported = Memory(15, 250, 3, 0, last_day=None, due_day=day(15))
    answered = replace(imported, last_day=day(0))

    for number in (3, 15, 25):
        for grade in Grade:
            assert SM2.answer(imported, grade, moment_on(number), Options()) == SM2.answer(
                answered, grade, moment_on(number), Options()
            )


def test_an_imported_card_due_far_beyond_its_interval_can_be_answered_today() -> None:
    postponed = Memory(15, 250, 3, 0, last_day=None, due_day=day(100))

    after = SM2.answer(postponed, Grade.GOOD, moment_on(0), Options()).memory

    assert (after.interval_days, after.last_day, after.due_day) == (15, day(0), day(15))


def test_what_only_another_scheduler_needs_is_carried_along() -> None:
    memory = Memory(extra={"stability": 3.5})

    for outcome in SM2.outcomes(memory, moment_on(0), Options(), None, 1).values():
        assert outcome.memory.extra == {"stability": 3.5}


@pytest.mark.parametrize(
    "values",
    [
        {"speed": 3},
        {"leech_at": 0},
        {"leech_at": True},
        {"leech_at": "8"},
        {"longest_interval_days": 36_501},
        {"longest_interval_days": 30.5},
        {"late_credit": 1},
        {"repeat_every_hard": None},
    ],
)
def test_an_unusable_option_is_refused_by_name(values: dict[str, object]) -> None:
    [name] = values
    with pytest.raises(Invalid, match=name) as refusal:
        Options.from_mapping(values)
    assert refusal.value.field == name
    assert str(refusal.value).endswith(".")


def test_options_survive_their_own_mapping() -> None:
    options = Options(False, True, 90, 5)

    assert Options.from_mapping(options.as_dict()) == options
    assert Options.from_mapping({}) == Options(True, False, 365, 8)


@pytest.mark.parametrize("unknown", ["", "SM2", "fsrs6000"])
def test_an_unknown_scheduler_is_refused(unknown: str) -> None:
    with pytest.raises(Invalid, match="choose from: sm2"):
        get_scheduler(unknown)


def test_grades_know_their_names_and_qualities() -> None:
    assert [(grade.value, grade.label, grade.quality) for grade in Grade] == [
        (1, "again", 2),
        (2, "hard", 3),
        (3, "good", 4),
        (4, "easy", 5),
    ]
    assert [Grade.from_quality(quality) for quality in range(6)] == [
        *[Grade.AGAIN] * 3,
        Grade.HARD,
        Grade.GOOD,
        Grade.EASY,
    ]
    assert [Grade.from_name(grade.label) for grade in Grade] == list(Grade)
    for name in ("Good", "", "1"):
        with pytest.raises(Invalid, match="not a grade"):
            Grade.from_name(name)
    for quality in (-1, 6):
        with pytest.raises(Invalid, match="not a quality"):
            Grade.from_quality(quality)
