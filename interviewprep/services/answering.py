"""An answer is stored: memory, log, roll-up and load move together or not at all.

The same id twice is the same answer once. An answer to a version that has moved on stays in the log
as `stale`, without effect. One transaction holds a batch; the edge commits.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, select
from sqlalchemy.orm import aliased

from ..core.revisions import revised_at, seen
from ..core.schedulers import Memory as State
from ..core.schedulers import Moment, Outcome
from ..storage import Card, CardMark, Enrolment, Memory, Review
from ..storage.memories import COLUMNS, load_between, state_of
from ..storage.prepared import Prepared
from ..storage.types import AnyRow
from .learner import Learner
from .locking import lock_user
from .recording import STALE, STORED, Submission, log_answer, record_answer

OLDEST_ANSWER = timedelta(days=60)
"""A device may come back after so long; a clock that says more is wrong."""

REPEATED, REFUSED = "repeated", "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it. `due_at` is None for a refused one; `reason` explains what is not
    `stored` or `repeated`. `due_day_changed` says that the promise could not be kept."""

    id: uuid.UUID
    status: str
    version: int
    due_at: datetime | None
    reason: str | None = None
    due_day_changed: bool = False


_Earlier = aliased(Review)
_LAST_AT = (
    select(_Earlier.at)
    .where(
        _Earlier.user_id == bindparam("user_id"),
        _Earlier.card_id == Card.id,
        _Earlier.kind == "answer",
        _Earlier.status == STORED,
    )
    .order_by(_Earlier.version.desc())
    .limit(1)
    .correlate(Card)
    .scalar_subquery()
)
_CARD = Prepared(
    select(
        Card.id,
        Card.deck_id,
        Card.retired_at,
        Enrolment.deck_id.label("enrolled_in"),
        Memory.version,
        *COLUMNS,
        CardMark.is_hidden,
        Review.card_id.label("known_card_id"),
        Review.status.label("known_status"),
        _LAST_AT.label("last_at"),
    )
    .outerjoin(
        Enrolment,
        and_(Enrolment.user_id == bindparam("user_id"), Enrolment.deck_id == Card.deck_id),
    )
    .outerjoin(Memory, and_(Memory.user_id == bindparam("user_id"), Memory.card_id == Card.id))
    .outerjoin(
        CardMark, and_(CardMark.user_id == bindparam("user_id"), CardMark.card_id == Card.id)
    )
    .outerjoin(Review, and_(Review.user_id == bindparam("user_id"), Review.id == bindparam("id")))
    .where(Card.id == bindparam("card_id"))
)


def answer_batch(
    connection: Connection, learner: Learner, submissions: list[Submission], now: datetime
) -> list[Result]:
    """Apply answers in the order in which they were given; return a result for each."""
    lock_user(connection, learner.id)
    return [answer(connection, learner, submission, now) for submission in submissions]


def answer(
    connection: Connection, learner: Learner, submission: Submission, now: datetime
) -> Result:
    """Store one answer, or say why not. The caller holds the learner's lock (`lock_user`)."""
    row = _CARD.first(
        connection,
        {"user_id": learner.id, "card_id": submission.card_id, "id": submission.id},
    )
    if row is None or (row.enrolled_in is None and row.version is None):
        return _refused(submission, "There is no such card among yours.")
    before, version = state_of(row), row.version or 0
    if row.known_card_id is not None:
        return _known(learner, submission, row, before, version)
    moment = _moment(learner, submission, row, before, now)
    if submission.version != version or row.is_hidden:
        log_answer(connection, learner, submission, row, moment, version, status=STALE)
        return Result(
            submission.id, STALE, version, _due_at(learner, before), _stale_reason(row, version)
        )
    outcome = _decide(connection, learner, submission, before, moment)
    record_answer(connection, learner, submission, row, moment, before, outcome, version + 1)
    changed = (
        submission.promised_due_day is not None
        and outcome.memory.due_day != submission.promised_due_day
    )
    return Result(
        submission.id,
        STORED,
        version + 1,
        _due_at(learner, outcome.memory),
        due_day_changed=changed,
    )


def _decide(
    connection: Connection,
    learner: Learner,
    submission: Submission,
    before: State,
    moment: Moment,
) -> Outcome:
    """Return the outcome; the load is asked for only where the promise does not settle the day."""
    scheduler, promised = learner.scheduler, submission.promised_due_day
    before = seen(before)
    outcome = scheduler.answer(
        before,
        submission.grade,
        moment,
        learner.options,
        {},
        submission.card_id,
        promised_day=promised,
    )
    if outcome.earliest_day is None or outcome.latest_day is None:
        return outcome
    if promised is not None and outcome.memory.due_day == promised:
        return outcome
    load = load_between(connection, learner.id, outcome.earliest_day, outcome.latest_day)
    return scheduler.answer(
        before, submission.grade, moment, learner.options, load, submission.card_id
    )


def _moment(
    learner: Learner, submission: Submission, row: AnyRow, before: State, now: datetime
) -> Moment:
    """Return when the answer counts as given: not in the future, not before the card's last one."""
    at = min(max(submission.answered_at, now - OLDEST_ANSWER), now)
    if row.last_at is not None:
        at = max(at, min(row.last_at, now))
    day = learner.study_day(at)
    return Moment(at, day if before.last_day is None else max(day, before.last_day))


def _known(
    learner: Learner, submission: Submission, row: AnyRow, before: State, version: int
) -> Result:
    if row.known_card_id != submission.card_id:
        return _refused(submission, "This id was already used for an answer to another card.")
    if row.known_status == STALE:
        return Result(
            submission.id, STALE, version, _due_at(learner, before), _stale_reason(row, version)
        )
    return Result(submission.id, REPEATED, version, _due_at(learner, before))


def _stale_reason(row: AnyRow, version: int) -> str:
    if row.is_hidden:
        return "You study your own version of this card now; this answer was not counted."
    if revised_at(row.extra) is not None:
        return "The deck has a new answer to this card; it comes back once, with what changed."
    return "The card was answered elsewhere in the meantime; this answer was not counted."


def _refused(submission: Submission, reason: str) -> Result:
    return Result(submission.id, REFUSED, submission.version, None, reason)


def _due_at(learner: Learner, state: State) -> datetime | None:
    return learner.due_at(state.due_day, state.repeat_at)
