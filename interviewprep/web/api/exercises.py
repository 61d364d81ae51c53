"""Practising an exercise over HTTP: what its page does while the learner works."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from ...core.compact import compact_json
from ...core.grades import Grade
from ...services.interviews import attempts, grading, practice
from ...services.interviews.exercises import Exercise, load_exercise
from ...services.learner import Learner, learner_of
from ...services.queue import card_again
from ...services.recording import Submission
from ...services.rendered import keep_renderings
from ...storage import CodeAttempt
from ..cards_json import instant
from ..exercise_json import attempt_json, exercise_json, state_json
from ..login import person
from ..transactions import now, reading, writing
from .endpoints import endpoint
from .exercise_models import (
    AttemptedOut,
    CodeIn,
    ConflictOut,
    ExercisePageOut,
    GradeBackIn,
    GradedOut,
    GradeIn,
    HintIn,
    NothingIn,
    OutcomesIn,
    RunIn,
    SavedOut,
    StandingOut,
    SubmissionIn,
    SubmittedOut,
)

ATTEMPTS_SHOWN = 20
CONFLICT = 409


@endpoint("GET", "/exercises/<int:card_id>", answers={200: ExercisePageOut})
def show_exercise(card_id: int) -> dict[str, Any]:
    """Return an exercise, how the learner stands with it, and the last attempts."""
    with reading() as session:
        return page_json(session, learner_of(person.account), card_id, now())


@endpoint(
    "PUT",
    "/exercises/<int:card_id>/code",
    body=CodeIn,
    answers={200: SavedOut, CONFLICT: ConflictOut},
)
def save_exercise_code(card_id: int, body: CodeIn) -> dict[str, Any] | Response:
    """Keep the code, unless another window wrote since the version that is named."""
    with writing() as session:
        saved = practice.save_code(session, person.id, card_id, body.text, body.version, now())
    if saved.is_taken:
        return {"version": saved.version}
    conflict = compact_json({"text": saved.text, "version": saved.version})
    return Response(conflict, status=CONFLICT, mimetype="application/json")


@endpoint("POST", "/exercises/<int:card_id>/hint", body=HintIn, answers={200: StandingOut})
def take_exercise_hint(card_id: int, body: HintIn) -> dict[str, Any]:
    """Give the next hint, which counts; a page that is behind gets those taken already."""
    with writing() as session:
        exercise = practice.take_hint(session, person.id, card_id, body.taken, now())
        return _standing(session, exercise)


@endpoint("POST", "/exercises/<int:card_id>/attempts", body=RunIn, answers={200: AttemptedOut})
def keep_exercise_run(card_id: int, body: RunIn) -> dict[str, Any]:
    """Keep a run of the visible tests with its code."""
    told = [one.model_dump() for one in body.outcomes]
    with writing() as session:
        exercise, attempt = practice.record_run(session, person.id, card_id, body.code, told, now())
        return _attempted(session, exercise, attempt)


@endpoint("POST", "/exercises/<int:card_id>/submit", body=SubmissionIn, answers={200: SubmittedOut})
def submit_exercise(card_id: int, body: SubmissionIn) -> dict[str, Any]:
    """Keep a submission, and hand over the hidden tests for the runner."""
    with writing() as session:
        exercise, attempt = practice.submit(session, person.id, card_id, body.code, now())
        return {
            **_attempted(session, exercise, attempt),
            "hidden_tests": exercise.prompt.hidden_tests,
        }


@endpoint("POST", "/exercises/<int:card_id>/outcomes", body=OutcomesIn, answers={200: AttemptedOut})
def keep_exercise_outcomes(card_id: int, body: OutcomesIn) -> dict[str, Any]:
    """Put what the tests said to a submission, once."""
    told = [one.model_dump() for one in body.outcomes]
    with writing() as session:
        exercise, attempt = practice.take_outcomes(session, person.id, card_id, body.attempt, told)
        return _attempted(session, exercise, attempt)


@endpoint(
    "POST", "/exercises/<int:card_id>/give-up", body=SubmissionIn, answers={200: AttemptedOut}
)
def give_up_exercise(card_id: int, body: SubmissionIn) -> dict[str, Any]:
    """End the exercise without passing, and show its solutions."""
    with writing() as session:
        exercise, attempt = practice.give_up(session, person.id, card_id, body.code, now())
        return _attempted(session, exercise, attempt)


@endpoint(
    "POST", "/exercises/<int:card_id>/begin-again", body=NothingIn, answers={200: StandingOut}
)
def begin_exercise_again(card_id: int, body: NothingIn) -> dict[str, Any]:
    """Forget code, clock and hints of the exercise in hand; its attempts stay."""
    with writing() as session:
        return _standing(session, practice.begin_again(session, person.id, card_id))


@endpoint("POST", "/exercises/<int:card_id>/grade", body=GradeIn, answers={200: GradedOut})
def grade_exercise(card_id: int, body: GradeIn) -> dict[str, Any]:
    """Store the learner's grade, once, as an answer to the exercise's card."""
    learner, moment = learner_of(person.account), now()
    submission = Submission(
        id=body.id,
        card_id=card_id,
        version=body.version,
        grade=Grade.from_name(body.grade),
        answered_at=moment,
        promised_due_day=body.promised_due_day,
    )
    with writing() as session:
        result = grading.grade_exercise(session, learner, submission, moment)
        exercise = load_exercise(session, learner.id, card_id)
        return _graded(session, exercise, result)


@endpoint("POST", "/exercises/<int:card_id>/undo", body=GradeBackIn, answers={200: GradedOut})
def take_exercise_grade_back(card_id: int, body: GradeBackIn) -> dict[str, Any]:
    """Take a grade of today back, and put the exercise in hand again as it was."""
    learner, moment = learner_of(person.account), now()
    with writing() as session:
        undone, exercise = grading.take_grade_back(session, learner, card_id, body.id, moment)
        return _graded(session, exercise, undone)


def page_json(session: Session, learner: Learner, card_id: int, moment: datetime) -> dict[str, Any]:
    """Return all that the page of an exercise begins with; nothing is written."""
    exercise = load_exercise(session, learner.id, card_id)
    tried = attempts.list_attempts(session, learner.id, card_id, limit=ATTEMPTS_SHOWN)
    queued = None
    if exercise.may_be_graded:
        queued, _ = card_again(session.connection(), learner, moment, card_id)
    return {
        "exercise": exercise_json(exercise),
        "state": state_json(exercise, queued, moment),
        "attempts": [attempt_json(one) for one in tried],
    }


def _standing(session: Session, exercise: Exercise) -> dict[str, Any]:
    queued = None
    if exercise.may_be_graded:
        connection, learner = session.connection(), learner_of(person.account)
        queued, fresh = card_again(connection, learner, now(), exercise.card.card_id)
        keep_renderings(connection, fresh)
    return {"state": state_json(exercise, queued, now())}


def _attempted(session: Session, exercise: Exercise, attempt: CodeAttempt) -> dict[str, Any]:
    return {**_standing(session, exercise), "attempt": attempt_json(attempt)}


def _graded(session: Session, exercise: Exercise, became: Any) -> dict[str, Any]:
    answer_id: uuid.UUID = became.id
    return {
        "id": str(answer_id),
        "status": became.status,
        "version": became.version,
        "due_at": instant(became.due_at),
        "reason": became.reason,
        **_standing(session, exercise),
    }
