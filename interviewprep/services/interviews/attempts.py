"""The learner's code, kept each time it was run or submitted: in a mock, or on its own.

That a test passed is what the learner's own browser says of the learner's own code: nobody else's
grade depends on it (docs/code-runner.md).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...errors import Invalid
from ...storage import CodeAttempt

RUN, SUBMIT, GIVE_UP = KINDS = ("run", "submit", "give-up")
LONGEST_CODE = 100_000
LONGEST_NAME, LONGEST_LABEL, LONGEST_MESSAGE = 200, 300, 4_000
MOST_OUTCOMES = 200
LONGEST_ATTEMPT_MS = 24 * 60 * 60 * 1000


def record(
    session: Session,
    user_id: int,
    card_id: int,
    kind: str,
    code: str,
    outcomes: Sequence[Mapping[str, Any]],
    at: datetime,
    mock_id: uuid.UUID | None = None,
    round: int | None = None,
    hints: int = 0,
    duration_ms: int = 0,
) -> CodeAttempt:
    """Keep one attempt. `kind` is run, submit or give-up; `outcomes` are cut by `kept_outcomes`.

    Whether the learner may see the card has been asked before.

    :raise Invalid: for code beyond `LONGEST_CODE` characters, or a kind that does not exist.
    """
    if kind not in KINDS:
        raise Invalid("An attempt is a run, a submission or giving up.", field="kind")
    attempt = CodeAttempt(
        user_id=user_id,
        id=uuid.uuid4(),
        card_id=card_id,
        mock_id=mock_id,
        round=round,
        at=at,
        kind=kind,
        code=checked_code(code),
        outcomes=kept_outcomes(outcomes),
        hints=hints,
        duration_ms=min(max(duration_ms, 0), LONGEST_ATTEMPT_MS),
    )
    session.add(attempt)
    session.flush()
    return attempt


def checked_code(code: str) -> str:
    """Return the code as a database keeps it.

    :raise Invalid: for more than `LONGEST_CODE` characters.
    """
    if len(code) > LONGEST_CODE:
        raise Invalid(f"Code may have at most {LONGEST_CODE:,} characters.", field="code")
    return code.replace("\x00", "")


def kept_outcomes(outcomes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what is kept of a runner's outcomes: name, label, passed, hidden, message, each cut to
    a length that a page can show, of at most `MOST_OUTCOMES` tests."""
    return [
        {
            "name": _words(one.get("name"), LONGEST_NAME),
            "label": _words(one.get("label"), LONGEST_LABEL),
            "passed": one.get("passed") is True,
            "hidden": one.get("hidden") is True,
            "message": _words(one.get("message"), LONGEST_MESSAGE),
        }
        for one in outcomes[:MOST_OUTCOMES]
    ]


def set_outcomes(
    session: Session,
    user_id: int,
    attempt_id: uuid.UUID,
    outcomes: Sequence[Mapping[str, Any]],
) -> CodeAttempt | None:
    """Put the outcomes of all tests to a submission that has none yet; None where it has, or is
    not there."""
    attempt = session.get(CodeAttempt, (user_id, attempt_id), with_for_update=True)
    if attempt is None or attempt.kind != SUBMIT or attempt.outcomes:
        return None
    attempt.outcomes = kept_outcomes(outcomes)
    session.flush()
    return attempt


def all_passed(outcomes: Sequence[Mapping[str, Any]], names: Sequence[str]) -> bool:
    """Whether each of these tests is among the outcomes, and every outcome is a pass."""
    told = {str(one["name"]) for one in outcomes}
    passed = all(one["passed"] is True for one in outcomes)
    return bool(outcomes) and passed and told.issuperset(names)


def list_attempts(
    session: Session,
    user_id: int,
    card_id: int,
    *,
    mock_id: uuid.UUID | None = None,
    limit: int = 50,
) -> list[CodeAttempt]:
    """Return the newest attempts at an exercise, newest first; of one mock only, if it is given."""
    query = select(CodeAttempt).where(
        CodeAttempt.user_id == user_id, CodeAttempt.card_id == card_id
    )
    if mock_id is not None:
        query = query.where(CodeAttempt.mock_id == mock_id)
    newest = query.order_by(CodeAttempt.at.desc(), CodeAttempt.id).limit(limit)
    return list(session.scalars(newest))


def _words(value: object, longest: int) -> str:
    return value.replace("\x00", "")[:longest] if isinstance(value, str) else ""
