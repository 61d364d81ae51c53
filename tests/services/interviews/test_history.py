"""Which mocks a learner sees again, what they may throw away, and each dimension over time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from interviewprep.services.interviews.comparing import attempts_at
from interviewprep.services.interviews.history import finished_mocks, kinds_lately
from interviewprep.services.interviews.progress import score_history
from interviewprep.services.interviews.starting import open_mocks
from interviewprep.storage import Database, MockRound, Score

from ..conftest import NOW, add_learner
from .past_mocks import add_mock, card_titled

DAY = timedelta(days=1)
CODING = "Total covered time"
DESIGN = "Rate limiter for a public API"


def test_open_mocks_and_ended_ones_are_listed_apart_newest_first(with_decks: Database) -> None:
    learner, other = add_learner(with_decks), add_learner(with_decks, "bob@example.org")
    with with_decks.writing() as session:
        card = card_titled(session, learner.id, CODING)
        first = add_mock(session, learner.id, [("coding", [card])], NOW - 3 * DAY)
        second = add_mock(session, learner.id, [("coding", [card])], NOW - DAY)
        running = add_mock(session, learner.id, [("coding", [card])], NOW, ended=False)
        add_mock(session, other.id, [("coding", [card])], NOW)
    with with_decks.reading() as session:
        done = finished_mocks(session, learner.id)
        assert [one.id for one in done] == [second, first]
        assert done[0].label == "Coding" and done[0].verdict == "leaning-hire"
        assert [(one.title, one.times) for one in done[0].asked] == [(CODING, 2)]
        assert [one.id for one in open_mocks(session.connection(), learner.id)] == [running]
        newest = finished_mocks(session, learner.id, limit=1)[-1]
        older = finished_mocks(session, learner.id, before=(newest.started_at, newest.id))
        assert [one.id for one in older] == [first]


def test_a_round_that_was_never_held_is_nowhere_in_the_history(with_decks: Database) -> None:
    learner = add_learner(with_decks)
    with with_decks.writing() as session:
        coding = card_titled(session, learner.id, CODING)
        design = card_titled(session, learner.id, DESIGN)
        rounds = [("coding", [coding]), ("system-design", [design])]
        add_mock(session, learner.id, [("system-design", [design])], NOW - DAY)
        loop = add_mock(session, learner.id, rounds, NOW)
        session.get_one(MockRound, (learner.id, loop, 1)).state = "waiting"
    with with_decks.reading() as session:
        newest = finished_mocks(session, learner.id)[0]
        assert [(one.title, one.times) for one in newest.asked] == [(CODING, 1)]
        assert kinds_lately(session.connection(), learner.id) == ["coding", "system-design"]
        assert len(attempts_at(session, learner.id, design)) == 1


def test_the_prompt_of_a_round_that_waits_is_not_named(with_decks: Database) -> None:
    learner = add_learner(with_decks)
    with with_decks.writing() as session:
        coding = card_titled(session, learner.id, CODING)
        design = card_titled(session, learner.id, DESIGN)
        rounds = [("coding", [coding]), ("system-design", [design])]
        loop = add_mock(session, learner.id, rounds, NOW, ended=False)
        assert open_mocks(session.connection(), learner.id)[0].title == CODING
        session.get_one(MockRound, (learner.id, loop, 0)).state = "done"
    with with_decks.reading() as session:
        [one] = open_mocks(session.connection(), learner.id)
        assert (one.position, one.title) == (1, "System design")


def test_each_dimension_is_followed_by_the_last_word_of_the_learner(with_decks: Database) -> None:
    learner = add_learner(with_decks)
    with with_decks.writing() as session:
        coding = card_titled(session, learner.id, CODING)
        design = card_titled(session, learner.id, DESIGN)
        add_mock(
            session,
            learner.id,
            [("coding", [coding])],
            NOW - DAY,
            levels=[1, 2, None, 4],
            revised=[2, None, None, 4],
            interviewer=[4, 4, 4, 4],
        )
        add_mock(
            session,
            learner.id,
            [("coding", [coding]), ("system-design", [design])],
            NOW,
            levels=[3, 3, 3, 3],
        )
        add_mock(session, learner.id, [("coding", [coding])], NOW, levels=[1] * 4, ended=False)
    with with_decks.reading() as session:
        first, second = score_history(session, learner.id)
        assert session.execute(select(func.count()).select_from(Score)).scalar_one() == 24
    assert (first.label, second.label) == ("Coding", "System design")
    assert [one.value for one in first.rounds.scores] == [3.0, 3.0]
    found = {one.dimension: [score.value for score in one.scores] for one in first.dimensions}
    assert found == {
        "Problem solving": [2, 3],
        "Coding": [2, 3],
        "Communication": [4, 3],
        "Testing": [3],
    }
    assert second.dimensions[0].dimension == "Scoping"  # the prompt's own rubric
    assert first.dimensions[0].mean == 2.5


def test_the_kinds_done_lately_are_those_of_ended_rounds(with_decks: Database) -> None:
    learner = add_learner(with_decks)
    with with_decks.writing() as session:
        coding = card_titled(session, learner.id, CODING)
        design = card_titled(session, learner.id, DESIGN)
        add_mock(session, learner.id, [("coding", [coding]), ("system-design", [design])], NOW)
        add_mock(session, learner.id, [("sql", [coding])], NOW, ended=False)
    with with_decks.reading() as session:
        assert kinds_lately(session.connection(), learner.id) == ["system-design", "coding"]
        assert kinds_lately(session.connection(), learner.id, rounds=1) == ["system-design"]
