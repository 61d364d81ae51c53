"""An exercise done on its own: what is kept, what is counted, and the grade at the end."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.core.grades import Grade
from interviewprep.core.prompts import named_tests
from interviewprep.errors import Conflict, Invalid, NotFound
from interviewprep.services.answering import REPEATED, Result
from interviewprep.services.enrolling import enrol
from interviewprep.services.interviews import attempts, practice
from interviewprep.services.interviews.exercises import Exercise, as_attempted, load_exercise
from interviewprep.services.interviews.grading import grade_exercise, take_grade_back
from interviewprep.services.interviews.prompts import list_prompts
from interviewprep.services.learner import Learner
from interviewprep.services.queue import next_cards
from interviewprep.services.rebuilding import rebuild
from interviewprep.services.recording import STALE, STORED, Submission
from interviewprep.services.undoing import undo_newest
from interviewprep.storage import CodeAttempt, Database, Day, DueLoad, Memory, Practice

from ..conftest import NOW, add_deck, add_learner


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def learner(with_decks: Database) -> Learner:
    return add_learner(with_decks)


def card_of(database: Database, learner: Learner, kind: str) -> int:
    with database.reading_core() as connection:
        found = [one.card_id for one in list_prompts(connection, learner.id) if one.kind == kind]
    return found[0]


@pytest.fixture
def card_id(with_decks: Database, learner: Learner) -> int:
    return card_of(with_decks, learner, "coding")


def look(database: Database, learner: Learner, card_id: int) -> Exercise:
    with database.reading() as session:
        return load_exercise(session, learner.id, card_id)


def outcomes(exercise: Exercise, *, failing: int = 0) -> list[dict[str, Any]]:
    """Return what a runner would say of all tests, the last `failing` of them failing."""
    visible = [(test, False) for test in named_tests(exercise.prompt.tests)]
    hidden = [(test, True) for test in named_tests(exercise.prompt.hidden_tests)]
    told = [*visible, *hidden]
    return [
        {
            "name": test.name,
            "label": test.label,
            "passed": place < len(told) - failing,
            "hidden": is_hidden,
            "message": "",
        }
        for place, (test, is_hidden) in enumerate(told)
    ]


def submit(
    database: Database, learner: Learner, card_id: int, after: timedelta, *, failing: int = 0
) -> Exercise:
    with database.writing() as session:
        exercise, attempt = practice.submit(session, learner.id, card_id, "x = 1", NOW + after)
    told = outcomes(exercise, failing=failing)
    with database.writing() as session:
        exercise, _ = practice.take_outcomes(session, learner.id, card_id, attempt.id, told)
    return exercise


def hint(database: Database, learner: Learner, card_id: int, taken: int = 0) -> Exercise:
    with database.writing() as session:
        return practice.take_hint(session, learner.id, card_id, taken, NOW)


def grade(
    database: Database,
    learner: Learner,
    card_id: int,
    given: Grade,
    *,
    version: int = 0,
    answer_id: uuid.UUID | None = None,
) -> Result:
    submission = Submission(answer_id or uuid.uuid4(), card_id, version, given, NOW)
    with database.writing() as session:
        return grade_exercise(session, learner, submission, NOW + minutes(40))


def test_looking_at_an_exercise_begins_nothing(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    seen = look(with_decks, learner, card_id)
    assert seen.practice is None and seen.proposed is None and not seen.is_over
    assert seen.code == seen.prompt.starter and seen.version == 0


def test_code_is_kept_and_two_windows_do_not_overwrite_each_other(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    def save(text: str, version: int) -> practice.Saved:
        with with_decks.writing() as session:
            return practice.save_code(session, learner.id, card_id, text, version, NOW)

    assert save("one", 0) == practice.Saved(True, "one", 1)
    assert save("of another window", 0) == practice.Saved(False, "one", 1)
    assert save("two", 1) == practice.Saved(True, "two", 2)
    seen = look(with_decks, learner, card_id)
    assert (seen.code, seen.version) == ("two", 2)
    assert seen.practice is not None and seen.practice.started_at == NOW


def test_nul_goes_and_too_much_code_is_refused(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    with with_decks.writing() as session:
        saved = practice.save_code(session, learner.id, card_id, "a\x00b", 0, NOW)
    assert saved.text == "ab"
    with with_decks.writing() as session, pytest.raises(Invalid, match="at most 100,000"):
        practice.save_code(session, learner.id, card_id, "x" * 100_001, 1, NOW)
    assert look(with_decks, learner, card_id).code == "ab"


def test_hints_come_one_by_one_and_are_counted_once(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    first = hint(with_decks, learner, card_id, 0)
    assert first.hints_taken == first.prompt.hints[:1]
    behind = hint(with_decks, learner, card_id, 0)  # a second window, or the same click again
    assert behind.hints_taken == first.hints_taken
    for taken in range(1, len(first.prompt.hints)):
        last = hint(with_decks, learner, card_id, taken)
    assert last.hints_taken == last.prompt.hints
    with pytest.raises(Conflict, match="no more hints"):
        hint(with_decks, learner, card_id, len(first.prompt.hints))


def test_the_code_of_every_attempt_is_kept(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    hint(with_decks, learner, card_id)
    with with_decks.writing() as session:
        told = [{"name": "test_a", "label": "A", "passed": True, "duration_ms": 3, "extra": "no"}]
        practice.record_run(session, learner.id, card_id, "first", told, NOW + minutes(1))
        practice.submit(session, learner.id, card_id, "second", NOW + minutes(2))
        practice.give_up(session, learner.id, card_id, "third", NOW + minutes(3))
    with with_decks.reading() as session:
        kept = attempts.list_attempts(session, learner.id, card_id)
    assert [(one.kind, one.code, one.hints, one.duration_ms) for one in kept] == [
        ("give-up", "third", 1, 180_000),
        ("submit", "second", 1, 120_000),
        ("run", "first", 1, 60_000),
    ]
    assert kept[2].outcomes == [
        {"name": "test_a", "label": "A", "passed": True, "hidden": False, "message": ""}
    ]


def test_outcomes_are_cut_to_what_a_page_can_show() -> None:
    kept = attempts.kept_outcomes(
        [{"name": "n" * 999, "label": 3, "passed": "yes", "message": "m\x00" * 9_999}] * 999
    )
    assert len(kept) == attempts.MOST_OUTCOMES
    assert (len(kept[0]["name"]), len(kept[0]["message"])) == (200, 4_000)
    assert kept[0]["label"] == "" and kept[0]["passed"] is False


@pytest.mark.parametrize(
    ("failing", "hints", "after", "submissions", "proposed"),
    [
        (0, 0, minutes(5), 1, Grade.EASY),
        (0, 0, minutes(5), 2, Grade.GOOD),
        (0, 1, minutes(5), 1, Grade.HARD),
        (0, 0, minutes(500), 1, Grade.HARD),
        (1, 0, minutes(5), 2, Grade.AGAIN),
    ],
)
def test_what_happened_proposes_the_grade(
    with_decks: Database,
    learner: Learner,
    card_id: int,
    failing: int,
    hints: int,
    after: timedelta,
    submissions: int,
    proposed: Grade,
) -> None:
    with with_decks.writing() as session:
        practice.save_code(session, learner.id, card_id, "begun", 0, NOW)
    for taken in range(hints):
        hint(with_decks, learner, card_id, taken)
    for _ in range(submissions - 1):
        submit(with_decks, learner, card_id, after, failing=1)
    exercise = submit(with_decks, learner, card_id, after, failing=failing)
    assert exercise.proposed is proposed
    assert exercise.is_over is (failing == 0)


def test_a_pass_needs_every_test_by_name(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    with with_decks.writing() as session:
        exercise, attempt = practice.submit(session, learner.id, card_id, "x", NOW)
        visible_only = [one for one in outcomes(exercise) if not one["hidden"]]
        exercise, _ = practice.take_outcomes(session, learner.id, card_id, attempt.id, visible_only)
    assert not exercise.is_over and exercise.proposed is Grade.AGAIN


def test_a_query_passes_with_its_one_test(with_decks: Database, learner: Learner) -> None:
    card_id = card_of(with_decks, learner, "sql")
    with with_decks.writing() as session:
        exercise, attempt = practice.submit(session, learner.id, card_id, "SELECT 1", NOW)
        told = [{"name": "expected_rows", "label": "", "passed": True, "hidden": False}]
        exercise, _ = practice.take_outcomes(session, learner.id, card_id, attempt.id, told)
    assert exercise.is_over and exercise.proposed is Grade.EASY


def test_outcomes_come_once_and_only_to_a_submission_of_this_exercise(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    with with_decks.writing() as session:
        exercise, attempt = practice.submit(session, learner.id, card_id, "x", NOW)
    for failing in (1, 0):
        with with_decks.writing() as session:
            told = outcomes(exercise, failing=failing)
            exercise, kept = practice.take_outcomes(session, learner.id, card_id, attempt.id, told)
        assert not all(one["passed"] for one in kept.outcomes) and not exercise.is_over
    other = card_of(with_decks, learner, "sql")
    for wrong_card, wrong_id in ((other, attempt.id), (card_id, uuid.uuid4())):
        with with_decks.writing() as session, pytest.raises(NotFound):
            practice.take_outcomes(session, learner.id, wrong_card, wrong_id, [])


def test_who_gave_up_can_no_longer_submit(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    with with_decks.writing() as session:
        exercise, _ = practice.give_up(session, learner.id, card_id, "", NOW)
    assert exercise.is_over and exercise.proposed is Grade.AGAIN
    for act in (practice.submit, practice.give_up):
        with with_decks.writing() as session, pytest.raises(Conflict, match="over"):
            act(session, learner.id, card_id, "", NOW)


def test_a_grade_is_an_ordinary_answer_which_can_be_taken_back(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    hint(with_decks, learner, card_id)
    submit(with_decks, learner, card_id, minutes(3), failing=1)
    before = submit(with_decks, learner, card_id, minutes(7))
    answer_id = uuid.uuid4()
    stored = grade(with_decks, learner, card_id, Grade.HARD, answer_id=answer_id)
    assert (stored.status, stored.version) == (STORED, 1)
    again = grade(with_decks, learner, card_id, Grade.HARD, answer_id=answer_id)
    assert (again.status, again.version) == (REPEATED, 1)
    assert look(with_decks, learner, card_id).practice is None
    with with_decks.reading() as session:
        memory = session.get_one(Memory, (learner.id, card_id))
        assert memory.due_day is not None and memory.due_day > NOW.date()
        day = session.scalars(select(Day)).one()
        assert (day.answers, day.duration_ms) == (1, 0)
    with with_decks.writing() as session:
        undone, exercise = take_grade_back(session, learner, card_id, answer_id, NOW + minutes(41))
    assert undone.status == STORED
    assert before.practice is not None and exercise.practice is not None
    assert as_attempted(exercise.practice) == as_attempted(before.practice)
    assert exercise.proposed is Grade.HARD
    with with_decks.reading() as session:
        assert session.get_one(Memory, (learner.id, card_id)).due_day is None
        assert [load.cards for load in session.scalars(select(DueLoad))] in ([], [0])
    with with_decks.writing_core() as connection:
        assert not rebuild(connection, check_only=True)


def test_a_grade_waits_for_something_to_grade(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    for _ in range(2):
        with pytest.raises(Conflict, match="before you grade"):
            grade(with_decks, learner, card_id, Grade.EASY)
        hint(with_decks, learner, card_id)
    with with_decks.reading() as session:
        assert session.get(Memory, (learner.id, card_id)) is None


def test_a_grade_for_an_older_version_changes_nothing(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    submit(with_decks, learner, card_id, minutes(3))
    assert grade(with_decks, learner, card_id, Grade.GOOD, version=7).status == STALE
    assert look(with_decks, learner, card_id).practice is not None
    with with_decks.reading() as session:
        assert session.get(Memory, (learner.id, card_id)) is None


def test_nobody_takes_back_the_grade_of_another_exercise(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    submit(with_decks, learner, card_id, minutes(3))
    answer_id = uuid.uuid4()
    grade(with_decks, learner, card_id, Grade.GOOD, answer_id=answer_id)
    stranger = add_learner(with_decks, "bob@example.org")
    other = card_of(with_decks, learner, "sql")
    for who, where in ((learner, other), (stranger, card_id)):
        with with_decks.writing() as session, pytest.raises(NotFound):
            take_grade_back(session, who, where, answer_id, NOW + minutes(41))


def test_beginning_again_forgets_all_but_the_attempts(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    hint(with_decks, learner, card_id)
    submit(with_decks, learner, card_id, minutes(3), failing=1)
    with with_decks.writing() as session:
        practice.begin_again(session, learner.id, card_id)
    seen = look(with_decks, learner, card_id)
    assert seen.practice is None and seen.code == seen.prompt.starter and not seen.hints_taken
    with with_decks.reading() as session:
        assert len(attempts.list_attempts(session, learner.id, card_id)) == 1


def test_an_exercise_never_comes_into_a_flashcard_run(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    exercise = submit(with_decks, learner, card_id, minutes(3))
    with with_decks.writing() as session:
        enrol(session, learner.id, exercise.card.deck_id, NOW)
    grade(with_decks, learner, card_id, Grade.AGAIN)
    with with_decks.writing_core() as connection:
        for later in (minutes(41), minutes(55), timedelta(days=3)):
            queue = next_cards(connection, learner, NOW + later)
            assert not queue.cards and not queue.counts.learning and not queue.counts.due
        with pytest.raises(NotFound):  # the review's undo leaves exercises alone
            undo_newest(connection, learner, NOW + minutes(41))


def test_a_design_prompt_and_the_cards_of_others_are_no_exercises(
    with_decks: Database, learner: Learner
) -> None:
    bob = add_learner(with_decks, "bob@example.org")
    _, (of_bob,) = add_deck(with_decks, bob.id, cards=1, name="Bob's")
    design = card_of(with_decks, learner, "design")
    for card_id, reason in ((design, "mock interview"), (of_bob, "no such"), (2**62, "no such")):
        with pytest.raises(NotFound, match=reason):
            look(with_decks, learner, card_id)


def test_what_another_learner_has_in_hand_is_another_thing(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    submit(with_decks, learner, card_id, minutes(3))
    bob = add_learner(with_decks, "bob@example.org")
    assert look(with_decks, bob, card_id).practice is None
    with with_decks.reading() as session:
        assert not attempts.list_attempts(session, bob.id, card_id)
        assert session.scalars(select(Practice.user_id)).all() == [learner.id]
        assert session.scalars(select(CodeAttempt.user_id)).all() == [learner.id]


def test_a_window_left_open_after_the_grade_begins_nothing(
    with_decks: Database, learner: Learner, card_id: int
) -> None:
    with with_decks.writing() as session:
        saved = practice.save_code(session, learner.id, card_id, "late", 5, NOW)
    assert not saved.is_taken and saved.version == 0
    assert look(with_decks, learner, card_id).practice is None
