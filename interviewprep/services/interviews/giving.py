"""What the interviewer gives while a round runs: hints, facts, follow-ups, the change, questions.

Verbs as in `running`: they raise `NotFound` for a stranger or a prompt that the round does not
have, and `Conflict` in the wrong state.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ...core.interviews.asking import OPEN_QUESTION, best_fact
from ...core.interviews.clock import seconds_by_stage
from ...errors import Conflict, Invalid, NotFound
from ...storage import RoundItem
from ..learner import Learner
from ..stories import get_story
from .asked import Asked, keep_asked
from .rounds import (
    PAUSED,
    RUNNING,
    SCORING,
    HeldRound,
    bump,
    change_of,
    follow_ups_of,
    prompt_of,
    round_to_change,
)

GRADES = ("again", "hard", "good", "easy")
LONGEST_ASKED = 2_000


@dataclass(frozen=True, slots=True)
class Given:
    """The answer to a question: the row of Clarifications, or None with what is said instead."""

    row: int | None
    said: str = ""


def next_hint(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, item: int
) -> None:
    """Give the next hint, weakest first, and count it; a bare round has none."""
    held, found = _running(session, learner, mock_id, position, item)
    if held.mock.is_bare:
        raise Conflict("As on the day, there are no hints.")
    if found.hints >= len(prompt_of(found).hints):
        raise Conflict("There is no further hint.")
    found.hints += 1
    bump(held.mock)


def ask_for_fact(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    position: int,
    now: datetime,
    item: int,
    asked: str,
) -> Given:
    """Answer what a candidate asks in their own words, from the row that fits best.

    The same question has the same answer, however often it is asked.
    """
    asked = " ".join(asked.replace("\0", " ").split())
    if not asked:
        raise Invalid("Ask something, in your own words.", field="asked")
    if len(asked) > LONGEST_ASKED:
        raise Invalid(f"Ask in at most {LONGEST_ASKED:,} characters.", field="asked")
    held, found = _running(session, learner, mock_id, position, item)
    facts = prompt_of(found).facts
    if not facts:
        raise Conflict("There is nothing to ask for in this interview.")
    row = best_fact(asked, facts)
    if keep_asked(session, found, Asked(asked, row), now) and (row is None or row in found.facts):
        bump(held.mock)
    if row is None:
        return Given(None, OPEN_QUESTION)
    _give(held, found, row)
    return Given(row)


def give_fact(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, item: int, row: int
) -> None:
    """Give a row of Clarifications by its place, as an interviewer does who heard the question."""
    held, found = _running(session, learner, mock_id, position, item)
    if not 0 <= row < len(prompt_of(found).facts):
        raise NotFound("There is no such fact.")
    _give(held, found, row)


def next_follow_up(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, item: int
) -> None:
    """Ask the next follow-up."""
    held, found = _running(session, learner, mock_id, position, item)
    every = follow_ups_of(held.kind, prompt_of(found))
    asked = {one["n"] for one in found.follow_ups}
    left = [n for n, _ in every if n not in asked]
    if not left:
        raise Conflict("There is no further follow-up.")
    found.follow_ups = [*found.follow_ups, {"n": left[0], "answered": None}]
    bump(held.mock)


def mark_follow_up(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    position: int,
    item: int,
    n: int,
    answered: bool,
) -> None:
    """Say whether the n-th follow-up that was asked, from 0, was answered; until it is scored."""
    held = round_to_change(session, learner, mock_id, position)
    held.expect(RUNNING, PAUSED, SCORING)
    found = held.item(item)
    _expect_place(n, len(found.follow_ups), "This follow-up was not asked.")
    if found.follow_ups[n]["answered"] is not answered:
        found.follow_ups = _with(found.follow_ups, n, answered=answered)
        bump(held.mock)


def reveal_change(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    position: int,
    now: datetime,
    item: int,
    *,
    at_once: bool = False,
) -> None:
    """Change a requirement of a design, once, from half-way on; `at_once` is the interviewer's."""
    held, found = _running(session, learner, mock_id, position, item)
    if change_of(held.kind, prompt_of(found)) is None:
        raise Conflict("This prompt has no change of requirements.")
    if found.change_shown_at is not None:
        return
    if not at_once and not is_change_due(held, found, now):
        raise Conflict("The requirement changes half-way through, not yet.")
    found.change_shown_at = now
    bump(held.mock)


def is_change_due(held: HeldRound, item: RoundItem, now: datetime) -> bool:
    """Whether the requirement is to change now: half of the time is over, or the stage says so."""
    if change_of(held.kind, prompt_of(item)) is None or item.change_shown_at is not None:
        return False
    stages = held.round.stages
    passed = sum(seconds_by_stage(held.segments, len(stages), now))
    half = sum(stage["seconds"] for stage in stages) / 2
    return passed >= half or "change" in stages[held.round.stage]["panels"]


def answer_question(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    position: int,
    item: int,
    n: int,
    grade: str | None,
) -> None:
    """Show the answer to a question (no grade), or grade it, which lets the next one be asked.

    An earlier grade may be changed; a question that was not asked yet is refused.
    """
    if grade is not None and grade not in GRADES:
        raise Invalid("A question is graded again, hard, good or easy.", field="grade")
    held, found = _running(session, learner, mock_id, position, item)
    _expect_place(n, asked_questions(found), "This question was not asked yet.")
    told: dict[str, Any] = (
        {"is_shown": True} if grade is None else {"is_shown": True, "grade": grade}
    )
    if not told.items() <= found.questions[n].items():
        found.questions = _with(found.questions, n, **told)
        bump(held.mock)


def asked_questions(item: RoundItem) -> int:
    """How many questions were asked by now: the graded ones, and the one in hand."""
    graded = next(
        (n for n, one in enumerate(item.questions) if one["grade"] is None), len(item.questions)
    )
    return min(graded + 1, len(item.questions))


def choose_story(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    position: int,
    item: int,
    story_id: uuid.UUID | None,
) -> None:
    """Say which own story is told here, or none; raises `NotFound` for one of somebody else's."""
    held = round_to_change(session, learner, mock_id, position)
    held.expect(RUNNING, PAUSED, SCORING)
    found = held.item(item)
    if story_id is not None:
        get_story(session.connection(), learner.id, story_id)
    if found.story_id != story_id:
        found.story_id = story_id
        bump(held.mock)


def _running(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, item: int
) -> tuple[HeldRound, RoundItem]:
    held = round_to_change(session, learner, mock_id, position)
    held.expect(RUNNING)
    return held, held.item(item)


def _give(held: HeldRound, item: RoundItem, row: int) -> None:
    if row not in item.facts:
        item.facts = [*item.facts, row]
        bump(held.mock)


def _expect_place(n: int, count: int, sentence: str) -> None:
    if not 0 <= n < count:
        raise Conflict(sentence)


def _with(rows: list[dict[str, Any]], n: int, **told: Any) -> list[dict[str, Any]]:
    return [{**row, **told} if place == n else row for place, row in enumerate(rows)]
