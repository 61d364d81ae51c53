"""A round from its beginning to its end, as it is stored; and two requests at the same moment."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from interviewprep.errors import Conflict, Invalid, NotFound
from interviewprep.services.interviews import giving, running, submitting
from interviewprep.services.interviews.finishing import finish_mock
from interviewprep.services.interviews.rounds import (
    follow_ups_of,
    load_round,
    prompt_of,
    shown_follow_ups,
)
from interviewprep.services.interviews.scoring import save_scores
from interviewprep.services.interviews.sheets import Given, load_sheet
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.interviews.states import round_state
from interviewprep.services.interviews.texts import save_text
from interviewprep.services.learner import Learner
from interviewprep.services.stories import StoryText, write_story
from interviewprep.storage import CodeAttempt, Database, Mock, MockRound, RoundItem, RoundText

from ..conftest import NOW, add_learner

Here = tuple[Session, Learner, uuid.UUID, int]


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


class Sitting:
    """A mock of one learner in the database."""

    def __init__(self, database: Database, learner: Learner, choice: Choice) -> None:
        self.database = database
        self.learner = learner
        with database.writing() as session:
            self.mock_id = start_mock(session, learner, choice, NOW).id

    def do(self, verb: Callable[..., Any], *what: Any, position: int = 0, **how: Any) -> Any:
        with self.database.writing() as session:
            return verb(session, self.learner, self.mock_id, position, *what, **how)

    def state(self, at: datetime = NOW, position: int = 0) -> dict[str, Any]:
        with self.database.reading() as session:
            return round_state(session, self.learner, self.mock_id, position, at)

    def round(self, position: int = 0) -> MockRound:
        with self.database.reading() as session:
            return session.get_one(MockRound, (self.learner.id, self.mock_id, position))

    def item(self) -> RoundItem:
        with self.database.reading() as session:
            return session.get_one(RoundItem, (self.learner.id, self.mock_id, 0, 0))

    def version(self) -> int:
        with self.database.reading() as session:
            return session.get_one(Mock, (self.learner.id, self.mock_id)).version


@pytest.fixture
def alice(with_decks: Database) -> Learner:
    return add_learner(with_decks)


@pytest.fixture
def coding(with_decks: Database, alice: Learner) -> Sitting:
    return Sitting(with_decks, alice, Choice("coding"))


@pytest.fixture
def design(with_decks: Database, alice: Learner) -> Sitting:
    return Sitting(with_decks, alice, Choice("system-design"))


def test_the_clock_goes_on_over_a_crash_and_stands_in_a_pause(coding: Sitting) -> None:
    coding.do(running.go_to_stage, after(3), 1)
    coding.do(running.pause, after(8))
    coding.do(running.pause, after(9))
    coding.do(running.resume, after(20))
    state = coding.state(after(21))["round"]
    assert state["stage_elapsed_s"][:3] == [180, 360, 0]
    assert state["elapsed_s"] == 540
    assert state["running_since"] == "2026-05-04T10:20:00Z"
    coding.do(running.finish_round, after(80))
    ended = coding.round()
    assert (ended.state, ended.ended_at) == ("scoring", after(80))
    assert coding.state(after(200))["round"]["elapsed_s"] == 9 * 60 + 59 * 60


def test_every_change_raises_the_version_and_nothing_else_does(coding: Sitting) -> None:
    changes: list[tuple[Callable[..., Any], tuple[Any, ...], int]] = [
        (running.go_to_stage, (after(1), 0), 0),
        (running.go_to_stage, (after(1), 2), 1),
        (running.resume, (after(1),), 0),
        (giving.next_hint, (0,), 1),
        (submitting.keep_run, (after(2), 0, "x", []), 1),
        (submitting.submit, (after(3), 0, "x"), 1),
        (submitting.submit, (after(3), 0, "x"), 0),
        (submitting.keep_outcomes, (0, []), 1),
        (running.finish_round, (after(4),), 1),
        (running.finish_round, (after(4),), 0),
    ]
    for verb, what, steps in changes:
        before = coding.version()
        coding.do(verb, *what)
        assert coding.version() - before == steps, verb.__name__


def test_hints_come_weakest_first_until_there_are_none(coding: Sitting) -> None:
    hints = prompt_of(coding.item()).hints
    for count in range(1, len(hints) + 1):
        coding.do(giving.next_hint, 0)
        taken = coding.state()["items"][0]["hints"]
        assert (len(taken["taken"]), taken["left"]) == (count, len(hints) - count)
    with pytest.raises(Conflict, match="no further hint"):
        coding.do(giving.next_hint, 0)
    assert coding.item().hints == len(hints)


def test_the_change_comes_when_half_of_the_time_is_over_and_is_no_follow_up(
    design: Sitting,
) -> None:
    with pytest.raises(Conflict, match="not yet"):
        design.do(giving.reveal_change, after(22), 0)
    assert not design.state(after(22))["items"][0]["change_due"]
    assert design.state(after(23))["items"][0]["change_due"]
    design.do(giving.reveal_change, after(23), 0)
    assert design.item().change_shown_at == after(23)
    with design.database.reading() as session:
        held = load_round(session, design.learner.id, design.mock_id, 0)
        every = follow_ups_of(held.kind, prompt_of(held.items[0]))
    for _ in every:
        design.do(giving.next_follow_up, 0)
    design.do(giving.mark_follow_up, 0, 0, True)
    shown = shown_follow_ups(design.item())
    assert [one for one, _ in shown] == list(prompt_of(design.item()).follow_ups[1:])
    assert [answered for _, answered in shown] == [True, *[None] * (len(every) - 1)]


def test_an_interviewer_gives_facts_and_the_change_when_they_like(design: Sitting) -> None:
    design.do(giving.give_fact, 0, 3)
    design.do(giving.give_fact, 0, 3)
    design.do(giving.reveal_change, after(1), 0, at_once=True)
    facts = design.state()["items"][0]["facts"]
    asked = prompt_of(design.item()).facts[3].asked
    assert [(one["row"], one["asked"]) for one in facts] == [(3, asked)]
    assert design.state()["items"][0]["change"]
    with pytest.raises(NotFound, match="no such fact"):
        design.do(giving.give_fact, 0, 99)


def test_code_is_kept_per_attempt_with_our_names_of_the_tests(coding: Sitting) -> None:
    visible, hidden = submitting.tests_of(prompt_of(coding.item()))
    told = [{"name": visible[0].name, "passed": True, "label": "another", "message": "m\x00n"}]
    coding.do(submitting.keep_run, after(1), 0, "first", told)
    coding.do(save_text, "code", "second", 0, after(2))
    with pytest.raises(NotFound, match="no test called"):
        coding.do(submitting.keep_run, after(2), 0, "x", [{"name": "test_x", "passed": True}])
    coding.do(submitting.submit, after(3), 0, "second")
    coding.do(
        submitting.keep_outcomes,
        0,
        [{"name": one.name, "passed": True, "hidden": True} for one in hidden],
    )
    with coding.database.reading() as session:
        attempts = session.scalars(select(CodeAttempt).order_by(CodeAttempt.at)).all()
    assert [(one.kind, one.code, one.mock_id) for one in attempts] == [
        ("run", "first", coding.mock_id),
        ("submit", "second", coding.mock_id),
    ]
    assert attempts[0].outcomes == [
        {
            "name": visible[0].name,
            "label": visible[0].label,
            "passed": True,
            "hidden": False,
            "message": "mn",
        }
    ]
    kept = [(one["name"], one["passed"], one["hidden"]) for one in coding.item().outcomes]
    assert kept == [
        *((one.name, False, False) for one in visible),
        *((one.name, True, True) for one in hidden),
    ]
    assert attempts[1].outcomes == coding.item().outcomes


def test_tests_that_end_after_the_round_still_count(coding: Sitting) -> None:
    coding.do(submitting.submit, after(1), 0, "mine")
    coding.do(running.pause, after(2))
    coding.do(submitting.keep_outcomes, 0, [])
    coding.do(running.finish_round, after(3))
    with coding.database.writing() as session:
        item = load_sheet(session, coding.learner.id, coding.mock_id, 0).items[0]
        item.item.outcomes = []
        assert item.tests_said == "submitted, tests not run"
    coding.do(submitting.keep_outcomes, 0, [])
    assert {one["message"] for one in coding.item().outcomes} == {submitting.NOT_RUN}
    with pytest.raises(Conflict):
        coding.do(submitting.submit, after(4), 0, "late")


def test_giving_up_keeps_what_was_written(coding: Sitting) -> None:
    coding.do(save_text, "code", "half of it", 0, after(1))
    coding.do(submitting.give_up, after(2), 0)
    coding.do(submitting.give_up, after(3), 0)
    with coding.database.reading() as session:
        [attempt] = session.scalars(select(CodeAttempt)).all()
    assert (attempt.kind, attempt.code) == ("give-up", "half of it")
    with pytest.raises(Conflict, match="given up"):
        coding.do(submitting.submit, after(4), 0, "late")


def test_an_own_story_is_chosen_and_nobody_elses(with_decks: Database, alice: Learner) -> None:
    sitting = Sitting(with_decks, alice, Choice("behavioral"))
    bob = add_learner(with_decks, "bob@example.org")
    wanted = prompt_of(sitting.item()).competency
    with with_decks.writing() as session:
        theirs = write_story(session, bob.id, StoryText(title="Theirs"), NOW)
        other = write_story(session, alice.id, StoryText(title="A"), NOW)
        text = StoryText(title="B", competencies=(wanted,))
        mine = write_story(session, alice.id, text, NOW)
    with pytest.raises(NotFound):
        sitting.do(giving.choose_story, 0, theirs)
    sitting.do(giving.choose_story, 0, mine)
    item = sitting.state()["items"][0]
    assert item["story_id"] == str(mine)
    assert (item["stories"][0]["id"], item["stories"][0]["fits"]) == (str(mine), True)
    assert str(other) in {one["id"] for one in item["stories"]}
    sitting.do(giving.choose_story, 0, None)
    assert sitting.item().story_id is None


def test_a_break_lies_between_the_rounds_of_a_loop(with_decks: Database, alice: Learner) -> None:
    loop = Sitting(with_decks, alice, Choice("loop", rounds=(("sql", 30), ("coding", 45))))
    with pytest.raises(Conflict, match="before this one"):
        loop.do(running.begin_round, after(1), position=1)
    loop.do(running.finish_round, after(30))
    assert loop.state(after(31), position=1)["round"]["break_until"] == "2026-05-04T10:40:00Z"
    loop.do(running.begin_round, after(35), position=1)
    loop.do(running.begin_round, after(36), position=1)
    second = loop.round(1)
    assert (second.state, second.started_at) == ("running", after(35))
    with pytest.raises(Conflict, match="has begun before"):
        loop.do(running.begin_round, after(37), position=0)


def test_a_round_that_waits_names_no_stage_of_its_prompt(
    with_decks: Database, alice: Learner
) -> None:
    loop = Sitting(with_decks, alice, Choice("loop", rounds=(("sql", 30), ("system-design", 45))))
    planned = {"key": "planned-0", "label": "The hot key", "says": "Now the hot key."}
    with with_decks.writing() as session:
        held = session.get_one(MockRound, (alice.id, loop.mock_id, 1))
        held.stages = [{**stage, **planned} for stage in held.stages[:1]]
    assert "hot key" not in repr(loop.state(after(1), position=1))
    loop.do(running.finish_round, after(2))
    loop.do(running.begin_round, after(3), position=1)
    assert "The hot key" in repr(loop.state(after(4), position=1))


def test_a_round_that_was_never_held_stays_so_once_the_mock_has_ended(
    with_decks: Database, alice: Learner
) -> None:
    with with_decks.writing() as session:
        rounds = (("coding", 30), ("concepts", 30))
        mock = start_mock(session, alice, Choice("loop", rounds=rounds), NOW)
        running.finish_round(session, alice, mock.id, 0, NOW)
        places = load_sheet(session, alice.id, mock.id, 0).places
        save_scores(session, alice.id, mock.id, 0, dict.fromkeys(places, Given(3, "Said.")), NOW)
        finish_mock(session, alice, mock.id, NOW)
        with pytest.raises(Conflict, match="ended"):
            running.begin_round(session, alice, mock.id, 1, NOW)
        with pytest.raises(Conflict, match="ended"):
            save_text(session, alice, mock.id, 0, "notes", "late", 0, NOW)
        assert session.get_one(MockRound, (alice.id, mock.id, 1)).state == "waiting"


def test_an_unfinished_mock_can_be_thrown_away_with_all_it_held(coding: Sitting) -> None:
    coding.do(save_text, "notes", "a thought", 0, after(1))
    coding.do(submitting.keep_run, after(1), 0, "x = 1", [])
    bob = add_learner(coding.database, "bob@example.org")
    with pytest.raises(NotFound), coding.database.writing() as session:
        running.discard_mock(session, bob, coding.mock_id)
    with coding.database.writing() as session:
        running.discard_mock(session, coding.learner, coding.mock_id)
    with coding.database.reading() as session:
        for table in (Mock, MockRound, RoundItem, RoundText):
            assert session.scalars(select(table)).all() == []
        assert len(session.scalars(select(CodeAttempt)).all()) == 1


def test_a_finished_mock_is_not_thrown_away(coding: Sitting) -> None:
    with coding.database.writing() as session:
        session.get_one(Mock, (coding.learner.id, coding.mock_id)).ended_at = NOW
    with pytest.raises(Conflict, match="history"), coding.database.writing() as session:
        running.discard_mock(session, coding.learner, coding.mock_id)


def test_a_question_without_a_grade_we_know_is_refused(
    with_decks: Database, alice: Learner
) -> None:
    ladder = Sitting(with_decks, alice, Choice("concepts"))
    with pytest.raises(Invalid, match="again, hard, good or easy"):
        ladder.do(giving.answer_question, 0, 0, "superb")
    with pytest.raises(Conflict, match="no code"):
        ladder.do(submitting.submit, after(1), 0, "x")


def at_the_same_moment(*acts: Callable[[], object]) -> list[object]:
    """Run these in threads that start together; return what came of each, errors included."""
    ready = threading.Barrier(len(acts))
    found: list[object] = [None] * len(acts)

    def run(place: int) -> None:
        ready.wait()
        try:
            found[place] = acts[place]()
        except (Conflict, Invalid) as error:
            found[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_devices_take_two_hints_and_none_is_lost(coding: Sitting) -> None:
    hints = len(prompt_of(coding.item()).hints)
    before = coding.version()
    found = at_the_same_moment(*[lambda: coding.do(giving.next_hint, 0)] * (hints + 2))
    assert sum(isinstance(one, Conflict) for one in found) == 2
    assert (coding.item().hints, coding.version() - before) == (hints, hints)


def test_of_two_submissions_at_once_one_counts(coding: Sitting) -> None:
    acts = [
        lambda code=code: coding.do(submitting.submit, after(1), 0, code) for code in ("a", "b")
    ]
    found = at_the_same_moment(*acts)
    assert len({one.code for one in found if isinstance(one, submitting.Submitted)}) == 1
    with coding.database.reading() as session:
        assert len(session.scalars(select(CodeAttempt)).all()) == 1
