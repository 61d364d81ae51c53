"""What a mock did is taken back: every row as it was, and what came later stays."""

from __future__ import annotations

import random
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.core.grades import Grade
from interviewprep.errors import Conflict, NotFound
from interviewprep.services.answering import answer_batch
from interviewprep.services.drafts import accept_draft, list_drafts
from interviewprep.services.interviews.finishing import finish_mock
from interviewprep.services.interviews.taking_back import TakenBack, undo_mock
from interviewprep.services.learner import Learner
from interviewprep.services.rebuilding import rebuild
from interviewprep.services.recording import Submission
from interviewprep.services.resetting import reset_card
from interviewprep.services.undoing import undo
from interviewprep.storage import Database, Memory, Mock, Note, Review

from ..conftest import NOW, add_deck, add_learner
from .mocks import Asked, add_open_mock, add_prompt, begin, dump, score, tag_cards
from .test_finishing import LATER, MISSED, Setting, in_days, questions, set_up

MUCH_LATER = LATER + timedelta(hours=2)


def take_back(there: Setting) -> TakenBack:
    with there.database.writing() as session:
        return undo_mock(session, there.learner, there.mock_id, MUCH_LATER)


def snapshot(there: Setting) -> dict[str, Any]:
    with there.database.reading() as session:
        return dump(session, there.learner.id)


def version(there: Setting, card_id: int) -> int:
    with there.database.reading() as session:
        return session.get_one(Memory, (there.learner.id, card_id)).version


def answer(there: Setting, card_id: int, grade: Grade = Grade.GOOD) -> uuid.UUID:
    answer_id = uuid.uuid4()
    with there.database.writing() as session:
        row = session.get(Memory, (there.learner.id, card_id))
        seen = 0 if row is None else row.version
        at = LATER + timedelta(minutes=30)
        given = Submission(answer_id, card_id, seen, grade, at)
        [result] = answer_batch(session.connection(), there.learner, [given], at)
        assert result.status == "stored"
    return answer_id


def agrees_with_the_log(there: Setting) -> bool:
    with there.database.reading() as session:
        return rebuild(session.connection(), check_only=True) == []


@pytest.mark.parametrize("prompt_due", [None, 0, 12])
@pytest.mark.parametrize("levels", [(1, 2, 3), (4, 4, 4), (1, 1, 1), (1, None, None)])
def test_taking_back_restores_every_row(
    database: Database,
    learner: Learner,
    levels: tuple[int | None, ...],
    prompt_due: int | None,
) -> None:
    there = set_up(
        database,
        learner,
        levels,
        tags="scoping caching",
        dues=[9, 4, 1, 0, -3, None],
        asked={**MISSED},
        prompt_due=prompt_due,
    )
    before = snapshot(there)
    there.finish()
    after = snapshot(there)
    assert after != before
    result = take_back(there)
    assert snapshot(there) == before
    assert (result.kept, result.kept_drafts, result.was_done) == ((), 0, False)
    assert agrees_with_the_log(there)
    with database.reading() as session:
        assert list_drafts(session, learner.id) == []
        moved = session.scalars(select(Review).where(Review.kind == "mock")).all()
        back = session.scalars(select(Review).where(Review.kind == "undo")).all()
        assert {row.undoes_id for row in back} == {row.id for row in moved}
        assert len(back) == result.restored
        assert {version(there, row.card_id) - row.version for row in moved} == {1}
        mock = session.get_one(Mock, (learner.id, there.mock_id))
        assert (mock.undone_at, mock.ended_at) == (MUCH_LATER, LATER)
        assert mock.effects is not None and len(mock.effects["reviews"]) == len(moved)


def test_taking_back_restores_cards_that_were_asked(database: Database, learner: Learner) -> None:
    _, cards = add_deck(database, learner.id, cards=3)
    with database.writing() as session:
        for card_id, due in zip(cards, (0, 9, 9), strict=True):
            begin(session, learner.id, card_id, in_days(due))
        prompt = add_prompt(session, learner.id, NOW, kind="concepts")
        given = [Asked(prompt, questions(cards, "good", "again", "hard"))]
        mock_id = add_open_mock(session, learner.id, [("concepts", given)], NOW)
        score(session, learner.id, mock_id, (3, 3, 3), NOW)
    there = Setting(database, learner, cards, prompt, mock_id)
    before = snapshot(there)
    there.finish()
    assert take_back(there).restored == 4
    assert snapshot(there) == before
    assert agrees_with_the_log(there)


def test_taking_back_twice_is_taking_back_once(database: Database, learner: Learner) -> None:
    there = set_up(database, learner, (1, 3, 3), dues=[9])
    there.finish()
    together = threading.Barrier(3)
    results: list[TakenBack] = []

    def back() -> None:
        together.wait()
        results.append(take_back(there))

    threads = [threading.Thread(target=back) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.was_done for each in results) == [False, True, True]
    assert version(there, there.cards[0]) == 3
    assert agrees_with_the_log(there)
    assert there.finish().effects is None  # it has ended, and is not applied again
    assert there.due(there.cards[0]) == in_days(9)


def test_a_card_answered_since_keeps_its_answer_and_is_named(
    database: Database, learner: Learner
) -> None:
    there = set_up(database, learner, (1, 3, 3), dues=[9, 9, 9])
    there.finish()
    answer(there, there.cards[0])
    taken = answer(there, there.cards[1])
    with database.writing() as session:
        assert undo(session.connection(), learner, taken, MUCH_LATER).status == "stored"
        reset_card(session.connection(), learner, there.cards[2], MUCH_LATER)
    kept = there.due(there.cards[0])
    result = take_back(there)
    assert result.kept == ("Question 0?", "Question 2?")
    assert result.restored == 2  # the prompt, and the card whose answer was taken back
    assert [there.due(card_id) for card_id in there.cards] == [kept, in_days(9), None]
    assert agrees_with_the_log(there)


def test_an_answer_from_before_the_mock_can_be_taken_back_after_it_was(
    database: Database, learner: Learner
) -> None:
    there = set_up(database, learner, (1, 3, 3), dues=[0])
    before = snapshot(there)
    with database.writing() as session:
        given = Submission(uuid.uuid4(), there.cards[0], 1, Grade.GOOD, NOW)
        answer_batch(session.connection(), learner, [given], NOW)
    there.finish()
    with database.writing() as session:
        refused = undo(session.connection(), learner, given.id, LATER)
        assert refused.status == "refused" and "another way" in str(refused.reason)
    take_back(there)
    with database.writing() as session:
        assert undo(session.connection(), learner, given.id, MUCH_LATER).status == "stored"
    assert snapshot(there)["memory"] == before["memory"]
    assert agrees_with_the_log(there)


def test_an_accepted_draft_stays_and_another_goes(database: Database, learner: Learner) -> None:
    missed = {"follow_ups": [{"n": 0, "answered": False}, {"n": 1, "answered": False}]}
    there = set_up(database, learner, (3, 3, 3), asked=missed)
    there.finish()
    with database.writing() as session:
        first, second = list_drafts(session, learner.id)
        accept_draft(session, learner.id, first.card_id, LATER)
    result = take_back(there)
    assert result.kept_drafts == 1
    with database.reading() as session:
        assert list_drafts(session, learner.id) == []
        assert session.get_one(Note, first.note_id).retired_at is None
        assert session.get_one(Note, second.note_id).retired_at == MUCH_LATER


def test_a_mock_that_has_not_ended_or_is_somebody_else_s_is_not_taken_back(
    database: Database, learner: Learner
) -> None:
    there = set_up(database, learner, (3, 3, 3))
    other = add_learner(database, "bob@example.org")
    with database.writing() as session:
        with pytest.raises(Conflict, match="has not ended"):
            undo_mock(session, learner, there.mock_id, LATER)
        with pytest.raises(NotFound):
            undo_mock(session, other, there.mock_id, LATER)


def test_the_log_survives_a_move_to_an_own_version(database: Database, learner: Learner) -> None:
    """Memory and history of a card may move to another card between a mock and its undo."""
    there = set_up(database, learner, (1, 3, 3), dues=[9])
    there.finish()
    _, [copy] = add_deck(database, learner.id, cards=1, name="Copies")
    with database.writing() as session:
        for table in (Memory, Review):
            for row in session.scalars(select(table).where(table.card_id == there.cards[0])):
                row.card_id = copy
    assert take_back(there).restored == 2
    assert there.due(copy) == in_days(9)
    assert agrees_with_the_log(there)


@pytest.mark.parametrize("seed", range(6))
def test_the_log_leads_to_memory_after_any_chain_of_answers_mocks_and_undos(
    database: Database, learner: Learner, seed: int
) -> None:
    """Fixed seeds; every step at a later moment, days apart now and then."""
    chance = random.Random(seed)
    _, cards = add_deck(database, learner.id, cards=12)
    with database.writing() as session:
        tag_cards(session, cards, "scoping caching trade-offs")
        prompts = [add_prompt(session, learner.id, NOW, kind="concepts") for _ in range(2)]
    now, answers, mocks = NOW, [], []
    for _ in range(60):
        now += chance.choice([timedelta(minutes=7), timedelta(hours=5), timedelta(days=2)])
        act = chance.choice(["answer"] * 5 + ["mock", "mock", "undo", "undo mock", "reset"])
        with database.writing() as session:
            connection = session.connection()
            if act == "answer":
                card_id = chance.choice(cards)
                row = session.get(Memory, (learner.id, card_id), populate_existing=True)
                given = Submission(
                    uuid.UUID(int=chance.getrandbits(128)),
                    card_id,
                    row.version if row else 0,
                    chance.choice(list(Grade)),
                    now,
                )
                answer_batch(connection, learner, [given], now)
                answers.append(given.id)
            elif act == "mock":
                asked = chance.sample(cards, 3)
                grades = [chance.choice(["again", "hard", "good", "easy"]) for _ in asked]
                prompt = [Asked(chance.choice(prompts), {**questions(asked, *grades), **MISSED})]
                mock_id = add_open_mock(session, learner.id, [("concepts", prompt)], now)
                levels = [chance.choice([None, 1, 2, 3, 4]) for _ in range(3)]
                score(session, learner.id, mock_id, levels, now)
                finish_mock(session, learner, mock_id, now)
                mocks.append(mock_id)
            elif act == "undo" and answers:
                undo(connection, learner, chance.choice(answers[-3:]), now)
            elif act == "undo mock" and mocks:
                undo_mock(session, learner, chance.choice(mocks[-3:]), now)
            elif act == "reset":
                reset_card(connection, learner, chance.choice(cards), now)
        with database.reading() as session:
            assert rebuild(session.connection(), check_only=True) == []
    with database.reading() as session:
        stored = session.scalars(select(Review.kind).where(Review.user_id == learner.id)).all()
        assert {"answer", "mock"} <= set(stored)
