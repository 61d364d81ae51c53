"""An exercise done on its own: code, hints, submissions, and the grade at the end.

What is in hand is one row of `practice` for each exercise, which begins with the first thing the
learner does and goes when the exercise is graded. Every change locks the learner first, so that two
windows take turns. Nothing here is committed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ...core.prompts import Prompt, named_tests
from ...errors import Conflict, NotFound
from ...storage import CodeAttempt, Practice, RoundItem
from ..locking import lock_user
from . import attempts
from .exercises import Exercise, load_exercise

BEING_ASKED = (
    "A mock interview of yours asks this exercise, so nothing of it is given away here. Submit it"
    " there, or discard that mock on the page “Mocks”."
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What is stored after a save. `is_taken` is false where another window wrote in between: then
    `text` is what it wrote, and nothing was changed."""

    is_taken: bool
    text: str
    version: int


def save_code(
    session: Session, user_id: int, card_id: int, text: str, version: int, now: datetime
) -> Saved:
    """Keep what is in the editor. `version` is that of the text it was written over."""
    lock_user(session.connection(), user_id)
    exercise = load_exercise(session, user_id, card_id)
    if version != exercise.version:
        return Saved(False, exercise.code, exercise.version)
    exercise = _in_hand(session, user_id, card_id, now)
    assert exercise.practice is not None
    exercise.practice.code = attempts.checked_code(text)
    exercise.practice.version += 1
    session.flush()
    return Saved(True, exercise.practice.code, exercise.practice.version)


def take_hint(session: Session, user_id: int, card_id: int, taken: int, now: datetime) -> Exercise:
    """Give the next hint to a page that shows `taken` of them; one that is behind gets no more.

    :raise Conflict: where there is none left, or while a mock asks this exercise.
    """
    exercise = _in_hand(session, user_id, card_id, now)
    assert exercise.practice is not None
    if taken >= len(exercise.prompt.hints):
        raise Conflict("There are no more hints for this exercise.")
    if taken == exercise.practice.hints and not exercise.is_over:
        _must_not_be_asked(exercise)
        exercise.practice.hints += 1
        session.flush()
    return exercise


def record_run(
    session: Session,
    user_id: int,
    card_id: int,
    code: str,
    outcomes: Sequence[Mapping[str, Any]],
    now: datetime,
) -> tuple[Exercise, CodeAttempt]:
    """Keep a run of the visible tests."""
    exercise = _in_hand(session, user_id, card_id, now)
    return exercise, _record(session, user_id, exercise, attempts.RUN, code, outcomes, now)


def submit(
    session: Session, user_id: int, card_id: int, code: str, now: datetime
) -> tuple[Exercise, CodeAttempt]:
    """Keep a submission; its outcomes follow with `take_outcomes`.

    :raise Conflict: once every test has passed, or the learner gave up, or while a mock asks it.
    """
    exercise = _in_hand(session, user_id, card_id, now)
    assert exercise.practice is not None
    _must_be_open(exercise)
    exercise.practice.submissions += 1
    return exercise, _record(session, user_id, exercise, attempts.SUBMIT, code, [], now)


def take_outcomes(
    session: Session,
    user_id: int,
    card_id: int,
    attempt_id: uuid.UUID,
    outcomes: Sequence[Mapping[str, Any]],
) -> tuple[Exercise, CodeAttempt]:
    """Put what the tests said to a submission, once; with all of them passed the exercise is done.

    :raise NotFound: for an attempt that is not a submission of this exercise.
    """
    lock_user(session.connection(), user_id)
    exercise = load_exercise(session, user_id, card_id)
    attempt = session.get(CodeAttempt, (user_id, attempt_id))
    if attempt is None or attempt.card_id != card_id or attempt.mock_id is not None:
        raise NotFound("There is no such submission of this exercise.")
    practice = exercise.practice
    if attempts.set_outcomes(session, user_id, attempt_id, outcomes) is None or practice is None:
        return exercise, attempt
    is_of_this_go = attempt.at >= practice.started_at
    if is_of_this_go and not exercise.is_over and _passes(exercise.prompt, attempt):
        practice.passed_at = attempt.at
        session.flush()
    return exercise, attempt


def give_up(
    session: Session, user_id: int, card_id: int, code: str, now: datetime
) -> tuple[Exercise, CodeAttempt]:
    """End the exercise without passing; the solutions may be seen from now on.

    :raise Conflict: once every test has passed, or the learner gave up already, or while a mock
        asks it.
    """
    exercise = _in_hand(session, user_id, card_id, now)
    assert exercise.practice is not None
    _must_be_open(exercise)
    exercise.practice.gave_up = True
    return exercise, _record(session, user_id, exercise, attempts.GIVE_UP, code, [], now)


def begin_again(session: Session, user_id: int, card_id: int) -> Exercise:
    """Forget what is in hand, the clock and the hints; what was tried stays in the list."""
    lock_user(session.connection(), user_id)
    exercise = load_exercise(session, user_id, card_id)
    if exercise.practice is not None:
        session.delete(exercise.practice)
        session.flush()
    return replace(exercise, practice=None)


def bring_back(session: Session, user_id: int, card_id: int) -> Exercise:
    """Put an exercise in hand again as its last attempts left it: its grade was taken back."""
    exercise = load_exercise(session, user_id, card_id)
    own = (
        CodeAttempt.user_id == user_id,
        CodeAttempt.card_id == card_id,
        CodeAttempt.mock_id.is_(None),
    )
    last = session.scalars(
        select(CodeAttempt).where(*own).order_by(CodeAttempt.at.desc()).limit(1)
    ).first()
    if exercise.practice is not None or last is None:
        return exercise
    started_at = last.at - timedelta(milliseconds=last.duration_ms)
    tried = session.scalars(
        select(CodeAttempt).where(*own, CodeAttempt.at >= started_at).order_by(CodeAttempt.at)
    ).all()
    submitted = [one for one in tried if one.kind == attempts.SUBMIT]
    passing = (one.at for one in submitted if _passes(exercise.prompt, one))
    practice = Practice(
        user_id=user_id,
        card_id=card_id,
        started_at=started_at,
        hints=last.hints,
        submissions=len(submitted),
        passed_at=next(passing, None),
        gave_up=any(one.kind == attempts.GIVE_UP for one in tried),
        code=last.code,
        version=1,
    )
    session.add(practice)
    session.flush()
    return replace(exercise, practice=practice)


def move_practice(session: Session, user_id: int, old: int, new: int) -> None:
    """Hand all that was done of a prompt from one card to another: what is in hand, what was tried,
    and the mocks that asked it. So a mock that runs meanwhile grades the new one at its end.

    Where the other card has something in hand, what the old one has is left where it is.
    """
    for table in (CodeAttempt, RoundItem):
        session.execute(
            update(table).where(table.user_id == user_id, table.card_id == old).values(card_id=new)
        )
    held = session.get(Practice, (user_id, old))
    if held is not None and session.get(Practice, (user_id, new)) is None:
        held.card_id = new
    session.flush()


def _in_hand(session: Session, user_id: int, card_id: int, now: datetime) -> Exercise:
    """Return the exercise with its practice, begun now if it was not."""
    lock_user(session.connection(), user_id)
    exercise = load_exercise(session, user_id, card_id)
    if exercise.practice is not None:
        return exercise
    practice = Practice(user_id=user_id, card_id=card_id, started_at=now)
    session.add(practice)
    session.flush()
    return replace(exercise, practice=practice)


def _must_be_open(exercise: Exercise) -> None:
    if exercise.is_over:
        raise Conflict("This exercise is over: grade it, or begin it again.")
    _must_not_be_asked(exercise)


def _must_not_be_asked(exercise: Exercise) -> None:
    if exercise.is_being_asked:
        raise Conflict(BEING_ASKED)


def _passes(prompt: Prompt, attempt: CodeAttempt) -> bool:
    cases = (*named_tests(prompt.tests), *named_tests(prompt.hidden_tests))
    return attempts.all_passed(attempt.outcomes, [case.name for case in cases])


def _record(
    session: Session,
    user_id: int,
    exercise: Exercise,
    kind: str,
    code: str,
    outcomes: Sequence[Mapping[str, Any]],
    now: datetime,
) -> CodeAttempt:
    practice = exercise.practice
    assert practice is not None
    return attempts.record(
        session,
        user_id,
        exercise.card.card_id,
        kind,
        code,
        outcomes,
        now,
        hints=practice.hints,
        # Rounded up: whoever reckons back never comes out after the beginning.
        duration_ms=-((practice.started_at - now) // timedelta(milliseconds=1)),
    )
