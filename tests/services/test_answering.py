"""Every answer is stored exactly once, and takes effect at most once."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from interviewprep.core.grades import Grade
from interviewprep.errors import NotFound
from interviewprep.services.answering import Result, answer_batch
from interviewprep.services.learner import Learner
from interviewprep.services.queue import Queue, next_cards
from interviewprep.services.rebuilding import rebuild
from interviewprep.services.recording import Submission
from interviewprep.services.resetting import reset_card
from interviewprep.services.undoing import Undone, undo, undo_newest
from interviewprep.storage import CardMark, Database, Day, DueLoad, Memory, Review

from .conftest import NOW, add_deck, add_learner


def send(
    database: Database, learner: Learner, *submissions: Submission, now: datetime = NOW
) -> list[Result]:
    with database.writing_core() as connection:
        return answer_batch(connection, learner, list(submissions), now)


def of(card_id: int, grade: Grade, version: int = 0, at: datetime = NOW, **more: Any) -> Submission:
    return Submission(uuid.uuid4(), card_id, version, grade, at, **more)


def take_back(
    database: Database, learner: Learner, submission: Submission, now: datetime = NOW
) -> Undone:
    with database.writing_core() as connection:
        return undo(connection, learner, submission.id, now)


def rows(database: Database, table: Any, *columns: str) -> list[tuple[Any, ...]]:
    with database.reading_core() as connection:
        picked = [getattr(table, name) for name in columns]
        return [tuple(row) for row in connection.execute(select(*picked).order_by(*picked))]


def queue(database: Database, learner: Learner, now: datetime = NOW, **more: Any) -> Queue:
    with database.reading_core() as connection:
        return next_cards(connection, learner, now, **more)


def assert_log_and_memory_agree(database: Database) -> None:
    with database.reading_core() as connection:
        assert rebuild(connection, check_only=True) == []


def test_a_first_answer_stores_memory_log_and_roll_up(database: Database, learner: Learner) -> None:
    deck_id, (card, *_) = add_deck(database, learner.id, cards=3)
    [result] = send(database, learner, of(card, Grade.GOOD, duration_ms=4200))
    assert (result.status, result.version) == ("stored", 1)
    assert result.due_at == datetime(2026, 5, 5, 2, 0, tzinfo=UTC)  # four in the morning in Berlin
    assert rows(database, Memory, "card_id", "interval_days", "version", "due_day") == [
        (card, 1, 1, date(2026, 5, 5))
    ]
    assert rows(database, Review, "card_id", "kind", "status", "version", "grade") == [
        (card, "answer", "stored", 1, 3)
    ]
    assert rows(database, Day, "deck_id", "answers", "passes", "duration_ms", "new", "reviews") == [
        (deck_id, 1, 1, 4200, 1, 0)
    ]
    assert rows(database, DueLoad, "due_day", "cards") == [(date(2026, 5, 5), 1)]
    assert_log_and_memory_agree(database)


def test_a_repeated_answer_is_stored_once(database: Database, learner: Learner) -> None:
    _, (card, *_) = add_deck(database, learner.id, cards=1)
    submission = of(card, Grade.GOOD)
    first, second = send(database, learner, submission, submission)
    [third] = send(database, learner, submission)
    assert [first.status, second.status, third.status] == ["stored", "repeated", "repeated"]
    assert first.version == second.version == third.version == 1
    assert rows(database, Day, "answers") == [(1,)]
    assert len(rows(database, Review, "id")) == 1


def test_a_stale_answer_is_kept_without_effect_and_explained(
    database: Database, learner: Learner
) -> None:
    _, (card, *_) = add_deck(database, learner.id, cards=1)
    stale = of(card, Grade.EASY, version=0)
    send(database, learner, of(card, Grade.AGAIN))
    before = rows(database, Memory, "interval_days", "ease_hundredths", "version")
    [result] = send(database, learner, stale)
    [again] = send(database, learner, stale)
    assert result.status == again.status == "stale"
    assert result.reason is not None and "answered elsewhere" in result.reason
    assert rows(database, Memory, "interval_days", "ease_hundredths", "version") == before
    assert rows(database, Review, "status") == [("stale",), ("stored",)]
    assert rows(database, Day, "answers") == [(1,)]
    assert_log_and_memory_agree(database)


def test_an_answer_to_a_card_of_somebody_else_is_refused(
    database: Database, learner: Learner
) -> None:
    bob = add_learner(database, "bob@example.org")
    _, (card, *_) = add_deck(database, bob.id, cards=1)
    [result] = send(database, learner, of(card, Grade.GOOD))
    [unknown] = send(database, learner, of(99_999, Grade.GOOD))
    assert (result.status, unknown.status) == ("refused", "refused")
    assert result.reason == unknown.reason  # no hint that the card exists
    assert rows(database, Review, "id") == []


def test_one_id_for_two_cards_is_refused(database: Database, learner: Learner) -> None:
    _, (one, other) = add_deck(database, learner.id, cards=2)
    submission = of(one, Grade.GOOD)
    send(database, learner, submission)
    [result] = send(database, learner, Submission(submission.id, other, 0, Grade.GOOD, NOW))
    assert result.status == "refused"
    assert rows(database, Memory, "card_id") == [(one,)]


def test_a_batch_numbered_by_the_device_is_applied_in_order(
    database: Database, learner: Learner
) -> None:
    _, (card, *_) = add_deck(database, learner.id, cards=1)
    chain = [
        of(card, Grade.AGAIN, 0, NOW),
        of(card, Grade.AGAIN, 1, NOW + timedelta(minutes=10)),
        of(card, Grade.GOOD, 2, NOW + timedelta(minutes=21)),
    ]
    results = send(database, learner, *chain, now=NOW + timedelta(hours=1))
    assert [(r.status, r.version) for r in results] == [("stored", 1), ("stored", 2), ("stored", 3)]
    assert rows(database, Memory, "interval_days", "repetitions", "repeat_at") == [(1, 0, None)]
    assert rows(database, Day, "answers", "new", "reviews") == [(3, 1, 0)]
    assert_log_and_memory_agree(database)


def test_the_device_clock_is_clamped_and_kept(database: Database, learner: Learner) -> None:
    _, (ahead, behind) = add_deck(database, learner.id, cards=2)
    future, past = NOW + timedelta(days=3), NOW - timedelta(hours=5)
    send(database, learner, of(ahead, Grade.GOOD, at=future), of(behind, Grade.AGAIN))
    send(database, learner, of(behind, Grade.GOOD, 1, at=past))
    assert set(rows(database, Review, "card_id", "version", "at", "device_at")) == {
        (ahead, 1, NOW, future),
        (behind, 1, NOW, None),
        (behind, 2, NOW, past),
    }
    assert_log_and_memory_agree(database)


def test_a_promise_in_the_spread_is_kept_and_another_is_not(
    database: Database, learner: Learner
) -> None:
    _, (kept, broken) = add_deck(database, learner.id, cards=2)
    for card in (kept, broken):
        for version, days in ((0, 0), (1, 1)):
            at = NOW + timedelta(days=days)
            send(database, learner, of(card, Grade.GOOD, version, at), now=at)
    third = NOW + timedelta(days=8)  # well after the second interval of about six days
    state = {row[0]: row[1] for row in rows(database, Memory, "card_id", "interval_days")}
    assert all(5 <= days <= 7 for days in state.values())
    shown = {one.card.id: one for one in queue(database, learner, third).cards}
    promise = shown[kept].outcomes[Grade.GOOD].due_day
    assert promise is not None
    elsewhere = promise + timedelta(days=1)
    [first] = send(
        database, learner, of(kept, Grade.GOOD, 2, third, promised_due_day=elsewhere), now=third
    )
    far = promise + timedelta(days=90)
    [second] = send(
        database, learner, of(broken, Grade.GOOD, 2, third, promised_due_day=far), now=third
    )
    due = {row[0]: row[1] for row in rows(database, Memory, "card_id", "due_day")}
    assert (due[kept], first.due_day_changed) == (elsewhere, False)
    assert due[broken] < far and second.due_day_changed
    assert_log_and_memory_agree(database)


def test_undo_restores_the_state_and_is_idempotent(database: Database, learner: Learner) -> None:
    _, (card, *_) = add_deck(database, learner.id, cards=1)
    first, second = of(card, Grade.AGAIN), of(card, Grade.GOOD, 1, NOW + timedelta(minutes=10))
    later = NOW + timedelta(minutes=20)
    send(database, learner, first, second, now=later)
    assert take_back(database, learner, first, later).status == "refused"
    undone = take_back(database, learner, second, later)
    assert (undone.status, undone.version) == ("stored", 3)
    assert undone.due_at == NOW + timedelta(minutes=10)
    assert take_back(database, learner, second, later).status == "repeated"
    assert take_back(database, learner, first, later).status == "stored"
    assert rows(database, Memory, "version", "due_day", "repeat_at") == [(4, None, None)]
    assert rows(database, Day, "answers", "passes", "new", "reviews") == [(0, 0, 0, 0)]
    assert queue(database, learner, later).counts.new == 1
    assert_log_and_memory_agree(database)


def test_an_answer_taken_back_yesterday_stays(database: Database, learner: Learner) -> None:
    _, (card, *_) = add_deck(database, learner.id, cards=1)
    answer = of(card, Grade.GOOD)
    send(database, learner, answer)
    undone = take_back(database, learner, answer, NOW + timedelta(days=1))
    assert (undone.status, undone.reason) == ("refused", "Only answers of today can be taken back.")


def test_a_version_is_never_reused_after_undo(database: Database, learner: Learner) -> None:
    _, (card, *_) = add_deck(database, learner.id, cards=1)
    answer = of(card, Grade.GOOD)
    send(database, learner, answer)
    take_back(database, learner, answer)
    [late] = send(database, learner, of(card, Grade.EASY, version=0))
    assert late.status == "stale"
    [right] = send(database, learner, of(card, Grade.EASY, version=2))
    assert (right.status, right.version) == ("stored", 3)
    assert_log_and_memory_agree(database)


def test_the_eighth_lapse_suspends_where_the_learner_wants_it_and_undo_lifts_it(
    database: Database,
) -> None:
    learner = add_learner(database, leech_suspends=True, leech_at=2)
    _, (card, *_) = add_deck(database, learner.id, cards=1)
    last = of(card, Grade.AGAIN)
    for day in range(3):
        at = NOW + timedelta(days=day)
        last = of(card, Grade.AGAIN, day, at)
        send(database, learner, last, now=at)
    assert rows(database, CardMark, "card_id", "is_suspended") == [(card, True)]
    assert queue(database, learner, at + timedelta(days=1)).cards == []
    take_back(database, learner, last, at)
    assert rows(database, CardMark, "card_id", "is_suspended") == [(card, False)]
    assert_log_and_memory_agree(database)


def test_reset_makes_a_card_new_and_keeps_its_history(database: Database, learner: Learner) -> None:
    _, (card, *_) = add_deck(database, learner.id, cards=1)
    answer = of(card, Grade.GOOD)
    send(database, learner, answer)
    with database.writing_core() as connection:
        assert reset_card(connection, learner, card, NOW) is True
        assert reset_card(connection, learner, card, NOW) is False
    assert take_back(database, learner, answer).status == "refused"
    assert rows(database, Memory, "version", "due_day") == [(2, None)]
    assert len(rows(database, Review, "id")) == 2
    assert_log_and_memory_agree(database)


def test_rebuild_mends_what_was_tampered_with(database: Database, learner: Learner) -> None:
    _, (card, *_) = add_deck(database, learner.id, cards=1)
    send(database, learner, of(card, Grade.GOOD))
    with database.writing_core() as connection:
        connection.execute(Memory.__table__.update().values(interval_days=40, version=9))
        connection.execute(DueLoad.__table__.delete())
    with database.writing_core() as connection:
        assert len(rebuild(connection, check_only=True)) == 2
        assert len(rebuild(connection, check_only=False)) == 2
        assert rebuild(connection, check_only=True) == []
    assert rows(database, Memory, "interval_days", "version") == [(1, 1)]


def test_study_days_begin_at_four(database: Database, learner: Learner) -> None:
    _, (card, *_) = add_deck(database, learner.id, cards=1)
    late_evening = datetime(2026, 5, 5, 1, 59, tzinfo=UTC)  # 03:59 in Berlin: still the 4th
    send(database, learner, of(card, Grade.GOOD, at=late_evening), now=late_evening)
    assert rows(database, Day, "study_day") == [(date(2026, 5, 4),)]
    assert queue(database, learner, late_evening + timedelta(seconds=59)).cards == []
    assert len(queue(database, learner, late_evening + timedelta(minutes=1)).cards) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_has_one_row_an_answer(database: Database, learner: Learner, count: int) -> None:
    _, cards = add_deck(database, learner.id, cards=count)
    send(database, learner, *[of(card, Grade.HARD) for card in cards])
    with database.reading_core() as connection:
        assert connection.execute(select(func.count()).select_from(Review)).scalar_one() == count


def test_the_newest_answer_of_today_is_found_whatever_device_gave_it(
    database: Database, learner: Learner
) -> None:
    _, (one, other) = add_deck(database, learner.id, cards=2)
    yesterday = NOW - timedelta(days=1)
    send(database, learner, of(one, Grade.GOOD, at=yesterday), now=yesterday)
    first = of(other, Grade.AGAIN, 0, NOW)
    second = of(one, Grade.GOOD, 1, NOW + timedelta(minutes=1))
    third = of(other, Grade.GOOD, 1, NOW + timedelta(minutes=2))
    later = NOW + timedelta(minutes=3)
    send(database, learner, first, second, third, now=later)
    taken_back = []
    for _ in range(3):
        with database.writing_core() as connection:
            undone = undo_newest(connection, learner, later)
        assert undone.status == "stored"
        taken_back.append(undone.id)
    assert taken_back == [third.id, second.id, first.id]
    with pytest.raises(NotFound), database.writing_core() as connection:
        undo_newest(connection, learner, later)
    assert_log_and_memory_agree(database)
