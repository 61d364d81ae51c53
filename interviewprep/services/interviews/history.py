"""The mocks of a learner that ended; see `starting.open_mocks` for those that have not."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from ...storage import Mock, MockRound, RoundItem
from ...storage.prepared import Prepared
from .rounds import WAITING
from .starting import label_of

FINISHED_A_PAGE = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A prompt as a list of mocks names it. `times` is how many ended mocks have asked it."""

    card_id: int
    title: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class MockLine:
    """One mock in a list. `score_hundredths` is null where nothing was scored."""

    id: uuid.UUID
    kind: str
    label: str
    started_at: datetime
    ended_at: datetime | None
    asked: tuple[Asked, ...]
    verdict: str
    score_hundredths: int | None


@dataclass(frozen=True, slots=True)
class OpenMock:
    """The mock under way, as the start page names it."""

    id: uuid.UUID
    label: str


_OPEN = Prepared(
    select(Mock.id, Mock.kind)
    .where(Mock.user_id == bindparam("user_id"), Mock.ended_at.is_(None))
    .order_by(Mock.started_at.desc())
    .limit(1)
)


def newest_open_mock(connection: Connection, user_id: int) -> OpenMock | None:
    """Return the newest mock that has not ended."""
    row = _OPEN.first(connection, {"user_id": user_id})
    return None if row is None else OpenMock(row.id, label_of(row.kind))


def finished_mocks(
    session: Session,
    user_id: int,
    *,
    before: tuple[datetime, uuid.UUID] | None = None,
    limit: int = FINISHED_A_PAGE,
) -> list[MockLine]:
    """Return the mocks that ended, the newest first, those begun before a place if it is given."""
    query = select(Mock).where(Mock.user_id == user_id, Mock.ended_at.is_not(None))
    if before is not None:
        at, mock_id = before
        earlier = and_(Mock.started_at == at, Mock.id < mock_id)
        query = query.where(or_(Mock.started_at < at, earlier))
    query = query.order_by(Mock.started_at.desc(), Mock.id.desc()).limit(limit)
    return _lines(session, user_id, session.scalars(query).all())


def kinds_lately(connection: Connection, user_id: int, *, rounds: int = 20) -> list[str]:
    """Return the kinds of the rounds that were held last, the newest first, of ended mocks."""
    query = (
        select(MockRound.kind)
        .join(Mock, and_(Mock.user_id == MockRound.user_id, Mock.id == MockRound.mock_id))
        .where(MockRound.user_id == user_id, Mock.ended_at.is_not(None), MockRound.state != WAITING)
        .order_by(Mock.started_at.desc(), MockRound.position.desc())
        .limit(rounds)
    )
    return list(connection.execute(query).scalars())


def _lines(session: Session, user_id: int, mocks: Sequence[Mock]) -> list[MockLine]:
    titles: dict[uuid.UUID, list[tuple[int, str]]] = defaultdict(list)
    rows = session.execute(
        select(
            RoundItem.mock_id,
            RoundItem.card_id,
            RoundItem.content["title"].as_string().label("name"),
        )
        .join(MockRound, was_asked())
        .where(RoundItem.user_id == user_id, RoundItem.mock_id.in_([mock.id for mock in mocks]))
        .order_by(RoundItem.round, RoundItem.position)
    )
    for row in rows:
        titles[row.mock_id].append((row.card_id, row.name or ""))
    times = times_asked(session, user_id, {card for each in titles.values() for card, _ in each})
    return [
        MockLine(
            id=mock.id,
            kind=mock.kind,
            label=label_of(mock.kind),
            started_at=mock.started_at,
            ended_at=mock.ended_at,
            asked=tuple(Asked(card, title, times.get(card, 0)) for card, title in titles[mock.id]),
            verdict=mock.verdict,
            score_hundredths=mock.score_hundredths,
        )
        for mock in mocks
    ]


def was_asked() -> ColumnElement[bool]:
    """The condition that joins an item to its round where that round was held: one of a loop that
    ended before it never asked its prompt."""
    return and_(
        MockRound.user_id == RoundItem.user_id,
        MockRound.mock_id == RoundItem.mock_id,
        MockRound.position == RoundItem.round,
        MockRound.state != WAITING,
    )


def times_asked(session: Session, user_id: int, card_ids: Iterable[int]) -> dict[int, int]:
    """Return in how many mocks that ended each of these prompts was asked."""
    rows = session.execute(
        select(RoundItem.card_id, func.count(RoundItem.mock_id.distinct()).label("times"))
        .join(Mock, and_(Mock.user_id == RoundItem.user_id, Mock.id == RoundItem.mock_id))
        .join(MockRound, was_asked())
        .where(
            RoundItem.user_id == user_id,
            RoundItem.card_id.in_(list(card_ids)),
            Mock.ended_at.is_not(None),
        )
        .group_by(RoundItem.card_id)
    )
    return {row.card_id: row.times for row in rows}
