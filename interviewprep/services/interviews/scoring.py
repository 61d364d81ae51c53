"""A round is scored: first from memory, then perhaps revised beside the model answer; both stay."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ...core.interviews.verdicts import in_hundredths, item_score
from ...core.prompts import LEVELS
from ...errors import Conflict, Invalid
from ...storage import MockRound, Score
from ..locking import lock_user
from .rounds import DONE, REVISING, SCORING, bump
from .sheets import SELF, Given, Place, Sheet, load_sheet

LONGEST_EVIDENCE = 2_000


class UnusableScores(Invalid):
    """Some rows cannot be stored as given; `rows` says what is wrong with each."""

    def __init__(self, rows: Mapping[Place, str]) -> None:
        some = "One row still needs" if len(rows) == 1 else f"{len(rows)} rows still need"
        super().__init__(f"{some} something; nothing was saved yet. Look for the marked ones.")
        self.rows = dict(rows)


def save_scores(
    session: Session,
    user_id: int,
    mock_id: uuid.UUID,
    position: int,
    given: Mapping[Place, Given],
    now: datetime,
) -> Sheet:
    """Store the learner's own scores of every row of a round, and what they come to.

    The first time the round goes on to `revising`, in which the answers are shown; an exercise that
    was never submitted counts as given up. From then on what differs from the first scores is kept
    beside them, until the mock ends.

    :raise UnusableScores: where a row has no level and is not said to be unseen (level None), or a
        level without a sentence of evidence.
    :raise Conflict: while the round still runs, and once the mock has ended.
    :raise NotFound: unless the mock is this learner's.
    """
    lock_user(session.connection(), user_id)
    sheet = load_sheet(session, user_id, mock_id, position)
    _check_open(sheet)
    kept = _checked(sheet, given)
    if sheet.is_scored:
        _revise(session, sheet, kept, now)
    else:
        for place, each in kept.items():
            session.add(_score(sheet, place, each, now, is_revised=False))
        for item in sheet.items:
            if item.is_exercise and item.item.submitted_at is None:
                item.item.gave_up = True
        sheet.round.state = REVISING
    session.flush()
    return _with_result(session, sheet)


def finish_scoring(session: Session, user_id: int, mock_id: uuid.UUID, position: int) -> Sheet:
    """The learner's scores of a round stand; the round is done.

    :raise Conflict: before the first scores are in.
    :raise NotFound: unless the mock is this learner's.
    """
    lock_user(session.connection(), user_id)
    sheet = load_sheet(session, user_id, mock_id, position)
    _check_open(sheet)
    if not sheet.is_scored:
        raise Conflict("Score this round first.")
    if sheet.round.state != DONE:
        sheet.round.state = DONE
        bump(sheet.mock)
        session.flush()
    return sheet


def next_round(session: Session, sheet: Sheet) -> int | None:
    """Return the position of the round that comes after this one; None after the last."""
    after = session.get(MockRound, (sheet.mock.user_id, sheet.mock.id, sheet.round.position + 1))
    return None if after is None else after.position


def _check_open(sheet: Sheet) -> None:
    if sheet.mock.ended_at is not None:
        raise Conflict("This mock has ended, so its scores stand as they are.")
    if sheet.round.state not in (SCORING, REVISING, DONE):
        raise Conflict("This round is not over yet; finish it, then score it.")


def _checked(sheet: Sheet, given: Mapping[Place, Given]) -> dict[Place, Given]:
    """Return a score for every row of the rubric; what belongs to no row is left out."""
    wrong: dict[Place, str] = {}
    kept: dict[Place, Given] = {}
    for place in sheet.places:
        found = given.get(place)
        if found is None:
            wrong[place] = "Choose a level, or say that it was not seen."
            continue
        evidence = " ".join(found.evidence.replace("\x00", "").split())
        if found.level is not None and not 1 <= found.level <= LEVELS:
            wrong[place] = f"A level is a number from 1 to {LEVELS}."
        elif found.level is not None and not evidence:
            wrong[place] = "Add a sentence of evidence: what did you say or do?"
        elif len(evidence) > LONGEST_EVIDENCE:
            wrong[place] = f"Evidence takes at most {LONGEST_EVIDENCE:,} characters; shorten it."
        else:
            kept[place] = Given(found.level, evidence)
    if wrong:
        raise UnusableScores(wrong)
    return kept


def _revise(session: Session, sheet: Sheet, kept: Mapping[Place, Given], now: datetime) -> None:
    session.execute(
        delete(Score)
        .where(
            Score.user_id == sheet.mock.user_id,
            Score.mock_id == sheet.mock.id,
            Score.round == sheet.round.position,
            Score.scorer == SELF,
            Score.is_revised.is_(True),
        )
        .execution_options(synchronize_session="fetch")
    )
    rows = sheet.places
    for place, each in kept.items():
        if rows[place].first != each:
            session.add(_score(sheet, place, each, now, is_revised=True))


def _score(sheet: Sheet, place: Place, given: Given, now: datetime, *, is_revised: bool) -> Score:
    item, row = place
    return Score(
        user_id=sheet.mock.user_id,
        mock_id=sheet.mock.id,
        round=sheet.round.position,
        item=item,
        row=row,
        scorer=SELF,
        is_revised=is_revised,
        level=given.level,
        evidence=given.evidence,
        at=now,
    )


def _with_result(session: Session, before: Sheet) -> Sheet:
    sheet = load_sheet(session, before.mock.user_id, before.mock.id, before.round.position)
    for item in sheet.items:
        item.item.score_hundredths = in_hundredths(item_score(item.scored))
    result = sheet.result
    sheet.round.score_hundredths = in_hundredths(result.score)
    sheet.round.verdict = result.verdict.value if result.verdict else ""
    bump(sheet.mock)
    session.flush()
    return sheet
