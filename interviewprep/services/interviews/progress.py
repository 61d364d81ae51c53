"""Each dimension of the rubrics over time, kind by kind."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ...core.interviews.kinds import InterviewKind
from ...storage import Mock, MockRound, RoundItem, Score
from ...storage.types import AnyRow
from .kinds import interview_kinds
from .rounds import prompt_of
from .sheets import SELF
from .starting import label_of

ROUNDS_CHARTED = 200


@dataclass(frozen=True, slots=True)
class ScoredAt:
    """A score on a chart; `value` goes from 1 to 4."""

    at: datetime
    mock_id: uuid.UUID
    title: str
    value: float


@dataclass(frozen=True, slots=True)
class DimensionHistory:
    """A dimension over time, oldest first."""

    dimension: str
    scores: tuple[ScoredAt, ...]

    @property
    def mean(self) -> float:
        return sum(one.value for one in self.scores) / len(self.scores)


@dataclass(frozen=True, slots=True)
class KindHistory:
    """What there is to draw of one kind: all rounds' scores, then each dimension, most scored
    first."""

    kind: str
    label: str
    rounds: DimensionHistory
    dimensions: tuple[DimensionHistory, ...]


def score_history(session: Session, user_id: int) -> list[KindHistory]:
    """Return scores over time for each kind that was scored, the most practised kind first.

    It is the learner's own last word that counts: the revised score, else the first. At most the
    newest 200 rounds are looked at.
    """
    rounds = session.execute(
        select(
            MockRound.mock_id,
            MockRound.position,
            MockRound.kind,
            MockRound.score_hundredths,
            Mock.started_at,
        )
        .join(Mock, and_(Mock.user_id == MockRound.user_id, Mock.id == MockRound.mock_id))
        .where(MockRound.user_id == user_id, Mock.ended_at.is_not(None))
        .order_by(Mock.started_at.desc(), MockRound.position.desc())
        .limit(ROUNDS_CHARTED)
    ).all()[::-1]
    wanted = {row.mock_id for row in rounds}
    items = _items(session, user_id, wanted)
    levels = final_levels(session, user_id, wanted)
    by_kind: dict[str, list[AnyRow]] = defaultdict(list)
    for row in rounds:
        by_kind[row.kind].append(row)
    found = [_kind_history(kind, rows, items, levels) for kind, rows in by_kind.items()]
    scored = [one for one in found if one.rounds.scores or one.dimensions]
    return sorted(scored, key=lambda one: (-len(one.rounds.scores), one.label))


def final_levels(
    session: Session, user_id: int, mock_ids: Collection[uuid.UUID]
) -> dict[tuple[uuid.UUID, int, int, int], int]:
    """Return the learner's own scores by mock, round, item and row; revised ones where given."""
    rows = session.execute(
        select(Score.mock_id, Score.round, Score.item, Score.row, Score.level)
        .where(
            Score.user_id == user_id,
            Score.mock_id.in_(mock_ids),
            Score.scorer == SELF,
            Score.level.is_not(None),
        )
        .order_by(Score.is_revised)
    )
    return {(row.mock_id, row.round, row.item, row.row): row.level for row in rows}


def _kind_history(
    kind: str,
    rounds: Sequence[AnyRow],
    items: dict[tuple[uuid.UUID, int], list[RoundItem]],
    levels: dict[tuple[uuid.UUID, int, int, int], int],
) -> KindHistory:
    known = interview_kinds().get(kind)
    whole: list[ScoredAt] = []
    rows: dict[str, list[ScoredAt]] = defaultdict(list)
    for one in rounds:
        asked = items.get((one.mock_id, one.position), [])
        titles = ", ".join(str(item.content.get("title", "")) for item in asked)
        if one.score_hundredths is not None:
            value = one.score_hundredths / 100
            whole.append(ScoredAt(one.started_at, one.mock_id, titles, value))
        for item in asked:
            title = str(item.content.get("title", ""))
            for row, dimension in enumerate(_dimensions(item, known)):
                level = levels.get((one.mock_id, one.position, item.position, row))
                if level is not None:
                    rows[dimension].append(ScoredAt(one.started_at, one.mock_id, title, level))
    dimensions = [DimensionHistory(name, tuple(scores)) for name, scores in rows.items()]
    dimensions.sort(key=lambda each: -len(each.scores))
    overall = DimensionHistory("Whole round", tuple(whole))
    return KindHistory(kind, label_of(kind), overall, tuple(dimensions))


def _dimensions(item: RoundItem, kind: InterviewKind | None) -> list[str]:
    prompt = prompt_of(item)
    rubric = prompt.rubric if kind is None else kind.rubric_for(prompt.rubric, prompt.pattern)
    return [row.dimension for row in rubric]


def _items(
    session: Session, user_id: int, mock_ids: Collection[uuid.UUID]
) -> dict[tuple[uuid.UUID, int], list[RoundItem]]:
    found: dict[tuple[uuid.UUID, int], list[RoundItem]] = defaultdict(list)
    query = select(RoundItem).where(RoundItem.user_id == user_id, RoundItem.mock_id.in_(mock_ids))
    for item in session.scalars(query.order_by(RoundItem.round, RoundItem.position)):
        found[item.mock_id, item.round].append(item)
    return found
