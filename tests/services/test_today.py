"""The start page's numbers: what waits, where, for how long; what was done; the streak."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from interviewprep.core.grades import Grade
from interviewprep.services.interviews.prompts import list_prompts
from interviewprep.services.learner import Learner
from interviewprep.services.today import (
    STREAK_STEP,
    DeckToday,
    Done,
    Today,
    done_and_pace,
    today_of,
)
from interviewprep.storage import CardMark, Database, Day, Enrolment, Memory
from interviewprep.storage.memories import shift_load

from ..built_in_decks import add_built_in
from .conftest import NOW, add_deck, add_learner
from .interviews.past_mocks import add_mock
from .test_answering import of, queue, send

TODAY = date(2026, 5, 4)
DAY = timedelta(days=1)


def today(database: Database, learner: Learner, at: datetime = NOW) -> Today:
    with database.reading_core() as connection:
        return today_of(connection, learner, at)


def studied_on(database: Database, learner: Learner, deck_id: int, *days: date) -> None:
    rows = [
        {"user_id": learner.id, "study_day": day, "deck_id": deck_id, "answers": 1} for day in days
    ]
    with database.writing_core() as connection:
        connection.execute(insert(Day), rows)


def test_a_newcomer_sees_nothing_and_no_streak(database: Database, learner: Learner) -> None:
    found = today(database, learner)
    assert (found.decks, found.deck_count, found.minutes, found.streak_days) == ([], 0, 0, 0)
    assert (found.counts.new, found.counts.learning, found.counts.due) == (0, 0, 0)
    assert found.done == Done(answers=0, passes=0, seconds=0.0, new=0)
    assert found.tomorrow == 0 and found.study_day == TODAY


def test_each_deck_shows_what_waits_in_it(database: Database) -> None:
    learner = add_learner(database, new_per_day=6)
    first, cards = add_deck(database, learner.id, cards=4, name="First")
    second, others = add_deck(database, learner.id, cards=10, name="Second")
    third, _ = add_deck(database, learner.id, cards=1, name="Third")
    with database.writing() as session:
        for place, deck_id in enumerate((first, second, third)):
            session.query(Enrolment).filter_by(deck_id=deck_id).update({"position": place})
    assert today(database, learner).decks == [
        DeckToday(first, "First", due=0, new=4),
        DeckToday(second, "Second", due=0, new=2),
    ]
    send(database, learner, of(cards[0], Grade.GOOD), of(others[0], Grade.AGAIN))
    found = today(database, learner)
    assert found.decks == [
        DeckToday(first, "First", due=0, new=3),
        DeckToday(second, "Second", due=1, new=1),
    ]
    assert (found.counts.new, found.counts.learning, found.counts.due) == (4, 1, 0)
    assert found.deck_count == 3
    assert found.tomorrow == 2


def test_the_numbers_are_those_of_the_queue(database: Database) -> None:
    learner = add_learner(database, reviews_per_day=3, new_per_day=5)
    _, cards = add_deck(database, learner.id, cards=12)
    send(database, learner, *(of(card, Grade.GOOD) for card in cards[:5]))
    tomorrow = NOW + DAY
    found, queued = today(database, learner, tomorrow), queue(database, learner, tomorrow)
    assert found.counts == queued.counts
    assert (found.counts.due, found.counts.new) == (3, 5)


def test_limits_cut_the_numbers_of_the_decks_too(database: Database) -> None:
    learner = add_learner(database, reviews_per_day=3, new_per_day=5)
    first, cards = add_deck(database, learner.id, cards=3, name="First")
    second, others = add_deck(database, learner.id, cards=2, name="Second")
    send(database, learner, *(of(card, Grade.GOOD) for card in [*cards, *others]))
    found = today(database, learner, NOW + DAY)
    assert found.counts.due == sum(deck.due for deck in found.decks) == 3
    with database.writing() as session:
        session.query(Enrolment).filter_by(deck_id=first).update(
            {"options": {"reviews_per_day": 1}}
        )
    found = today(database, learner, NOW + DAY)
    assert {deck.id: deck.due for deck in found.decks} == {first: 1, second: 2}


def test_a_day_whose_limit_is_used_up_shows_nothing(database: Database) -> None:
    learner = add_learner(database, reviews_per_day=1, new_per_day=2)
    _, cards = add_deck(database, learner.id, cards=4)
    send(database, learner, of(cards[0], Grade.GOOD), of(cards[1], Grade.GOOD))
    assert today(database, learner).decks == []
    tomorrow = NOW + DAY
    send(database, learner, of(cards[0], Grade.GOOD, version=1, at=tomorrow), now=tomorrow)
    found = today(database, learner, tomorrow)
    assert (found.counts.due, found.counts.new) == (0, 2)
    assert [deck.due for deck in found.decks] == [0]


def test_suspended_cards_do_not_wait(database: Database, learner: Learner) -> None:
    _, cards = add_deck(database, learner.id, cards=2)
    with database.writing() as session:
        session.add(CardMark(user_id=learner.id, card_id=cards[0], is_suspended=True))
    assert today(database, learner).counts.new == 1


def test_what_was_done_counts_only_this_study_day_and_this_learner(
    database: Database, learner: Learner
) -> None:
    other = add_learner(database, "bob@example.org")
    _, cards = add_deck(database, learner.id, cards=3, enrolled=(other.id,))
    sent = [
        of(cards[0], Grade.AGAIN, duration_ms=2_000),
        of(cards[1], Grade.GOOD, duration_ms=3_500),
    ]
    send(database, learner, *sent)
    send(database, other, of(cards[2], Grade.GOOD))
    found = today(database, learner).done
    assert (found.answers, found.passes, found.new) == (2, 1, 2)
    assert found.seconds == pytest.approx(sum(one.duration_ms for one in sent) / 1000)
    assert today(database, learner, NOW + DAY).done.answers == 0


def test_the_day_ends_at_the_rollover_not_at_midnight(database: Database, learner: Learner) -> None:
    _, cards = add_deck(database, learner.id, cards=3)
    half_past_three = datetime(2026, 5, 5, 1, 30, tzinfo=UTC)  # in Berlin, the night after
    send(database, learner, of(cards[0], Grade.GOOD, at=half_past_three), now=half_past_three)
    night = today(database, learner, half_past_three)
    assert (night.study_day, night.done.answers, night.streak_days) == (TODAY, 1, 1)

    at_four = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
    morning = today(database, learner, at_four)
    assert (morning.study_day, morning.done.answers) == (TODAY + DAY, 0)
    assert (morning.counts.due, morning.streak_days) == (1, 1)
    assert today(database, learner, at_four + DAY).streak_days == 0


def test_the_streak_counts_days_over_all_decks_and_ends_at_a_gap(
    database: Database, learner: Learner
) -> None:
    one, _ = add_deck(database, learner.id, cards=1, name="One")
    two, _ = add_deck(database, learner.id, cards=1, name="Two")
    studied_on(database, learner, one, TODAY, TODAY - 1 * DAY, TODAY - 2 * DAY, TODAY - 4 * DAY)
    studied_on(database, learner, two, TODAY, TODAY - 1 * DAY)
    assert today(database, learner).streak_days == 3
    assert today(database, learner, NOW + DAY).streak_days == 3
    assert today(database, learner, NOW + 2 * DAY).streak_days == 0


def test_a_day_whose_answers_were_all_taken_back_does_not_count(
    database: Database, learner: Learner
) -> None:
    deck_id, _ = add_deck(database, learner.id, cards=1)
    studied_on(database, learner, deck_id, TODAY, TODAY - 2 * DAY)
    with database.writing() as session:
        session.add(Day(user_id=learner.id, study_day=TODAY - DAY, deck_id=deck_id, answers=0))
    assert today(database, learner).streak_days == 1


def test_a_streak_of_years_is_counted_whole(database: Database, learner: Learner) -> None:
    deck_id, _ = add_deck(database, learner.id, cards=1)
    for length in (STREAK_STEP, 2 * STREAK_STEP + 3):
        with database.writing() as session:
            session.query(Day).delete()
        studied_on(database, learner, deck_id, *(TODAY - n * DAY for n in range(length)))
        assert today(database, learner).streak_days == length


def test_the_pace_is_that_of_the_last_two_weeks(database: Database, learner: Learner) -> None:
    deck_id, _ = add_deck(database, learner.id, cards=1)
    with database.writing() as session:
        for days_ago, seconds in ((1, 4), (30, 100)):
            session.add(
                Day(
                    user_id=learner.id,
                    study_day=TODAY - days_ago * DAY,
                    deck_id=deck_id,
                    answers=10_000,
                    duration_ms=10_000 * seconds * 1000,
                )
            )
    with database.reading_core() as connection:
        assert done_and_pace(connection, learner, TODAY)[1] == pytest.approx(4, abs=0.1)


def test_prompts_that_are_due_stand_apart_from_the_cards(database: Database) -> None:
    learner = add_learner(database)
    add_built_in(database)
    with database.writing() as session:
        prompts = list_prompts(session.connection(), learner.id)
        for one, days in zip(prompts[:4], (-2, 0, 1, 2), strict=True):
            session.add(
                Memory(
                    user_id=learner.id,
                    card_id=one.card_id,
                    due_day=TODAY + days * DAY,
                    last_day=TODAY - 5 * DAY,
                    interval_days=3,
                    version=1,
                )
            )
        shift_load(session.connection(), learner.id, [(None, TODAY + n * DAY) for n in (-2, 0, 1)])
        ended = add_mock(session, learner.id, [("coding", [prompts[0].card_id])], NOW - DAY)
        running = add_mock(
            session, learner.id, [("coding", [prompts[0].card_id])], NOW, ended=False
        )
    found = today(database, learner)
    assert [one.card_id for one in found.prompts] == [prompts[0].card_id, prompts[1].card_id]
    assert (found.counts.due, found.counts.new, found.tomorrow) == (0, 0, 0)
    assert found.open_mock is not None and found.open_mock.id == running != ended
    stranger = today(database, add_learner(database, "bob@example.org"))
    assert stranger.prompts == [] and stranger.open_mock is None
