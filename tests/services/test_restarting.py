"""Coming back after a break: the backlog is spread, and no card's schedule changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from interviewprep.core.grades import Grade
from interviewprep.services.learner import Learner, load_learner
from interviewprep.services.restarting import (
    begin_restart,
    restart_offer,
    wave_restart_off,
)
from interviewprep.services.today import today_of
from interviewprep.storage import Database, Day, Memory, User

from .conftest import NOW, add_deck, add_learner
from .test_answering import of, queue, send

TODAY = date(2026, 5, 4)
DAY = timedelta(days=1)


def fell_due(
    database: Database, learner: Learner, cards: Sequence[int], days_late: int, interval_days: int
) -> None:
    due_day = TODAY - days_late * DAY
    rows = [
        {
            "user_id": learner.id,
            "card_id": card,
            "interval_days": interval_days,
            "repetitions": 3,
            "last_day": due_day - interval_days * DAY,
            "due_day": due_day,
            "version": 1,
        }
        for card in cards
    ]
    with database.writing_core() as connection:
        connection.execute(insert(Memory), rows)


def away(database: Database, learner: Learner, deck_id: int, days: int, reviews: int = 10) -> None:
    row = {"deck_id": deck_id, "answers": reviews, "reviews": reviews}
    row |= {"user_id": learner.id, "study_day": TODAY - days * DAY}
    with database.writing_core() as connection:
        connection.execute(insert(Day), [row])


def memories(database: Database) -> list[Any]:
    with database.reading_core() as connection:
        return sorted(map(tuple, connection.execute(select(Memory.__table__))))


def again(database: Database, learner: Learner) -> Learner:
    with database.reading_core() as connection:
        return load_learner(connection, learner.id)


def returned(database: Database, *, days: int = 10, cards: int = 60) -> tuple[Learner, list[int]]:
    """A learner with overdue cards: half of long intervals, half of short ones."""
    learner = add_learner(database, new_per_day=0, bury_siblings=False)
    deck_id, made = add_deck(database, learner.id, cards=cards)
    fell_due(database, learner, made[: cards // 2], days_late=8, interval_days=2)
    fell_due(database, learner, made[cards // 2 :], days_late=4, interval_days=80)
    away(database, learner, deck_id, days)
    return learner, made


def test_a_plan_is_offered_after_a_week_away_with_a_backlog(database: Database) -> None:
    learner, _ = returned(database, days=7)
    with database.reading_core() as connection:
        offer = restart_offer(connection, learner, TODAY)
    assert offer is not None
    assert (offer.away_days, offer.overdue) == (7, 60)
    assert dict(offer.choices)[7] == 9 and dict(offer.choices)[30] == 2


def test_no_plan_is_offered_after_a_shorter_break_or_without_a_backlog(database: Database) -> None:
    learner, _ = returned(database, days=6)
    carol = add_learner(database, "carol@example.org")
    deck_id, cards = add_deck(database, carol.id, cards=15, name="Hers")
    fell_due(database, carol, cards, days_late=20, interval_days=3)
    away(database, carol, deck_id, 30)
    newcomer = add_learner(database, "dave@example.org")
    with database.reading_core() as connection:
        offers = [restart_offer(connection, who, TODAY) for who in (learner, carol, newcomer)]
    assert offers == [None, None, None]


def test_a_plan_bounds_each_day_shows_the_useful_first_and_changes_no_memory(
    database: Database,
) -> None:
    learner, cards = returned(database)
    before = memories(database)
    assert queue(database, learner).cards[0].card.id in cards[:30]  # the longest due, as ever
    with database.writing() as session:
        plan = begin_restart(session, learner, TODAY, 7)
    assert (plan.per_day, plan.last_day) == (9, TODAY + 6 * DAY)
    learner = again(database, learner)
    found = queue(database, learner)
    assert found.counts.due == 9
    assert [card.card.id for card in found.cards] == cards[30:39]
    with database.reading_core() as connection:
        today = today_of(connection, learner, NOW)
        assert (today.counts.due, sum(deck.due for deck in today.decks)) == (9, 9)
        assert restart_offer(connection, learner, TODAY) is None
    assert memories(database) == before


def test_answers_count_toward_the_day_of_a_plan(database: Database) -> None:
    learner, cards = returned(database)
    with database.writing() as session:
        begin_restart(session, learner, TODAY, 30)
    learner = again(database, learner)
    assert queue(database, learner).counts.due == 2
    send(database, learner, of(cards[30], Grade.GOOD, version=1))
    assert queue(database, learner).counts.due == 1
    send(database, learner, of(cards[31], Grade.GOOD, version=1))
    assert queue(database, learner).counts.due == 0


def test_a_plan_ends_by_itself_and_by_one_click(database: Database) -> None:
    learner, cards = returned(database)
    with database.writing() as session:
        begin_restart(session, learner, TODAY, 3)
    learner = again(database, learner)
    assert queue(database, learner).counts.due == 20
    assert queue(database, learner, NOW + 3 * DAY).counts.due == 60
    with database.writing() as session:
        wave_restart_off(session, learner, TODAY)
    learner = again(database, learner)
    found = queue(database, learner)
    assert found.counts.due == 60 and found.cards[0].card.id == cards[0]
    with database.reading_core() as connection:
        assert restart_offer(connection, learner, TODAY) is None


def test_an_offer_waved_off_returns_only_after_another_break(database: Database) -> None:
    learner, _ = returned(database)
    with database.writing() as session:
        wave_restart_off(session, learner, TODAY)
    learner = again(database, learner)
    with database.reading_core() as connection:
        assert restart_offer(connection, learner, TODAY + DAY) is None
    with database.writing_core() as connection:
        deck_id = connection.execute(select(Day.deck_id)).scalar()
    assert deck_id is not None
    away(database, learner, deck_id, -2)
    with database.reading_core() as connection:
        assert restart_offer(connection, learner, TODAY + 10 * DAY) is not None


def test_the_other_settings_stay_as_they_were(database: Database) -> None:
    learner, _ = returned(database)
    with database.writing() as session:
        begin_restart(session, learner, TODAY, 5)
        stored = session.get_one(User, learner.id).settings
    assert stored["new_per_day"] == 0
    assert stored["restart"] == {"from": "2026-05-04", "days": 5, "per_day": 12}
