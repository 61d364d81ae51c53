"""A mock with an interviewer in the seat."""

from __future__ import annotations

import uuid
from datetime import datetime

from interviewprep.services.interviews.links import Seat, create_link, open_link
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import Learner
from interviewprep.storage import Database, Mock

from ..conftest import NOW


def started(database: Database, learner: Learner, kind: str, **how: object) -> uuid.UUID:
    with database.writing() as session:
        choice = Choice(kind, **how)  # type: ignore[arg-type]
        return start_mock(session, learner, choice, NOW, lambda found: found[0]).id


def linked(database: Database, learner: Learner, mock_id: uuid.UUID, now: datetime = NOW) -> str:
    with database.writing() as session:
        return create_link(session, learner.id, mock_id, now)


def opened(database: Database, token: str, now: datetime = NOW) -> tuple[Seat, str]:
    with database.writing() as session:
        return open_link(session, token, now)


def seated(database: Database, learner: Learner, mock_id: uuid.UUID) -> Seat:
    seat, _ = opened(database, linked(database, learner, mock_id))
    return seat


def version(database: Database, learner: Learner, mock_id: uuid.UUID) -> int:
    with database.reading() as session:
        return session.get_one(Mock, (learner.id, mock_id)).version
