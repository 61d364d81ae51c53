"""Anki's numbers and ours, there and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewprep.core.anki_progress import (
    AnkiCard,
    Calendar,
    anki_card,
    card_key,
    review_id,
    set_id_end,
    standing_of,
)
from interviewprep.core.schedulers import Memory

CALENDAR = Calendar(date(2020, 2, 29))
TODAY = date(2026, 5, 4)
WIDE = st.integers(-(2**63), 2**63 - 1)


@given(
    st.integers(1, 36_500),
    st.integers(130, 9_999),
    st.integers(0, 500),
    st.integers(0, 99),
    st.integers(-3_000, 40_000),
    st.booleans(),
    st.integers(0, 7),
)
def test_what_goes_to_anki_comes_back(
    interval: int, ease: int, reps: int, lapses: int, days: int, is_suspended: bool, flag: int
) -> None:
    memory = Memory(interval, ease, reps, lapses, None, TODAY + timedelta(days=days))
    card = anki_card(memory, CALENDAR, is_suspended=is_suspended, flag=flag)
    assert standing_of(card, CALENDAR, TODAY) == (memory, is_suspended, flag, ())
    fresh = anki_card(None, CALENDAR, position=7, is_suspended=is_suspended, flag=flag)
    assert standing_of(fresh, CALENDAR, TODAY) == (None, is_suspended, flag, ())
    assert fresh.due == 7


def test_a_card_that_waits_for_its_repeat_is_in_learning_there() -> None:
    at = datetime(2026, 5, 4, 10, 10, tzinfo=UTC)
    memory = Memory(1, 250, 0, 1, TODAY, TODAY + timedelta(days=1), at)
    card = anki_card(memory, CALENDAR, repeat_day=TODAY)
    assert (card.type, card.queue, card.due, card.left) == (3, 1, int(at.timestamp()), 1001)
    learnt = standing_of(card, CALENDAR, TODAY).memory
    assert learnt == replace(memory, last_day=None, due_day=TODAY, repeat_at=None)
    assert anki_card(memory, CALENDAR, repeat_day=TODAY + timedelta(days=1)).queue == 2


@given(st.lists(WIDE, min_size=12, max_size=12))
def test_whatever_a_card_says_it_becomes_something_that_can_be(columns: list[int]) -> None:
    found = standing_of(AnkiCard(*columns), CALENDAR, TODAY)
    assert 0 <= found.flag <= 7
    if found.memory is not None:
        assert found.memory.due_day is not None
        assert 1 <= found.memory.interval_days <= 36_500
        assert 130 <= found.memory.ease_hundredths <= 9_999
        assert 0 <= found.memory.repetitions <= 1_000_000
        assert 0 <= found.memory.lapses <= 1_000_000


@pytest.mark.parametrize(
    ("created", "minutes_west", "day"),
    [
        ("2023-04-11T02:00", -120, date(2023, 4, 11)),  # four in the morning in Berlin
        ("2023-04-11T23:30", -120, date(2023, 4, 12)),
        ("2023-04-11T02:00", 300, date(2023, 4, 10)),
        ("2023-04-11T16:00", None, date(2023, 4, 12)),  # in the learner's zone
    ],
)
def test_days_are_counted_from_the_local_day_of_creation(
    created: str, minutes_west: int | None, day: date
) -> None:
    created_s = int(datetime.fromisoformat(created).replace(tzinfo=UTC).timestamp())
    calendar = Calendar.of(created_s, minutes_west, ZoneInfo("Asia/Tokyo"))
    assert calendar.first_day == day


@pytest.mark.parametrize("created_s", [-1, 2**40, 2**63 - 1])
def test_a_moment_of_no_calendar_is_refused(created_s: int) -> None:
    with pytest.raises(ValueError, match="a collection made at"):
        Calendar.of(created_s, 0, UTC)


@given(st.text(max_size=20), st.integers(0, 499), st.integers(0, 2**48 - 2))
def test_ids_of_reviews_are_their_own_and_rise_with_time(
    guid: str, ordinal: int, at_ms: int
) -> None:
    key = card_key(guid.encode("utf-8", "replace").decode(), ordinal)
    first, second = review_id(key, at_ms), review_id(key, at_ms + 1)
    assert first < second
    assert (first.version, first.variant) == (8, "specified in RFC 4122")
    assert first != review_id(
        card_key(guid.encode("utf-8", "replace").decode(), ordinal + 1), at_ms
    )
    assert len({first.hex[12:], set_id_end(key, 1), set_id_end(key, 2)}) == 3
