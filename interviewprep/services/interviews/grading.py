"""The grade of an exercise done on its own: an ordinary answer to its card."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from ...errors import Conflict, NotFound
from ...storage import Memory, Review
from ..answering import Result, answer
from ..learner import Learner
from ..locking import lock_user
from ..recording import STORED, Submission
from ..undoing import Undone, undo
from .exercises import Exercise, load_exercise
from .practice import bring_back


def grade_exercise(
    session: Session, learner: Learner, submission: Submission, now: datetime
) -> Result:
    """Store the learner's grade and put the exercise out of hand; the same id twice is once.

    It counts as answered now, and as having taken no time: how long an exercise takes is with its
    attempts, and says nothing about the pace of flashcards. The deck need not be among the
    learner's: doing one of its exercises does not bring in the others.

    :raise NotFound: unless the learner may see the card, and it is done with the editor.
    :raise Conflict: before anything was submitted or given up.
    """
    lock_user(session.connection(), learner.id)
    exercise = load_exercise(session, learner.id, submission.card_id)
    is_repeated = session.get(Review, (learner.id, submission.id)) is not None
    if not is_repeated and not exercise.may_be_graded:
        raise Conflict("Submit your code, or give up, before you grade the exercise.")
    memory = session.get(Memory, (learner.id, submission.card_id))
    is_first = memory is None and not is_repeated
    if is_first:
        memory = Memory(user_id=learner.id, card_id=submission.card_id)
        session.add(memory)
        session.flush()
    timed = replace(submission, answered_at=now, duration_ms=0)
    result = answer(session.connection(), learner, timed, now)
    if result.status == STORED and exercise.practice is not None:
        session.delete(exercise.practice)
    elif result.status != STORED and is_first:
        session.delete(memory)
    session.flush()
    session.expire_all()  # the answer went past the session, straight to the tables
    return result


def take_grade_back(
    session: Session, learner: Learner, card_id: int, answer_id: uuid.UUID, now: datetime
) -> tuple[Undone, Exercise]:
    """Undo a grade as any answer is undone, and put the exercise in hand again as it was.

    :raise NotFound: for an id that is not an answer of this learner's to this card.
    """
    lock_user(session.connection(), learner.id)
    load_exercise(session, learner.id, card_id)
    given = session.get(Review, (learner.id, answer_id))
    if given is None or given.card_id != card_id:
        raise NotFound("There is no such answer to this exercise.")
    undone = undo(session.connection(), learner, answer_id, now)
    session.expire_all()
    if undone.status != STORED:
        return undone, load_exercise(session, learner.id, card_id)
    return undone, bring_back(session, learner.id, card_id)
