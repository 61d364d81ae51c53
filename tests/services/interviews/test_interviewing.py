"""What the friend in the interviewer's seat sees, gives and scores."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from interviewprep.errors import Conflict, InterviewPrepError, Invalid, NotFound
from interviewprep.services.interviews import interviewing as doing
from interviewprep.services.interviews.links import Seat
from interviewprep.services.interviews.running import finish_round, pause
from interviewprep.services.interviews.sheets import Given, load_sheet
from interviewprep.services.interviews.texts import save_text
from interviewprep.services.interviews.watching import (
    Interview,
    current_round,
    load_interview,
    mark_of,
)
from interviewprep.services.learner import Learner
from interviewprep.storage import Database, RoundItem, Score

from ..conftest import NOW, add_learner
from .seats import seated, started, version

LATER = NOW + timedelta(minutes=1)
Act = Callable[[Session, Seat], None]


@pytest.fixture
def alice(with_decks: Database) -> Learner:
    return add_learner(with_decks)


def do(database: Database, act: Callable[[Session], Any]) -> Any:
    with database.writing() as session:
        return act(session)


def seen(database: Database, seat: Seat, position: int = 0) -> Interview:
    with database.reading() as session:
        return load_interview(session, seat, position, LATER)


def item_of(database: Database, mock_id: uuid.UUID) -> RoundItem:
    with database.reading() as session:
        return session.scalars(
            select(RoundItem).where(RoundItem.mock_id == mock_id).order_by(RoundItem.position)
        ).first()  # type: ignore[return-value]


@pytest.fixture
def design(with_decks: Database, alice: Learner) -> Seat:
    return seated(with_decks, alice, started(with_decks, alice, "system-design"))


def test_the_interviewer_sees_all_of_the_prompt_and_the_clock(
    with_decks: Database, design: Seat
) -> None:
    found = seen(with_decks, design)
    (item,) = found.items
    assert item.prompt.facts and item.prompt.hints is not None and item.prompt.outline
    assert [one.rubric.weight for one in item.rows] and item.change is not None
    assert all(one.shown is None for one in item.follow_ups)
    assert item.change not in [one.follow_up for one in item.follow_ups]
    assert (found.clock.stage, found.clock.stage_s, found.clock.runs) == (0, 60, True)
    assert (found.current, len(found.places), found.may_give) == (0, 1, True)


def test_the_interviewer_watches_code_and_diagram_and_never_notes(
    with_decks: Database, alice: Learner, design: Seat
) -> None:
    for name in ("notes", "code", "diagram"):
        text = f"what stands in the {name}"
        with with_decks.writing() as db:
            save_text(db, alice, design.mock_id, 0, name, text, 0, LATER)
    found = seen(with_decks, design)
    assert found.items[0].code == "what stands in the code"
    assert found.items[0].diagram == "what stands in the diagram"
    assert "in the notes" not in repr(found)


def test_what_is_given_is_the_candidates_and_giving_it_again_changes_nothing(
    with_decks: Database, alice: Learner, design: Seat
) -> None:
    acts: list[Act] = [
        lambda db, seat: doing.give_fact(db, seat, 0, 0, 2),
        lambda db, seat: doing.give_fact(db, seat, 0, 0, 0),
        lambda db, seat: doing.ask_follow_up(db, seat, 0, 0, 2),
        lambda db, seat: doing.ask_follow_up(db, seat, 0, 0, 1),
        lambda db, seat: doing.inject_change(db, seat, 0, 0, LATER),
        lambda db, seat: doing.mark_answered(db, seat, 0, 0, 1, answered=True),
    ]
    for act in acts:
        before = version(with_decks, alice, design.mock_id)
        for _ in range(2):
            with with_decks.writing() as db:
                act(db, design)
        assert version(with_decks, alice, design.mock_id) == before + 1
    item = item_of(with_decks, design.mock_id)
    assert item.facts == [2, 0]
    assert item.follow_ups == [{"n": 2, "answered": None}, {"n": 1, "answered": True}]
    assert item.change_shown_at == LATER
    shown = {
        one.n: (one.shown, one.answered) for one in seen(with_decks, design).items[0].follow_ups
    }
    assert (shown[1], shown[2]) == ((1, True), (0, None))


def test_hints_come_one_at_a_time_weakest_first(with_decks: Database, alice: Learner) -> None:
    seat = seated(with_decks, alice, started(with_decks, alice, "coding"))
    with pytest.raises(Conflict, match="one at a time"):
        do(with_decks, lambda db: doing.give_hint(db, seat, 0, 0, 1))
    for n in (0, 0, 1):
        with with_decks.writing() as db:
            doing.give_hint(db, seat, 0, 0, n)
    assert item_of(with_decks, seat.mock_id).hints == 2


def test_as_on_the_day_the_interviewer_gives_no_hint_and_still_answers(
    with_decks: Database, alice: Learner
) -> None:
    seat = seated(with_decks, alice, started(with_decks, alice, "coding", is_bare=True))
    with pytest.raises(Conflict, match="no hints"):
        do(with_decks, lambda db: doing.give_hint(db, seat, 0, 0, 0))
    do(with_decks, lambda db: doing.ask_follow_up(db, seat, 0, 0, 0))
    assert item_of(with_decks, seat.mock_id).follow_ups


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda db, seat: doing.give_fact(db, seat, 0, 0, 99), NotFound),
        (lambda db, seat: doing.give_fact(db, seat, 0, 0, -1), NotFound),
        (lambda db, seat: doing.give_fact(db, seat, 0, 7, 0), NotFound),
        (lambda db, seat: doing.give_fact(db, seat, 9, 0, 0), NotFound),
        (lambda db, seat: doing.give_hint(db, seat, 0, 0, 99), Conflict),
        (lambda db, seat: doing.ask_follow_up(db, seat, 0, 0, 0), NotFound),
        (lambda db, seat: doing.ask_follow_up(db, seat, 0, 0, 99), NotFound),
        (lambda db, seat: doing.mark_answered(db, seat, 0, 0, 0, answered=True), Conflict),
        (lambda db, seat: score(db, seat, 99, Given(3, "")), NotFound),
        (lambda db, seat: score(db, seat, 0, Given(5, "")), Invalid),
        (lambda db, seat: score(db, seat, 0, Given(0, "")), Invalid),
        (lambda db, seat: score(db, seat, 0, Given(1, "word " * 600)), Invalid),
        (lambda db, seat: score(db, seat, 0, Given(1, ""), item=3), NotFound),
        (lambda db, seat: score(db, seat, 0, Given(1, ""), position=3), NotFound),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_changes(
    with_decks: Database,
    alice: Learner,
    design: Seat,
    act: Act,
    error: type[InterviewPrepError],
) -> None:
    before = version(with_decks, alice, design.mock_id)
    with pytest.raises(error):
        do(with_decks, lambda db: act(db, design))
    assert version(with_decks, alice, design.mock_id) == before


def score(
    db: Session, seat: Seat, row: int, given: Given, item: int = 0, position: int = 0
) -> None:
    doing.save_interviewer_scores(db, seat, position, item, {row: given}, LATER)


def test_the_interviewers_scores_stand_beside_the_candidates(
    with_decks: Database, alice: Learner, design: Seat
) -> None:
    do(with_decks, lambda db: score(db, design, 0, Given(3, "")))
    do(with_decks, lambda db: score(db, design, 0, Given(2, "  Drew\n first. ")))
    do(with_decks, lambda db: score(db, design, 1, Given(None, "Not sure yet.")))
    do(with_decks, lambda db: score(db, design, 2, Given(4, "All of it.")))
    do(with_decks, lambda db: score(db, design, 2, Given(None, " ")))
    with with_decks.reading() as db:
        rows = load_sheet(db, alice.id, design.mock_id, 0).items[0].rows
        scorers = set(db.scalars(select(Score.scorer)))
    assert [row.interviewer for row in rows[:3]] == [
        Given(2, "Drew first."),
        Given(None, "Not sure yet."),
        None,
    ]
    assert all(row.own is None for row in rows)
    assert scorers == {"interviewer"}


def test_nothing_is_given_once_the_clock_stands_still_but_scoring_goes_on(
    with_decks: Database, alice: Learner, design: Seat
) -> None:
    do(with_decks, lambda db: pause(db, alice, design.mock_id, 0, LATER))
    with pytest.raises(Conflict, match="paused"):
        do(with_decks, lambda db: doing.give_fact(db, design, 0, 0, 0))
    do(with_decks, lambda db: finish_round(db, alice, design.mock_id, 0, LATER))
    with pytest.raises(Conflict):
        do(with_decks, lambda db: doing.ask_follow_up(db, design, 0, 0, 1))
    do(with_decks, lambda db: score(db, design, 0, Given(4, "Well done.")))
    found = seen(with_decks, design)
    assert (found.may_give, found.clock.runs) == (False, False)
    assert found.items[0].rows[0].interviewer == Given(4, "Well done.")


def test_the_mark_moves_with_what_the_interviewer_sees(
    with_decks: Database, alice: Learner, design: Seat
) -> None:
    def mark() -> str:
        with with_decks.reading() as session:
            return mark_of(session, design, 0)

    marks = [mark(), mark()]
    do(
        with_decks,
        lambda db: save_text(db, alice, design.mock_id, 0, "diagram", "a --> b", 0, LATER),
    )
    marks.append(mark())
    do(with_decks, lambda db: doing.give_fact(db, design, 0, 0, 0))
    marks.append(mark())
    assert marks[0] == marks[1] and len(set(marks)) == 3


def test_in_a_loop_the_interviewer_is_led_to_the_round_in_hand(
    with_decks: Database, alice: Learner
) -> None:
    seat = seated(with_decks, alice, started(with_decks, alice, "loop"))
    with with_decks.reading() as session:
        assert current_round(session, seat) == 0
    do(with_decks, lambda db: finish_round(db, alice, seat.mock_id, 0, LATER))
    with with_decks.reading() as session:
        assert current_round(session, seat) == 1
    with pytest.raises(Conflict, match="has not begun"):
        do(with_decks, lambda db: score(db, seat, 0, Given(4, ""), position=1))
