"""A running mock over HTTP: its state, and one request for each thing a candidate does.

Every request that changes something answers with the round's new state.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from flask import Response
from sqlalchemy.orm import Session

from ...core.compact import compact_json
from ...services.interviews import giving, running, submitting
from ...services.interviews.rounds import version_of
from ...services.interviews.states import round_state
from ...services.interviews.texts import save_text
from ...services.learner import Learner, learner_of
from ..login import person
from ..transactions import now, reading, reading_core, writing
from .endpoints import endpoint
from .mock_models import (
    AnsweredIn,
    AskedStateOut,
    CodeIn,
    FactIn,
    ItemIn,
    OutcomeIn,
    OutcomesIn,
    QuestionIn,
    RoundStateOut,
    RunIn,
    SavedTextOut,
    SinceQuery,
    StageIn,
    StoryIn,
    SubmittedStateOut,
    TextIn,
    TextMovedOnOut,
)

ROUND = "/mocks/<uuid:mock_id>/rounds/<int:position>"
STATE = {200: RoundStateOut}
Here: TypeAlias = tuple[Session, Learner, uuid.UUID, int]
"""What each verb takes first: whose round of which mock."""
MOVED_ON = "Another window was quicker; nothing was overwritten. Take up what it wrote."


@endpoint("GET", ROUND, query=SinceQuery, answers={200: RoundStateOut, 304: None})
def show_round(mock_id: uuid.UUID, position: int, query: SinceQuery) -> Any:
    """Return a round as its candidate may see it; 304 if nothing moved since that version."""
    learner = learner_of(person.account)
    if query.since is not None:
        with reading_core() as connection:
            if version_of(connection, learner.id, mock_id, position) == query.since:
                return Response(status=304)
    with reading() as session:
        return round_state(session, learner, mock_id, position, now())


@endpoint("POST", f"{ROUND}/begin", answers=STATE)
def begin_round(mock_id: uuid.UUID, position: int) -> dict[str, Any]:
    """Begin a round that waits."""
    return _after(mock_id, position, lambda here, at: running.begin_round(*here, at))


@endpoint("POST", f"{ROUND}/stage", body=StageIn, answers=STATE)
def go_to_stage(mock_id: uuid.UUID, position: int, body: StageIn) -> dict[str, Any]:
    """Turn to a stage."""
    return _after(mock_id, position, lambda here, at: running.go_to_stage(*here, at, body.stage))


@endpoint("POST", f"{ROUND}/pause", answers=STATE)
def pause_round(mock_id: uuid.UUID, position: int) -> dict[str, Any]:
    """Stop the clock."""
    return _after(mock_id, position, lambda here, at: running.pause(*here, at))


@endpoint("POST", f"{ROUND}/resume", answers=STATE)
def resume_round(mock_id: uuid.UUID, position: int) -> dict[str, Any]:
    """Let the clock go on."""
    return _after(mock_id, position, lambda here, at: running.resume(*here, at))


@endpoint("POST", f"{ROUND}/finish", answers=STATE)
def finish_round(mock_id: uuid.UUID, position: int) -> dict[str, Any]:
    """End a round; it is scored next."""
    return _after(mock_id, position, lambda here, at: running.finish_round(*here, at))


@endpoint("POST", f"{ROUND}/hint", body=ItemIn, answers=STATE)
def take_hint(mock_id: uuid.UUID, position: int, body: ItemIn) -> dict[str, Any]:
    """Take the next hint."""
    return _after(mock_id, position, lambda here, at: giving.next_hint(*here, body.item))


@endpoint("POST", f"{ROUND}/facts", body=FactIn, answers={200: AskedStateOut})
def ask_for_fact(mock_id: uuid.UUID, position: int, body: FactIn) -> dict[str, Any]:
    """Ask the interviewer for a fact."""
    learner, moment = learner_of(person.account), now()
    with writing() as session:
        given = giving.ask_for_fact(
            session, learner, mock_id, position, moment, body.item, body.asked
        )
        state = round_state(session, learner, mock_id, position, moment)
    return {**state, "given": {"row": given.row, "said": given.said}}


@endpoint("POST", f"{ROUND}/follow-up", body=ItemIn, answers=STATE)
def ask_follow_up(mock_id: uuid.UUID, position: int, body: ItemIn) -> dict[str, Any]:
    """Let the interviewer ask the next follow-up."""
    return _after(mock_id, position, lambda here, at: giving.next_follow_up(*here, body.item))


@endpoint("POST", f"{ROUND}/follow-up/answered", body=AnsweredIn, answers=STATE)
def mark_follow_up(mock_id: uuid.UUID, position: int, body: AnsweredIn) -> dict[str, Any]:
    """Say whether a follow-up was answered."""
    return _after(
        mock_id,
        position,
        lambda here, at: giving.mark_follow_up(*here, body.item, body.n, body.answered),
    )


@endpoint("POST", f"{ROUND}/change", body=ItemIn, answers=STATE)
def change_requirement(mock_id: uuid.UUID, position: int, body: ItemIn) -> dict[str, Any]:
    """Let a requirement change, from half-way on."""
    return _after(mock_id, position, lambda here, at: giving.reveal_change(*here, at, body.item))


@endpoint("POST", f"{ROUND}/question", body=QuestionIn, answers=STATE)
def answer_question(mock_id: uuid.UUID, position: int, body: QuestionIn) -> dict[str, Any]:
    """Show the answer to a question, or grade it."""
    return _after(
        mock_id,
        position,
        lambda here, at: giving.answer_question(*here, body.item, body.n, body.grade),
    )


@endpoint("POST", f"{ROUND}/story", body=StoryIn, answers=STATE)
def choose_story(mock_id: uuid.UUID, position: int, body: StoryIn) -> dict[str, Any]:
    """Say which story is told."""
    return _after(
        mock_id, position, lambda here, at: giving.choose_story(*here, body.item, body.story_id)
    )


@endpoint("POST", f"{ROUND}/attempt", body=RunIn, answers=STATE)
def keep_run(mock_id: uuid.UUID, position: int, body: RunIn) -> dict[str, Any]:
    """Keep code that was run against the visible tests."""
    outcomes = _outcomes(body.outcomes)
    return _after(
        mock_id,
        position,
        lambda here, at: submitting.keep_run(*here, at, body.item, body.code, outcomes),
    )


@endpoint("POST", f"{ROUND}/submit", body=CodeIn, answers={200: SubmittedStateOut})
def submit_code(mock_id: uuid.UUID, position: int, body: CodeIn) -> dict[str, Any]:
    """Submit code; this answer alone holds the hidden tests."""
    learner, moment = learner_of(person.account), now()
    with writing() as session:
        submitted = submitting.submit(
            session, learner, mock_id, position, moment, body.item, body.code
        )
        state = round_state(session, learner, mock_id, position, moment)
    return {
        **state,
        "hidden_tests": submitted.hidden_tests,
        "submitted_code": submitted.code,
    }


@endpoint("POST", f"{ROUND}/outcomes", body=OutcomesIn, answers=STATE)
def keep_outcomes(mock_id: uuid.UUID, position: int, body: OutcomesIn) -> dict[str, Any]:
    """Keep what all tests said of the submitted code."""
    outcomes = _outcomes(body.outcomes)
    return _after(
        mock_id,
        position,
        lambda here, at: submitting.keep_outcomes(*here, body.item, outcomes),
    )


@endpoint("POST", f"{ROUND}/give-up", body=ItemIn, answers=STATE)
def give_up(mock_id: uuid.UUID, position: int, body: ItemIn) -> dict[str, Any]:
    """Give an exercise up, which shows its solutions."""
    return _after(mock_id, position, lambda here, at: submitting.give_up(*here, at, body.item))


@endpoint(
    "PUT",
    f"{ROUND}/texts/<name>",
    body=TextIn,
    answers={200: SavedTextOut, 409: TextMovedOnOut},
)
def save_round_text(mock_id: uuid.UUID, position: int, name: str, body: TextIn) -> Any:
    """Save what was typed; 409 with the newer text where another window was quicker."""
    learner, moment = learner_of(person.account), now()
    with writing() as session:
        saved = save_text(
            session, learner, mock_id, position, name, body.text, body.version, moment
        )
    if saved.is_stored:
        return {"version": saved.version, "mock_version": saved.mock_version}
    moved_on = {
        "error": {"code": "moved-on", "message": MOVED_ON},
        "text": saved.text,
        "version": saved.version,
    }
    return Response(compact_json(moved_on), status=409, mimetype="application/json")


def _after(
    mock_id: uuid.UUID, position: int, change: Callable[[Here, datetime], object]
) -> dict[str, Any]:
    """Change a round, and return what it is then."""
    learner, moment = learner_of(person.account), now()
    with writing() as session:
        change((session, learner, mock_id, position), moment)
        return round_state(session, learner, mock_id, position, moment)


def _outcomes(told: Sequence[OutcomeIn]) -> list[dict[str, Any]]:
    return [one.model_dump() for one in told]
