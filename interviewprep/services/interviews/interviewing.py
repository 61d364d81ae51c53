"""What the friend in the interviewer's seat does: gives of the prompt what the candidate asks for,
and scores. The candidate sees what was given when their page next asks whether anything moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import Session

from ...core.prompts import LEVELS
from ...errors import Conflict, Invalid, NotFound
from ...storage import Score
from ..learner import Learner, load_learner
from . import giving
from .links import Seat
from .rounds import RUNNING, WAITING, bump, follow_ups_of, prompt_of, round_to_change
from .scoring import LONGEST_EVIDENCE
from .sheets import INTERVIEWER, Given, load_sheet


def give_fact(session: Session, seat: Seat, position: int, item: int, row: int) -> None:
    """Give a row of Clarifications; again is harmless."""
    giving.give_fact(session, _candidate(session, seat), seat.mock_id, position, item, row)


def give_hint(session: Session, seat: Seat, position: int, item: int, n: int) -> None:
    """Give the n-th hint, from 0, if it is the next one; one given already is left as it is."""
    held = round_to_change(session, _candidate(session, seat), seat.mock_id, position)
    given = held.item(item).hints
    if n < given:
        return
    if n > given:
        raise Conflict("Hints are given one at a time, the weakest first.")
    giving.next_hint(session, _candidate(session, seat), seat.mock_id, position, item)


def ask_follow_up(session: Session, seat: Seat, position: int, item: int, n: int) -> None:
    """Ask a follow-up by its place in the prompt, in whatever order fits; again is harmless."""
    held = round_to_change(session, _candidate(session, seat), seat.mock_id, position)
    held.expect(RUNNING)
    found = held.item(item)
    if n not in dict(follow_ups_of(held.kind, prompt_of(found))):
        raise NotFound("There is no such follow-up.")
    if n not in {one["n"] for one in found.follow_ups}:
        found.follow_ups = [*found.follow_ups, {"n": n, "answered": None}]
        bump(held.mock)


def mark_answered(
    session: Session, seat: Seat, position: int, item: int, shown: int, *, answered: bool
) -> None:
    """Say whether the follow-up that was asked at this place, from 0, was answered."""
    giving.mark_follow_up(
        session, _candidate(session, seat), seat.mock_id, position, item, shown, answered
    )


def inject_change(session: Session, seat: Seat, position: int, item: int, now: datetime) -> None:
    """Change the requirement now, whatever the clock says; again is harmless."""
    learner = _candidate(session, seat)
    giving.reveal_change(session, learner, seat.mock_id, position, now, item, at_once=True)


def save_interviewer_scores(
    session: Session,
    seat: Seat,
    position: int,
    item: int,
    given: Mapping[int, Given],
    now: datetime,
) -> None:
    """Store the interviewer's scores of these rows of one prompt; what is empty is taken back.

    A level needs no evidence yet, nor evidence a level: they are saved as the interviewer goes.

    :raise NotFound: for a prompt or row that is not there.
    :raise Invalid: for a level that is not there, or evidence that is too long.
    :raise Conflict: before the round has begun.
    """
    held = round_to_change(session, _candidate(session, seat), seat.mock_id, position)
    if held.round.state == WAITING:
        raise Conflict("This round has not begun; there is nothing to score yet.")
    sheet = load_sheet(session, seat.user_id, seat.mock_id, position)
    if not 0 <= item < len(sheet.items):
        raise NotFound("This round has no such prompt.")
    before = {row: one.interviewer for row, one in enumerate(sheet.items[item].rows)}
    changed = False
    for row, each in given.items():
        kept = _checked(row, each, len(before))
        if kept == before[row]:
            continue
        changed = True
        session.execute(delete(Score).where(*_score_at(seat, position, item, row)))
        if kept is not None:
            session.add(_score(seat, position, item, row, kept, now))
            session.flush()
    if changed:
        bump(held.mock)
        session.flush()


def _checked(row: int, given: Given, rows: int) -> Given | None:
    evidence = " ".join(given.evidence.replace("\0", "").split())
    if not 0 <= row < rows:
        raise NotFound("The rubric has no such row.")
    if given.level is not None and not 1 <= given.level <= LEVELS:
        raise Invalid(f"A level is a number from 1 to {LEVELS}.", field="level")
    if len(evidence) > LONGEST_EVIDENCE:
        raise Invalid(
            f"Evidence takes at most {LONGEST_EVIDENCE:,} characters; shorten it.", field="evidence"
        )
    return None if given.level is None and not evidence else Given(given.level, evidence)


def _score(seat: Seat, position: int, item: int, row: int, given: Given, now: datetime) -> Score:
    return Score(
        user_id=seat.user_id,
        mock_id=seat.mock_id,
        round=position,
        item=item,
        row=row,
        scorer=INTERVIEWER,
        is_revised=False,
        level=given.level,
        evidence=given.evidence,
        at=now,
    )


def _score_at(seat: Seat, position: int, item: int, row: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Score.user_id == seat.user_id,
        Score.mock_id == seat.mock_id,
        Score.round == position,
        Score.item == item,
        Score.row == row,
        Score.scorer == INTERVIEWER,
    )


def _candidate(session: Session, seat: Seat) -> Learner:
    return load_learner(session.connection(), seat.user_id)
