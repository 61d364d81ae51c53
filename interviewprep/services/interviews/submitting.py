"""Code in a round: tried, submitted against the hidden tests, or given up.

Verbs as in `running`. What a test says is what the learner's own browser saw; which tests there
are, and how they are called, is ours.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...core.prompts import NamedTest, Prompt, named_tests
from ...errors import Conflict, NotFound
from ...storage import CodeAttempt, RoundItem, RoundText
from ..learner import Learner
from .attempts import GIVE_UP, RUN, SUBMIT, checked_code, kept_outcomes, record
from .rounds import PAUSED, RUNNING, SCORING, HeldRound, bump, prompt_of, round_to_change
from .texts import code_name

SQL_TEST = NamedTest("expected_rows", "returns the expected rows, in order")
NOT_RUN = "This test was not run."


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the runner needs for a submission: the code as it was submitted, and the hidden tests,
    empty for SQL."""

    code: str
    hidden_tests: str


def tests_of(prompt: Prompt) -> tuple[tuple[NamedTest, ...], tuple[NamedTest, ...]]:
    """Return the visible and the hidden tests by name and label; a query has one of the former."""
    if prompt.kind == "sql":
        return (SQL_TEST,), ()
    return named_tests(prompt.tests), named_tests(prompt.hidden_tests)


def keep_run(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    position: int,
    now: datetime,
    item: int,
    code: str,
    outcomes: Sequence[Mapping[str, Any]],
) -> None:
    """Keep the code of a run against the visible tests, with what came of it."""
    held, found = _with_code(session, learner, mock_id, position, item)
    visible, _ = tests_of(prompt_of(found))
    _record(session, held, found, RUN, code, _checked(outcomes, visible, ()), now)


def submit(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    position: int,
    now: datetime,
    item: int,
    code: str,
) -> Submitted:
    """Submit code, once; only this answer holds the hidden tests.

    As long as no outcomes are stored, asking again gives the same code and tests again, for a page
    that was closed in between.
    """
    held, found = _with_code(session, learner, mock_id, position, item)
    _expect_not_given_up(found)
    hidden_tests = prompt_of(found).hidden_tests
    if found.submitted_at is not None:
        attempt = _submission(session, held, found)
        if found.outcomes or attempt is None:
            raise Conflict("This was submitted already, and the tests have run.")
        return Submitted(attempt.code, hidden_tests)
    _record(session, held, found, SUBMIT, code, (), now)
    found.submitted_at = now
    return Submitted(checked_code(code), hidden_tests)


def keep_outcomes(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    position: int,
    item: int,
    outcomes: Sequence[Mapping[str, Any]],
) -> None:
    """Keep what all tests said of the submitted code; a test that is left out counts as not run.

    They may still run when the clock is stopped, or the round is over but not scored.
    """
    states = (RUNNING, PAUSED, SCORING)
    held, found = _with_code(session, learner, mock_id, position, item, states)
    if found.submitted_at is None:
        raise Conflict("Nothing was submitted yet.")
    visible, hidden = tests_of(prompt_of(found))
    told = _checked(outcomes, visible, hidden, missing={"passed": False, "message": NOT_RUN})
    attempt = _submission(session, held, found)
    found.outcomes = kept_outcomes(told)
    if attempt is not None:
        attempt.outcomes = found.outcomes
    bump(held.mock)


def give_up(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int, now: datetime, item: int
) -> None:
    """Give the exercise up, which shows its solutions. Again is harmless."""
    held, found = _with_code(session, learner, mock_id, position, item)
    if found.gave_up:
        return
    if found.submitted_at is not None:
        raise Conflict("This was submitted already, so there is nothing to give up.")
    key = (learner.id, mock_id, position, code_name(item))
    written = session.get(RoundText, key)
    _record(session, held, found, GIVE_UP, written.text if written else "", (), now)
    found.gave_up = True


def _with_code(
    session: Session,
    learner: Learner,
    mock_id: uuid.UUID,
    position: int,
    item: int,
    states: Sequence[str] = (RUNNING,),
) -> tuple[HeldRound, RoundItem]:
    held = round_to_change(session, learner, mock_id, position)
    held.expect(*states)
    found = held.item(item)
    if not prompt_of(found).language:
        raise Conflict("This prompt asks for no code.")
    return held, found


def _expect_not_given_up(item: RoundItem) -> None:
    if item.gave_up:
        raise Conflict("This exercise was given up; its solutions are shown.")


def _record(
    session: Session,
    held: HeldRound,
    item: RoundItem,
    kind: str,
    code: str,
    outcomes: Iterable[Mapping[str, Any]],
    now: datetime,
) -> None:
    record(
        session,
        item.user_id,
        item.card_id,
        kind,
        code,
        list(outcomes),
        now,
        mock_id=item.mock_id,
        round=item.round,
        hints=item.hints,
    )
    bump(held.mock)


def _submission(session: Session, held: HeldRound, item: RoundItem) -> CodeAttempt | None:
    query = select(CodeAttempt).where(
        CodeAttempt.user_id == item.user_id,
        CodeAttempt.card_id == item.card_id,
        CodeAttempt.mock_id == item.mock_id,
        CodeAttempt.round == held.round.position,
        CodeAttempt.kind == SUBMIT,
    )
    return session.scalars(query).first()


def _checked(
    outcomes: Sequence[Mapping[str, Any]],
    visible: Sequence[NamedTest],
    hidden: Sequence[NamedTest],
    missing: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Outcomes with our own labels, in the order of the tests; `missing` stands for those left out.

    :raise NotFound: for a test that the exercise does not have.
    """
    told = {(str(one["name"]), bool(one.get("hidden"))): one for one in outcomes}
    cases = {(case.name, False): case for case in visible}
    cases |= {(case.name, True): case for case in hidden}
    strange = sorted(name for name, _ in told.keys() - cases.keys())
    if strange:
        raise NotFound(f"This exercise has no test called {strange[0][:60]}.")
    found = [(key, case, told.get(key, missing)) for key, case in cases.items()]
    return [
        {
            "name": case.name,
            "label": case.label,
            "passed": one["passed"],
            "hidden": is_hidden,
            "message": one.get("message", ""),
        }
        for (_, is_hidden), case, one in found
        if one is not None
    ]
