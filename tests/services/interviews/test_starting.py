"""What a mock asks when it starts: by the schedule, by choice, as a surprise, in a loop."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from interviewprep.errors import Invalid, NotFound
from interviewprep.services.interviews.kinds import loop
from interviewprep.services.interviews.prompts import PromptCard, list_prompts, prompt_in
from interviewprep.services.interviews.starting import Choice, open_mocks, start_mock
from interviewprep.services.interviews.weak_areas import weak_tags
from interviewprep.services.learner import Learner
from interviewprep.storage import (
    CardMark,
    Database,
    Memory,
    Mock,
    MockRound,
    Note,
    RoundItem,
    Score,
)

from ..conftest import NOW, add_deck, add_learner

TODAY = date(2026, 5, 4)


@pytest.fixture
def alice(with_decks: Database) -> Learner:
    return add_learner(with_decks)


def items_of(database: Database, mock_id: uuid.UUID) -> list[RoundItem]:
    with database.reading() as session:
        query = select(RoundItem).where(RoundItem.mock_id == mock_id)
        return list(session.scalars(query.order_by(RoundItem.round, RoundItem.position)))


def rounds_of(database: Database, mock_id: uuid.UUID) -> list[MockRound]:
    with database.reading() as session:
        query = select(MockRound).where(MockRound.mock_id == mock_id)
        return list(session.scalars(query.order_by(MockRound.position)))


def prompts_of(database: Database, learner: Learner, interview: str) -> list[PromptCard]:
    with database.reading_core() as connection:
        every = list_prompts(connection, learner.id)
    return [one for one in every if one.interview == interview]


def started(database: Database, learner: Learner, kind: str, **how: object) -> uuid.UUID:
    with database.writing() as session:
        choice = Choice(kind, **how)  # type: ignore[arg-type]
        return start_mock(session, learner, choice, NOW, lambda found: found[-1]).id


def test_a_mock_keeps_a_copy_of_its_prompt_and_its_clock_runs(
    with_decks: Database, alice: Learner
) -> None:
    chosen = prompts_of(with_decks, alice, "coding")[2]
    mock_id = started(with_decks, alice, "coding", card_id=chosen.card_id, hides_difficulty=True)
    [item] = items_of(with_decks, mock_id)
    assert (item.card_id, item.content["title"]) == (chosen.card_id, chosen.title)
    assert prompt_in(item.content).hidden_tests
    [only] = rounds_of(with_decks, mock_id)
    assert (only.kind, only.minutes, only.state, only.stage) == ("coding", 45, "running", 0)
    assert only.segments == [[0, NOW.isoformat(), None]]
    assert sum(stage["seconds"] for stage in only.stages) == 45 * 60
    with with_decks.reading() as session:
        mock = session.get_one(Mock, (alice.id, mock_id))
        assert (mock.hides_difficulty, mock.is_bare, mock.version) == (True, False, 1)


def test_the_schedule_proposes_due_prompts_first_and_never_one_asked_since_yesterday(
    with_decks: Database, alice: Learner
) -> None:
    every = prompts_of(with_decks, alice, "coding")
    with with_decks.writing() as session:
        for place, last in ((3, 9), (4, 1)):
            session.add(
                Memory(
                    user_id=alice.id,
                    card_id=every[place].card_id,
                    due_day=TODAY - timedelta(days=1),
                    last_day=TODAY - timedelta(days=last),
                    version=1,
                )
            )
    asked = [items_of(with_decks, started(with_decks, alice, "coding"))[0] for _ in range(3)]
    assert asked[0].card_id == every[3].card_id
    assert len({item.card_id for item in asked}) == 3
    assert every[4].card_id not in {item.card_id for item in asked}


def test_a_surprise_is_taken_from_all_that_may_be_asked(
    with_decks: Database, alice: Learner
) -> None:
    offered: list[Sequence[PromptCard]] = []

    def pick(found: Sequence[PromptCard]) -> PromptCard:
        offered.append(found)
        return found[0]

    with with_decks.writing() as session:
        mock = start_mock(session, alice, Choice("coding", surprise=True), NOW, pick)
    every = prompts_of(with_decks, alice, "coding")
    assert {one.card_id for one in offered[0]} == {one.card_id for one in every}
    assert items_of(with_decks, mock.id)[0].card_id == offered[0][0].card_id
    with with_decks.writing() as session:
        start_mock(session, alice, Choice("coding", surprise=True, level=2), NOW, pick)
    assert {one.level for one in offered[1]} == {2}


@pytest.mark.parametrize(("minutes", "prompts"), [(30, 4), (45, 6)])
def test_a_behavioral_round_asks_for_different_competencies(
    with_decks: Database, alice: Learner, minutes: int, prompts: int
) -> None:
    every = prompts_of(with_decks, alice, "behavioral")
    mock_id = started(with_decks, alice, "behavioral", minutes=minutes, card_id=every[-1].card_id)
    items = items_of(with_decks, mock_id)
    assert items[0].card_id == every[-1].card_id
    assert len({item.card_id for item in items}) == prompts
    there = {one.competency for one in every}
    asked = {prompt_in(item.content).competency for item in items}
    assert len(asked) == min(prompts, len(there))
    stages = rounds_of(with_decks, mock_id)[0].stages
    assert {stage["item"] for stage in stages} == set(range(prompts))


def test_fewer_prompts_make_a_shorter_list_and_longer_stages(
    with_decks: Database, alice: Learner
) -> None:
    every = prompts_of(with_decks, alice, "behavioral")
    with with_decks.writing() as session:
        session.add_all(
            CardMark(user_id=alice.id, card_id=one.card_id, is_suspended=True) for one in every[2:]
        )
    mock_id = started(with_decks, alice, "behavioral", minutes=30)
    assert len(items_of(with_decks, mock_id)) == 2
    stages = rounds_of(with_decks, mock_id)[0].stages
    assert sum(stage["seconds"] for stage in stages) == 30 * 60


def test_a_loop_asks_no_prompt_twice_and_only_its_first_round_runs(
    with_decks: Database, alice: Learner
) -> None:
    kinds = (("coding", 30), ("coding", 45), ("behavioral", 30))
    mock_id = started(with_decks, alice, "loop", rounds=kinds)
    items = items_of(with_decks, mock_id)
    assert len({item.card_id for item in items}) == len(items) == 6
    rounds = rounds_of(with_decks, mock_id)
    assert [(one.kind, one.minutes) for one in rounds] == list(kinds)
    assert [one.state for one in rounds] == ["running", "waiting", "waiting"]
    with with_decks.writing() as session:
        mock = session.get_one(Mock, (alice.id, mock_id))
        assert mock.break_minutes == loop().break_minutes
        short = start_mock(session, alice, Choice("loop", rounds=kinds[:1], break_minutes=0), NOW)
        assert short.break_minutes == 0
    usual = rounds_of(with_decks, started(with_decks, alice, "loop"))
    assert [one.kind for one in usual] == [one.kind for one in loop().rounds]


def test_a_ladder_takes_two_of_the_learners_weakest_cards_before_the_trade_offs(
    with_decks: Database, alice: Learner
) -> None:
    ladder = prompts_of(with_decks, alice, "concepts")[0]
    _, cards = add_deck(with_decks, alice.id, cards=4)
    with with_decks.writing() as session:
        for note in session.scalars(select(Note).where(Note.owner_id == alice.id)):
            note.tags = f" {ladder.tags[0]} "
        for card_id, ease in ((cards[1], 250), (cards[2], 130), (cards[3], 180)):
            session.add(
                Memory(
                    user_id=alice.id,
                    card_id=card_id,
                    due_day=TODAY,
                    ease_hundredths=ease,
                    version=1,
                )
            )
    mock_id = started(with_decks, alice, "concepts", card_id=ladder.card_id)
    [item] = items_of(with_decks, mock_id)
    assert [one["card_id"] for one in item.questions if one["card_id"]] == [cards[2], cards[3]]
    steps = [one["step"] for one in item.questions]
    assert len(steps) == 8
    assert steps[steps.index("") :][:3] == ["", "", "trade-offs"]
    assert list(dict.fromkeys(step for step in steps if step)) == [
        "define",
        "intuition",
        "when",
        "trade-offs",
    ]
    assert all(one["grade"] is None and not one["is_shown"] for one in item.questions)


def test_weak_areas_are_tags_of_low_rows_and_of_forgotten_cards(
    with_decks: Database, alice: Learner
) -> None:
    ladder = prompts_of(with_decks, alice, "concepts")[0]
    mock_id = started(with_decks, alice, "concepts", card_id=ladder.card_id)
    rubric = prompt_in(items_of(with_decks, mock_id)[0].content).rubric
    _, cards = add_deck(with_decks, alice.id, cards=1)
    with with_decks.writing() as session:
        for row, first, revised in ((0, 1, 3), (1, 4, 2), (2, 3, None)):
            for level, is_revised in ((first, False), (revised, True)):
                if level is not None:
                    session.add(
                        Score(
                            user_id=alice.id,
                            mock_id=mock_id,
                            round=0,
                            item=0,
                            row=row,
                            scorer="self",
                            is_revised=is_revised,
                            level=level,
                            at=NOW,
                        )
                    )
        session.scalars(select(Note).where(Note.owner_id == alice.id)).one().tags = " heaps "
        session.add(Memory(user_id=alice.id, card_id=cards[0], lapses=5, version=9))
    with with_decks.reading_core() as connection:
        assert weak_tags(connection, alice) == {*rubric[1].revise, "heaps"}


@pytest.mark.parametrize(
    ("choice", "error", "reason"),
    [
        (Choice("chess"), NotFound, "no such kind of interview"),
        (Choice("coding", minutes=44), Invalid, "takes 30, 45 or 60 minutes, not 44"),
        (Choice("coding", card_id=2**40), Invalid, "cannot be asked in this interview"),
        (Choice("loop", card_id=1), Invalid, "draws its prompts itself"),
        (Choice("loop", rounds=(("sql", 30),) * 9), Invalid, "at most 8 rounds"),
        (Choice("coding", surprise=True, card_id=1), Invalid, "not both"),
        (Choice("loop", break_minutes=61), Invalid, "at most 60 minutes"),
    ],
)
def test_what_cannot_be_started_is_refused_and_leaves_nothing(
    with_decks: Database, alice: Learner, choice: Choice, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason), with_decks.writing() as session:
        start_mock(session, alice, choice, NOW, lambda found: found[0])
    with with_decks.reading() as session:
        assert session.scalars(select(Mock)).all() == []


def test_without_prompts_there_is_a_sentence(database: Database) -> None:
    learner = add_learner(database)
    with (
        pytest.raises(Invalid, match="no prompt yet for this interview"),
        database.writing() as session,
    ):
        start_mock(session, learner, Choice("coding"), NOW)


def test_a_kind_of_which_all_were_asked_today_says_so(with_decks: Database, alice: Learner) -> None:
    for one in prompts_of(with_decks, alice, "sql"):
        started(with_decks, alice, "sql", card_id=one.card_id)
    with pytest.raises(Invalid, match="was asked today or yesterday"):
        started(with_decks, alice, "sql")


def test_unfinished_mocks_are_listed_for_their_owner_alone(
    with_decks: Database, alice: Learner
) -> None:
    bob = add_learner(with_decks, "bob@example.org")
    mock_id = started(with_decks, alice, "loop", rounds=(("sql", 30), ("coding", 45)))
    with with_decks.writing() as session:
        session.get_one(MockRound, (alice.id, mock_id, 0)).state = "done"
    finished = started(with_decks, alice, "coding")
    with with_decks.writing() as session:
        session.get_one(Mock, (alice.id, finished)).ended_at = NOW
    with with_decks.reading_core() as connection:
        assert open_mocks(connection, bob.id) == []
        [only] = open_mocks(connection, alice.id)
    assert (only.id, only.label) == (mock_id, "Full loop")
    assert (only.position, only.rounds, only.state) == (1, 2, "waiting")
