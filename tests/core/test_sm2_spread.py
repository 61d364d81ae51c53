"""The spread of due days: its range, its choice, and what a button promised."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.grades import Grade
from interviewprep.core.schedulers import Answer, Memory, Moment, Options, get_scheduler
from interviewprep.core.schedulers.spread import interval_range, spread_days

DAY_0 = date(2026, 1, 1)
SM2 = get_scheduler()
PASSES = (Grade.HARD, Grade.GOOD, Grade.EASY)


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def moment_on(number: int) -> Moment:
    return Moment(datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=number), day(number))


def known(interval_days: int, repetitions: int = 3, ease_hundredths: int = 250) -> Memory:
    return Memory(
        interval_days, ease_hundredths, repetitions, 0, last_day=day(0), due_day=day(interval_days)
    )


@st.composite
def cards(draw: st.DrawFn) -> tuple[Memory, Moment]:
    """A card answered on day 0 and a later day, late, early or on time; or a new card."""
    interval_days = draw(st.integers(0, 400))
    if not interval_days:
        return Memory(), moment_on(0)
    memory = known(interval_days, draw(st.integers(0, 9)), draw(st.integers(130, 400)))
    return memory, moment_on(draw(st.integers(1, 800)))


LOADS = st.dictionaries(st.integers(0, 1300).map(day), st.integers(0, 5), max_size=60)


@pytest.mark.parametrize(
    ("interval_days", "either_way"),
    [
        *[(1, 0), (2, 0), (3, 1), (6, 1), (7, 1), (10, 1), (11, 2), (15, 2), (20, 2), (21, 3)],
        *[(38, 3), (41, 4), (100, 6), (365, 20)],
    ],
)
def test_how_far_an_interval_may_be_moved(interval_days: int, either_way: int) -> None:
    assert spread_days(interval_days) == either_way


@pytest.mark.parametrize(
    ("interval_days", "previous_days", "expected"),
    [
        (2, 1, (2, 2)),
        (3, 1, (2, 4)),
        (3, 2, (3, 4)),
        (6, 1, (5, 7)),
        (38, 15, (35, 41)),
        (38, 36, (37, 41)),
        (15, 15, (15, 17)),  # an early pass that stayed
        (365, 200, (345, 365)),
        (365, 360, (361, 365)),
        (365, 365, (365, 365)),
        (400, 400, (400, 400)),
    ],
)
def test_the_range_is_above_the_previous_interval_and_below_the_longest(
    interval_days: int, previous_days: int, expected: tuple[int, int]
) -> None:
    assert interval_range(interval_days, previous_days, 365) == expected


def test_the_least_loaded_day_is_chosen() -> None:
    load = {day(15 + interval): 9 for interval in range(35, 42)} | {day(15 + 40): 8}

    outcome = SM2.answer(known(15), Grade.GOOD, moment_on(15), Options(), load, 12)

    assert (outcome.earliest_day, outcome.latest_day) == (day(50), day(56))
    assert (outcome.memory.due_day, outcome.memory.interval_days) == (day(55), 40)


def test_cards_learned_together_drift_apart_without_any_load() -> None:
    due = Counter(
        SM2.answer(known(15), Grade.GOOD, moment_on(15), Options(), {}, card).memory.due_day
        for card in range(700)
    )

    assert set(due) == {day(50 + offset) for offset in range(7)}
    assert max(due.values()) < 1.5 * min(due.values())


def test_the_count_of_repetitions_moves_a_card_to_other_neighbours() -> None:
    def interval(card: int, repetitions: int) -> int:
        memory = known(15, repetitions)
        return SM2.answer(
            memory, Grade.GOOD, moment_on(15), Options(), {}, card
        ).memory.interval_days

    assert any(interval(card, 3) != interval(card, 4) for card in range(20))


def test_the_spread_day_is_on_time_at_the_next_answer() -> None:
    first = SM2.answer(known(15), Grade.GOOD, moment_on(15), Options(), {day(52): -1}, 1).memory
    assert first.due_day == day(52)

    second = SM2.answer(first, Grade.EASY, moment_on(52), Options()).memory

    assert (first.interval_days, second.interval_days) == (37, 93)
    assert second.ease_hundredths == 260


@pytest.mark.parametrize(("promised", "kept"), [(49, False), (50, True), (56, True), (57, False)])
def test_a_promised_day_is_kept_if_it_lies_in_the_range(promised: int, kept: bool) -> None:
    load = {day(number): 5 for number in range(50, 57) if number != 53}

    outcome = SM2.answer(
        known(15), Grade.GOOD, moment_on(15), Options(), load, 3, promised_day=day(promised)
    )

    assert outcome.memory.due_day == (day(promised) if kept else day(53))


def test_without_spread_the_interval_is_exact_and_a_promise_still_holds() -> None:
    exact = SM2.answer(known(15), Grade.GOOD, moment_on(15), Options())
    promised = SM2.answer(known(15), Grade.GOOD, moment_on(15), Options(), promised_day=day(54))

    assert (exact.memory.due_day, promised.memory.due_day) == (day(53), day(54))


def test_the_day_in_the_log_goes_before_the_promise() -> None:
    outcome = SM2.answer(
        known(15),
        Grade.GOOD,
        moment_on(15),
        Options(),
        promised_day=day(50),
        chosen_day=day(56),
    )

    assert outcome.memory.due_day == day(56)


def test_on_time_hard_good_and_easy_share_their_day() -> None:
    outcomes = SM2.outcomes(known(15), moment_on(15), Options(), {day(50): 3}, 8)

    assert len({outcomes[grade].memory.due_day for grade in PASSES}) == 1


@given(cards(), LOADS, st.integers(0, 2**62), st.booleans())
def test_every_outcome_lies_in_its_range_and_never_shortens(
    card: tuple[Memory, Moment], load: dict[date, int], spread_key: int, late_credit: bool
) -> None:
    memory, moment = card
    options = Options(late_credit=late_credit)

    outcomes = SM2.outcomes(memory, moment, options, load, spread_key)
    span = SM2.spread_span(memory, moment, options)

    assert outcomes == SM2.outcomes(memory, moment, options, dict(load), spread_key)
    exact = SM2.outcomes(memory, moment, options, None, spread_key)
    for grade, outcome in outcomes.items():
        after = outcome.memory
        assert outcome == SM2.answer(memory, grade, moment, options, load, spread_key)
        assert after.last_day == moment.study_day
        assert after.due_day == moment.study_day + timedelta(days=after.interval_days)
        if outcome.earliest_day is None or outcome.latest_day is None:
            assert after.due_day == exact[grade].memory.due_day
        else:
            assert outcome.earliest_day < outcome.latest_day
            assert outcome.earliest_day <= after.due_day <= outcome.latest_day
            assert span is not None
            assert span[0] <= outcome.earliest_day
            assert outcome.latest_day <= span[1]
        if grade in PASSES:
            assert after.interval_days >= max(1, memory.interval_days)
            assert after.interval_days <= max(365, memory.interval_days)
            assert abs(after.interval_days - exact[grade].memory.interval_days) <= 20
            if exact[grade].memory.interval_days > memory.interval_days:
                assert after.interval_days > memory.interval_days
    due_days = [outcomes[grade].memory.due_day for grade in Grade]
    assert due_days == sorted(due_days)


@given(cards(), st.integers(0, 99))
def test_the_load_outside_the_span_does_not_count(
    card: tuple[Memory, Moment], spread_key: int
) -> None:
    memory, moment = card
    span = SM2.spread_span(memory, moment, Options())
    everywhere = {day(number): number * 7 % 5 for number in range(1300)}
    within = {
        when: count for when, count in everywhere.items() if span and span[0] <= when <= span[1]
    }

    assert SM2.outcomes(memory, moment, Options(), everywhere, spread_key) == SM2.outcomes(
        memory, moment, Options(), within, spread_key
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Grade)), st.integers(0, 40), st.booleans()), max_size=25
    ),
    LOADS,
)
def test_a_replay_of_the_log_equals_the_steps_without_knowing_the_load(
    answers: list[tuple[Grade, int, bool]], load: dict[date, int]
) -> None:
    memory, number, log = Memory(), 0, []
    for grade, days_later, every_hard in answers:
        number += days_later
        options = Options(repeat_every_hard=every_hard)
        memory = SM2.answer(memory, grade, moment_on(number), options, load, 42).memory
        log.append(Answer(grade, moment_on(number), options, memory.due_day))

    assert SM2.replay(log) == memory
    assert SM2.replay([Memory(ease_hundredths=199), Memory(), *log]) == memory
    assert SM2.replay([*log, known(77)]) == known(77)
