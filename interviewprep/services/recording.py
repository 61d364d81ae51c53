"""An answer is written down: memory, log, roll-up and load move together.

What is decided is decided elsewhere (`answering`); here is only what it costs in rows.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from ..core.grades import Grade
from ..core.schedulers import Memory as State
from ..core.schedulers import Moment, Outcome, answered_today
from ..storage import CardMark, Day, Memory, Review
from ..storage.memories import COLUMNS, as_columns, as_log, shift_load
from ..storage.prepared import Prepared
from ..storage.types import AnyRow
from .learner import Learner

LONGEST_ANSWER_MS = 10 * 60 * 1000
STORED, STALE = "stored", "stale"


@dataclass(frozen=True, slots=True)
class Submission:
    """One answer as a device sends it; `version` is the card's when it was shown."""

    id: uuid.UUID
    card_id: int
    version: int
    grade: Grade
    answered_at: datetime
    duration_ms: int = 0
    promised_due_day: date | None = None


_STATE = ("version", *(column.key for column in COLUMNS))
_INSERT_MEMORY = Prepared(insert(Memory), columns=("user_id", "card_id", *_STATE))
_UPDATE_MEMORY = Prepared(
    update(Memory).where(
        Memory.user_id == bindparam("b_user_id"),
        Memory.card_id == bindparam("b_card_id"),
        Memory.version == bindparam("b_version"),
    ),
    columns=_STATE,
)
_INSERT_REVIEW = Prepared(insert(Review), columns=Review.__table__.columns.keys())


def _upsert_day(dialect: Any) -> Prepared:
    keys = ("user_id", "study_day", "deck_id")
    sums = ("answers", "passes", "duration_ms", "new", "reviews")
    statement = dialect.insert(Day)
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_={name: getattr(Day, name) + statement.excluded[name] for name in sums},
        ),
        columns=(*keys, *sums),
    )


def _upsert_suspension(dialect: Any) -> Any:
    statement = dialect.insert(CardMark)
    return statement.on_conflict_do_update(
        index_elements=["user_id", "card_id"], set_={"is_suspended": True}
    )


_DAYS = {"sqlite": _upsert_day(sqlite), "postgresql": _upsert_day(postgresql)}
_SUSPENSIONS = {
    "sqlite": _upsert_suspension(sqlite),
    "postgresql": _upsert_suspension(postgresql),
}


def record_answer(
    connection: Connection,
    learner: Learner,
    submission: Submission,
    row: AnyRow,
    moment: Moment,
    before: State,
    outcome: Outcome,
    version: int,
) -> None:
    """Store an answer that takes effect: the card's new memory, `version` its number from now on.

    `row` is the card as `answering` looked it up. Raises `RuntimeError` where the card moved
    although the learner was locked.
    """
    after = outcome.memory
    if row.version is None:
        _INSERT_MEMORY.run(
            connection,
            {
                "user_id": learner.id,
                "card_id": submission.card_id,
                "version": version,
                **as_columns(after),
            },
        )
    else:
        moved = _UPDATE_MEMORY.run(
            connection,
            {
                "b_user_id": learner.id,
                "b_card_id": submission.card_id,
                "b_version": version - 1,
                "version": version,
                **as_columns(after),
            },
        )
        if moved != 1:  # the learner's lock rules this out
            raise RuntimeError(f"card {submission.card_id} moved while it was locked")
    suspends = outcome.leech and learner.settings.leech_suspends
    log_answer(
        connection,
        learner,
        submission,
        row,
        moment,
        version,
        before=before,
        outcome=outcome,
        suspends=suspends,
    )
    was_answered = answered_today(before, moment.study_day)
    _DAYS[connection.dialect.name].run(
        connection,
        {
            "user_id": learner.id,
            "study_day": moment.study_day,
            "deck_id": row.deck_id,
            "answers": 1,
            "passes": int(submission.grade > Grade.AGAIN),
            "duration_ms": _duration_ms(submission),
            "new": int(before.is_new),
            "reviews": int(not before.is_new and not was_answered),
        },
    )
    shift_load(connection, learner.id, [(before.due_day, after.due_day)])
    if suspends:
        connection.execute(
            _SUSPENSIONS[connection.dialect.name],
            {
                "user_id": learner.id,
                "card_id": submission.card_id,
                "is_suspended": True,
                "flag": 0,
                "tags": "",
                "is_draft": False,
                "is_hidden": False,
            },
        )


def log_answer(
    connection: Connection,
    learner: Learner,
    submission: Submission,
    row: AnyRow,
    moment: Moment,
    version: int,
    *,
    status: str = STORED,
    before: State | None = None,
    outcome: Outcome | None = None,
    suspends: bool = False,
) -> None:
    """Add the answer to the log; a stale one has neither `before` nor `outcome`."""
    options: Mapping[str, Any] = learner.logged_options
    if suspends:
        options = {**options, "suspends": True}
    _INSERT_REVIEW.run(
        connection,
        {
            "user_id": learner.id,
            "id": submission.id,
            "card_id": submission.card_id,
            "deck_id": row.deck_id,
            "kind": "answer",
            "status": status,
            "at": moment.at,
            "device_at": submission.answered_at if submission.answered_at != moment.at else None,
            "study_day": moment.study_day,
            "duration_ms": _duration_ms(submission),
            "grade": int(submission.grade),
            "scheduler": learner.scheduler_name,
            "options": options,
            "chosen_day": outcome.memory.due_day if outcome else None,
            "version": version,
            "before": as_log(before) if before is not None else None,
            "after": as_log(outcome.memory) if outcome else None,
            "undoes_id": None,
        },
    )


def _duration_ms(submission: Submission) -> int:
    return min(max(submission.duration_ms, 0), LONGEST_ANSWER_MS)
