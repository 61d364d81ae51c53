"""A round is scored: before the answers are shown, then perhaps again beside them."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from interviewprep.core.interviews.kinds import InterviewKind
from interviewprep.errors import Conflict, NotFound
from interviewprep.services.interviews.kinds import interview_kinds
from interviewprep.services.interviews.scoring import (
    LONGEST_EVIDENCE,
    UnusableScores,
    finish_scoring,
    next_round,
    save_scores,
)
from interviewprep.services.interviews.sheets import Given, load_sheet, rubric_of
from interviewprep.services.learner import Learner
from interviewprep.storage import Database, Mock, MockRound, RoundItem, Score

from ..conftest import NOW, add_learner
from .mocks import Asked, add_open_mock, add_prompt, score

LATER = NOW + timedelta(minutes=5)


def design_mock(database: Database, learner: Learner, state: str = "scoring") -> uuid.UUID:
    with database.writing() as session:
        card_id = add_prompt(session, learner.id, NOW)
        return add_open_mock(
            session, learner.id, [("system-design", [Asked(card_id)])], NOW, state=state
        )


def rows(*levels: int | None) -> dict[tuple[int, int], Given]:
    return {
        (0, row): Given(level, "" if level is None else f"I said thing {row}.")
        for row, level in enumerate(levels)
    }


def test_first_scores_are_kept_and_open_the_answers(database: Database, learner: Learner) -> None:
    mock_id = design_mock(database, learner)
    with database.reading() as session:
        assert not load_sheet(session, learner.id, mock_id, 0).is_scored
    with database.writing() as session:
        save_scores(session, learner.id, mock_id, 0, rows(3, 2, None), LATER)
    with database.reading() as session:
        stored = session.scalars(select(Score).order_by(Score.row)).all()
        assert [(each.level, each.evidence, each.is_revised) for each in stored] == [
            (3, "I said thing 0.", False),
            (2, "I said thing 1.", False),
            (None, "", False),
        ]
        round_ = session.get_one(MockRound, (learner.id, mock_id, 0))
        assert (round_.state, round_.verdict, round_.score_hundredths) == (
            "revising",
            "leaning-no-hire",
            257,
        )
        assert session.get_one(RoundItem, (learner.id, mock_id, 0, 0)).score_hundredths == 257
        assert session.get_one(Mock, (learner.id, mock_id)).version == 2


def test_revised_scores_stand_beside_the_first_ones(database: Database, learner: Learner) -> None:
    mock_id = design_mock(database, learner)
    with database.writing() as session:
        save_scores(session, learner.id, mock_id, 0, rows(3, 2, 3), NOW)
    for third in (1, 4):
        with database.writing() as session:
            save_scores(session, learner.id, mock_id, 0, rows(3, 2, third), LATER)
    with database.reading() as session:
        sheet = load_sheet(session, learner.id, mock_id, 0)
        assert [row.revised for row in sheet.items[0].rows] == [
            None,
            None,
            Given(4, "I said thing 2."),
        ]
        assert [row.first and row.first.level for row in sheet.items[0].rows] == [3, 2, 3]
        assert sheet.round.score_hundredths == 300
    with database.writing() as session:
        save_scores(session, learner.id, mock_id, 0, rows(3, 2, 3), LATER)
        assert not session.scalars(select(Score).where(Score.is_revised)).all()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({(0, 1): None}, {(0, 1): "Choose a level"}),
        ({(0, 1): Given(3, "  \n")}, {(0, 1): "sentence of evidence"}),
        ({(0, 0): Given(5, "x")}, {(0, 0): "number from 1 to 4"}),
        ({(0, 0): Given(0, "x")}, {(0, 0): "number from 1 to 4"}),
        ({(0, 2): Given(1, "x" * (LONGEST_EVIDENCE + 1))}, {(0, 2): "at most 2,000"}),
        (
            {(0, 0): Given(2, ""), (0, 2): None},
            {(0, 0): "sentence of evidence", (0, 2): "Choose a level"},
        ),
    ],
)
def test_what_cannot_be_stored_is_refused_row_by_row(
    sqlite_database: Database,
    change: dict[tuple[int, int], Given | None],
    wrong: dict[tuple[int, int], str],
) -> None:
    learner = add_learner(sqlite_database)
    mock_id = design_mock(sqlite_database, learner)
    given = {
        place: found for place, found in {**rows(3, 3, 3), **change}.items() if found is not None
    }
    with sqlite_database.writing() as session, pytest.raises(UnusableScores) as refused:
        save_scores(session, learner.id, mock_id, 0, given, NOW)
    assert refused.value.rows.keys() == wrong.keys()
    assert all(wrong[place] in text for place, text in refused.value.rows.items())
    with sqlite_database.reading() as session:
        assert session.scalars(select(Score)).all() == []
        assert session.get_one(MockRound, (learner.id, mock_id, 0)).state == "scoring"


def test_a_row_that_does_not_exist_is_not_stored(database: Database, learner: Learner) -> None:
    mock_id = design_mock(database, learner)
    with database.writing() as session:
        given = {**rows(3, 3, 3), (0, 7): Given(4, "x"), (5, 0): Given(4, "x")}
        save_scores(session, learner.id, mock_id, 0, given, NOW)
        assert len(session.scalars(select(Score)).all()) == 3


@pytest.mark.parametrize("state", ["waiting", "running", "paused"])
def test_a_round_that_is_not_over_is_not_scored(sqlite_database: Database, state: str) -> None:
    learner = add_learner(sqlite_database)
    mock_id = design_mock(sqlite_database, learner, state)
    with sqlite_database.writing() as session, pytest.raises(Conflict, match="not over"):
        save_scores(session, learner.id, mock_id, 0, rows(3, 3, 3), NOW)
    with sqlite_database.writing() as session, pytest.raises(Conflict):
        finish_scoring(session, learner.id, mock_id, 0)


def test_a_stranger_finds_no_sheet(database: Database, learner: Learner) -> None:
    mock_id = design_mock(database, learner)
    other = add_learner(database, "bob@example.org")
    with database.writing() as session:
        for user_id, mock, position in (
            (other.id, mock_id, 0),
            (learner.id, uuid.uuid4(), 0),
            (learner.id, mock_id, 1),
        ):
            with pytest.raises(NotFound):
                save_scores(session, user_id, mock, position, rows(3, 3, 3), NOW)


def test_an_exercise_never_submitted_counts_as_given_up(
    database: Database, learner: Learner
) -> None:
    with database.writing() as session:
        first = add_prompt(session, learner.id, NOW, kind="coding", title="Twice")
        second = add_prompt(session, learner.id, NOW, kind="coding", title="Thrice")
        asked = [Asked(first), Asked(second, {"submitted_at": NOW})]
        mock_id = add_open_mock(session, learner.id, [("coding", asked)], NOW)
        score(session, learner.id, mock_id, (3, 3, 3, 3), NOW, items=2)
        items = session.scalars(select(RoundItem).order_by(RoundItem.position)).all()
        assert [item.gave_up for item in items] == [True, False]


def test_a_round_is_done_once_the_learner_says_so(database: Database, learner: Learner) -> None:
    with database.writing() as session:
        card_id = add_prompt(session, learner.id, NOW)
        rounds = [("system-design", [Asked(card_id)]), ("behavioral", [Asked(card_id)])]
        mock_id = add_open_mock(session, learner.id, rounds, NOW)
        score(session, learner.id, mock_id, (3, 3, 3), NOW)
    with database.writing() as session:
        sheet = finish_scoring(session, learner.id, mock_id, 0)
        assert sheet.round.state == "done"
        assert next_round(session, sheet) == 1
        assert next_round(session, load_sheet(session, learner.id, mock_id, 1)) is None
    with database.writing() as session, pytest.raises(Conflict, match="Score this round first"):
        finish_scoring(session, learner.id, mock_id, 1)


def test_scores_stand_once_the_mock_has_ended(database: Database, learner: Learner) -> None:
    mock_id = design_mock(database, learner)
    with database.writing() as session:
        score(session, learner.id, mock_id, (3, 3, 3), NOW)
        session.get_one(Mock, (learner.id, mock_id)).ended_at = NOW
    with database.writing() as session, pytest.raises(Conflict, match="has ended"):
        save_scores(session, learner.id, mock_id, 0, rows(4, 4, 4), LATER)


def test_a_prompt_without_a_rubric_takes_the_kind_s_with_its_pattern(
    sqlite_database: Database,
) -> None:
    learner = add_learner(sqlite_database)
    with sqlite_database.writing() as session:
        card_id = add_prompt(session, learner.id, NOW, kind="coding", pattern="two-pointers")
        mock_id = add_open_mock(session, learner.id, [("coding", [Asked(card_id)])], NOW)
        item = session.get_one(RoundItem, (learner.id, mock_id, 0, 0))
        kind: InterviewKind = interview_kinds()["coding"]
        assert rubric_of(item, kind)[0].revise == ("two-pointers", "complexity")
        assert rubric_of(item, None) == ()


def test_facts_stand_beside_the_scores(sqlite_database: Database) -> None:
    learner = add_learner(sqlite_database)
    with sqlite_database.writing() as session:
        card_id = add_prompt(session, learner.id, NOW)
        given = {
            "follow_ups": [
                {"n": 0, "answered": True},
                {"n": 2, "answered": None},
                {"n": 1, "answered": False},
            ]
        }
        mock_id = add_open_mock(
            session, learner.id, [("system-design", [Asked(card_id, given)])], NOW
        )
        sheet = load_sheet(session, learner.id, mock_id, 0)
    assert [each.question for each in sheet.items[0].missed] == [
        "Anything else?",
        "How would you test it?",
    ]
    times = sheet.stage_times(LATER)
    assert [each.seconds for each in times] == [60] * len(times)
    assert sum(each.planned_seconds for each in times) == sheet.round.minutes * 60
