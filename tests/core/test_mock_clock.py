"""The clock of a round, derived from instants; and which fact a question asks for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from interviewprep.core.interviews.asking import best_fact
from interviewprep.core.interviews.clock import (
    Segments,
    at_stage,
    read_segments,
    running_since,
    seconds_by_stage,
    stopped,
    stored_segments,
)
from interviewprep.core.prompts import Fact

START = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def walked() -> Segments:
    """Two minutes in stage 0, five in stage 1, three of a pause, then stage 1 again."""
    segments = at_stage((), 0, START)
    segments = at_stage(segments, 1, after(2))
    segments = stopped(segments, after(7))
    return at_stage(segments, 1, after(10))


def test_stages_get_their_seconds_and_pauses_count_for_none() -> None:
    assert seconds_by_stage(walked(), 3, after(11)) == (120, 360, 0)
    assert running_since(walked()) == after(10)


def test_a_stage_may_run_over_and_may_be_gone_back_to() -> None:
    segments = at_stage(at_stage(walked(), 2, after(60)), 0, after(61))
    assert seconds_by_stage(segments, 3, after(62)) == (180, 5 * 60 + 50 * 60, 60)


def test_what_is_stored_and_read_again_shows_the_same_time() -> None:
    stored = json.loads(json.dumps(stored_segments(walked())))
    assert read_segments(stored) == walked()
    assert stored[-1] == [1, after(10).isoformat(), None]


def test_stopping_twice_and_turning_to_the_same_stage_change_nothing() -> None:
    once = stopped(walked(), after(12))
    assert stopped(once, after(20)) == once
    assert running_since(once) is None
    assert at_stage(walked(), 1, after(20)) == walked()


def test_a_clock_that_was_set_back_takes_no_time_away() -> None:
    segments = at_stage(walked(), 2, after(1))
    assert seconds_by_stage(segments, 3, after(0)) == (120, 300, 0)
    assert segments[-2].ended_at == after(10)


def test_a_clock_that_never_ran_stands_at_nothing() -> None:
    assert seconds_by_stage((), 2, START) == (0, 0)
    assert stopped((), START) == ()
    assert running_since(()) is None


FACTS = (
    Fact("How much traffic?", "5 billion requests a day; the peak is three times the average."),
    Fact("Latency budget?", "At most 5 ms added at the 99th percentile."),
    Fact("Where does it run?", "Three regions. A limit counts across all of them."),
    Fact("What if the storage fails?", "The candidate decides and defends it."),
    Fact("Are bursts allowed?", "Yes. A quiet customer may use one minute's quota at once."),
    Fact("How exact must the limit be?", "Going 5 % over is fine. Never block wrongly."),
)


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ("How much traffic?", 0),
        ("how many requests per second do we get", 0),
        ("What's the scale? How many users?", 0),
        ("What is the latency requirement?", 1),
        ("How FAST does it have to be, what délay is all right?", 1),
        ("Which regions?", 2),
        ("what happens when storage is down?", 3),
        ("Can customers burst?", 4),
        ("Do you tolerate errors in the limits?", 5),
        ("What is your favourite colour?", None),
        ("Should I worry about security?", None),
        ("", None),
        ("???", None),
        ("how do you do", None),
    ],
)
def test_a_question_in_own_words_finds_its_row(asked: str, row: int | None) -> None:
    assert best_fact(asked, FACTS) == row
    assert best_fact(f"  {asked.upper()} ", FACTS) == row


def test_where_there_are_no_facts_all_is_open() -> None:
    assert best_fact("How much traffic?", ()) is None


def test_a_question_that_names_everything_gets_one_row_only() -> None:
    everything = " ".join(f"{fact.asked} {fact.answer}" for fact in FACTS)
    assert best_fact(everything, FACTS) in {None, *range(len(FACTS))}
