"""Interviews: mocks with their rounds, what was said and scored in them, and the own stories.

Every key begins with the learner. A round keeps a copy of what it asked, so that a report stays
what it was when the deck changes.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .learning import learner_key
from .types import BigId, Json, JsonOrNull, UtcInstant


def mock_key() -> Mapped[uuid.UUID]:
    return mapped_column(Uuid, primary_key=True)


def place_key() -> Mapped[int]:
    return mapped_column(SmallInteger, primary_key=True, autoincrement=False)


def of_mock() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["user_id", "mock_id"], ["mock.user_id", "mock.id"], ondelete="CASCADE"
    )


def of_round() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["user_id", "mock_id", "round"],
        ["mock_round.user_id", "mock_round.mock_id", "mock_round.position"],
        ondelete="CASCADE",
    )


class Mock(Base):
    """One sitting: a single round, or a loop of several.

    `kind` is the name of the interview kind, or `loop`. `version` rises with every change anyone
    may see, so that a page can ask whether anything moved. `is_bare`: every help is off. `effects`
    says what its end did to the schedule (see services/interviews/finishing), null before.
    """

    __tablename__ = "mock"
    __table_args__ = (Index(None, "user_id", "started_at"),)

    user_id: Mapped[int] = learner_key()
    id: Mapped[uuid.UUID] = mock_key()
    kind: Mapped[str] = mapped_column(String(40))
    level: Mapped[int] = mapped_column(SmallInteger, default=0)
    hides_difficulty: Mapped[bool] = mapped_column(default=False)
    is_bare: Mapped[bool] = mapped_column(default=False)
    break_minutes: Mapped[int] = mapped_column(SmallInteger, default=0)
    version: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    study_day: Mapped[date | None]
    verdict: Mapped[str] = mapped_column(String(20), default="")
    score_hundredths: Mapped[int | None]
    effects: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    undone_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class MockRound(Base):
    """One interview of a sitting.

    `state`: waiting, running, paused, scoring (no answers shown yet), revising (they are), done.
    `stages` is the plan as a list of `RoundStage` values; `segments` what happened, a list of
    [stage, from, to] with instants in UTC as ISO 8601 and null for the one that runs.
    """

    __tablename__ = "mock_round"
    __table_args__ = (of_mock(),)

    user_id: Mapped[int] = learner_key()
    mock_id: Mapped[uuid.UUID] = mock_key()
    position: Mapped[int] = place_key()
    kind: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    stage: Mapped[int] = mapped_column(SmallInteger, default=0)
    stages: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    segments: Mapped[list[list[Any]]] = mapped_column(Json, default=list)
    started_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    verdict: Mapped[str] = mapped_column(String(20), default="")
    score_hundredths: Mapped[int | None]


class RoundItem(Base):
    """One prompt of a round: what was asked (a copy), and what the candidate was given of it.

    `content` holds title, text (Markdown, all sections), tags and details as the note had them.
    `facts` are the rows of Clarifications asked for, `follow_ups` a list of {"n": its place in the
    prompt, "answered": true, false or null} for those shown, `questions` those of a ladder or of
    cards (see services/interviews/questions), `outcomes` the tests of the submitted code.
    """

    __tablename__ = "round_item"
    __table_args__ = (of_round(), Index(None, "user_id", "card_id"), Index(None, "card_id"))

    user_id: Mapped[int] = learner_key()
    mock_id: Mapped[uuid.UUID] = mock_key()
    round: Mapped[int] = place_key()
    position: Mapped[int] = place_key()
    card_id: Mapped[int] = mapped_column(BigId, ForeignKey("card.id"))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    hints: Mapped[int] = mapped_column(SmallInteger, default=0)
    facts: Mapped[list[int]] = mapped_column(Json, default=list)
    follow_ups: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    change_shown_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    gave_up: Mapped[bool] = mapped_column(default=False)
    outcomes: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    story_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    score_hundredths: Mapped[int | None]


class RoundText(Base):
    """What the candidate writes in a round, by name: `notes`, `code`, `diagram`, `calculator`, with
    `-1` and so on for the second prompt's; and what they asked for (services/interviews/asked).
    `version` guards against two windows."""

    __tablename__ = "round_text"
    __table_args__ = (of_round(),)

    user_id: Mapped[int] = learner_key()
    mock_id: Mapped[uuid.UUID] = mock_key()
    round: Mapped[int] = place_key()
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)


class Score(Base):
    """The score of one rubric row of one prompt: 1 to 4, or null, with a sentence of evidence.

    `scorer`: self or interviewer. The learner's first scores stay beside the revised ones.
    """

    __tablename__ = "score"
    __table_args__ = (of_round(),)

    user_id: Mapped[int] = learner_key()
    mock_id: Mapped[uuid.UUID] = mock_key()
    round: Mapped[int] = place_key()
    item: Mapped[int] = place_key()
    row: Mapped[int] = place_key()
    scorer: Mapped[str] = mapped_column(String(12), primary_key=True)
    is_revised: Mapped[bool] = mapped_column(primary_key=True, default=False)
    level: Mapped[int | None] = mapped_column(SmallInteger)
    evidence: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcInstant)


class CodeAttempt(Base):
    """The learner's code each time it was run or submitted, in a mock or on its own.

    `kind`: run, submit, give-up. `outcomes` are the tests: name, label, passed, hidden.
    """

    __tablename__ = "code_attempt"
    __table_args__ = (Index(None, "user_id", "card_id", "at"), Index(None, "card_id"))

    user_id: Mapped[int] = learner_key()
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    card_id: Mapped[int] = mapped_column(BigId, ForeignKey("card.id"))
    mock_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    round: Mapped[int | None] = mapped_column(SmallInteger)
    at: Mapped[datetime] = mapped_column(UtcInstant)
    kind: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(Text)
    outcomes: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    hints: Mapped[int] = mapped_column(SmallInteger, default=0)
    duration_ms: Mapped[int] = mapped_column(BigId, default=0)


class Practice(Base):
    """A coding exercise being done on its own: when it was opened, and what was taken. One row for
    each exercise in hand; it goes when the exercise is graded."""

    __tablename__ = "practice"
    __table_args__ = (Index(None, "card_id"),)

    user_id: Mapped[int] = learner_key()
    card_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("card.id"), primary_key=True, autoincrement=False
    )
    started_at: Mapped[datetime] = mapped_column(UtcInstant)
    hints: Mapped[int] = mapped_column(SmallInteger, default=0)
    submissions: Mapped[int] = mapped_column(SmallInteger, default=0)
    passed_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    gave_up: Mapped[bool] = mapped_column(default=False)
    code: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=0)


class Story(Base):
    """One of the learner's own stories. `competencies` are keys of core/interviews/competencies."""

    __tablename__ = "story"

    user_id: Mapped[int] = learner_key()
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    situation: Mapped[str] = mapped_column(Text, default="")
    task: Mapped[str] = mapped_column(Text, default="")
    action: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str] = mapped_column(Text, default="")
    reflection: Mapped[str] = mapped_column(Text, default="")
    numbers: Mapped[str] = mapped_column(Text, default="")
    competencies: Mapped[list[str]] = mapped_column(Json, default=list)
    questions: Mapped[list[str]] = mapped_column(Json, default=list)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)


class InterviewerLink(Base):
    """The right to be the interviewer of one mock. Both secrets are stored hashed: the one in the
    link, and the one in the cookie of whoever opened it last."""

    __tablename__ = "interviewer_link"
    __table_args__ = (
        of_mock(),
        Index("uq_interviewer_link_token_hash", "token_hash", unique=True),
        Index("uq_interviewer_link_visitor_hash", "visitor_hash", unique=True),
    )

    user_id: Mapped[int] = learner_key()
    mock_id: Mapped[uuid.UUID] = mock_key()
    position: Mapped[int] = place_key()
    token_hash: Mapped[str] = mapped_column(String(64))
    visitor_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    expires_at: Mapped[datetime] = mapped_column(UtcInstant)
    opened_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcInstant)
