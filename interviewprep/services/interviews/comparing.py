"""Two attempts at the same prompt, side by side."""

from __future__ import annotations

import difflib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...errors import NotFound
from ...storage import Mock, MockRound, RoundItem
from ..learner import Learner
from .history import was_asked
from .reports import ItemReport, RoundReport, round_reports
from .rounds import load_mock
from .sheets import SheetRow, StageTime

CONTEXT_LINES = 3
NOTHING_TO_COMPARE = "Only one mock asked this prompt so far, so there is nothing to compare."


@dataclass(frozen=True, slots=True)
class Attempt:
    """One mock that asked the prompt."""

    mock_id: uuid.UUID
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the mock, the round in which it asked the prompt, and how that went."""

    mock: Mock
    round: RoundReport
    item: ItemReport


@dataclass(frozen=True, slots=True)
class RowPair:
    """A dimension in both; None where one of them did not have it."""

    dimension: str
    earlier: SheetRow | None
    later: SheetRow | None


@dataclass(frozen=True, slots=True)
class StagePair:
    label: str
    earlier: StageTime | None
    later: StageTime | None


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of code: `mark` is `+`, `-`, `@` (where lines are left out) or a blank."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`attempts` are all at this prompt, the newest first."""

    card_id: int
    title: str
    attempts: tuple[Attempt, ...]
    earlier: Side
    later: Side
    rows: tuple[RowPair, ...]
    stages: tuple[StagePair, ...]
    code: tuple[DiffLine, ...]


def attempts_at(session: Session, user_id: int, card_id: int) -> tuple[Attempt, ...]:
    """Return the mocks that ended and asked this prompt, the newest first; a loop that ended before
    the round with it did not."""
    rows = session.execute(
        select(Mock.id, Mock.started_at)
        .join(RoundItem, (RoundItem.user_id == Mock.user_id) & (RoundItem.mock_id == Mock.id))
        .join(MockRound, was_asked())
        .where(Mock.user_id == user_id, RoundItem.card_id == card_id, Mock.ended_at.is_not(None))
        .distinct()
        .order_by(Mock.started_at.desc(), Mock.id.desc())
    )
    return tuple(Attempt(row.id, row.started_at) for row in rows)


def compare(
    session: Session,
    learner: Learner,
    now: datetime,
    *,
    card_id: int | None = None,
    chosen: Sequence[uuid.UUID] = (),
) -> Comparison:
    """Put two mocks beside each other: those chosen, or the two newest that asked the prompt.

    Without `card_id` the first prompt counts that both chosen ones asked.

    :raise NotFound: where a mock is not this learner's, or there are no two to compare.
    """
    mocks = [load_mock(session, learner.id, mock_id) for mock_id in dict.fromkeys(chosen)]
    if card_id is None:
        card_id = _common_card(session, mocks)
    attempts = attempts_at(session, learner.id, card_id)
    if len(attempts) < 2:
        raise NotFound(NOTHING_TO_COMPARE)
    known = {one.mock_id for one in attempts}
    wanted = [mock.id for mock in mocks if mock.id in known]
    wanted += [one.mock_id for one in attempts if one.mock_id not in wanted]
    pair = sorted(
        (load_mock(session, learner.id, mock_id) for mock_id in wanted[:2]),
        key=lambda mock: (mock.started_at, str(mock.id)),
    )
    earlier, later = (_side(session, mock, card_id, now) for mock in pair)
    return Comparison(
        card_id=card_id,
        title=later.item.sheet.prompt.title,
        attempts=attempts,
        earlier=earlier,
        later=later,
        rows=_rows(earlier.item, later.item),
        stages=_stages(earlier.round, later.round),
        code=diff_lines(_code(earlier.item), _code(later.item)),
    )


def diff_lines(before: str, after: str) -> tuple[DiffLine, ...]:
    """Return what changed from one text to the other, with some lines around; nothing if equal."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), n=CONTEXT_LINES, lineterm=""
    )
    found = list(lines)[2:]
    return tuple(
        DiffLine("@", "") if line.startswith("@@") else DiffLine(line[:1], line[1:])
        for line in found
    )


def _common_card(session: Session, mocks: Sequence[Mock]) -> int:
    if len(mocks) < 2:
        raise NotFound("Choose two different mocks to compare.")
    cards = [
        session.scalars(
            select(RoundItem.card_id)
            .where(RoundItem.user_id == mock.user_id, RoundItem.mock_id == mock.id)
            .order_by(RoundItem.round, RoundItem.position)
        ).all()
        for mock in mocks
    ]
    for card_id in cards[0]:
        if card_id in cards[1]:
            return card_id
    raise NotFound("These two mocks asked different prompts, so there is nothing to compare.")


def _side(session: Session, mock: Mock, card_id: int, now: datetime) -> Side:
    for each in round_reports(session, mock, now):
        for item in each.items:
            if item.sheet.item.card_id == card_id:
                return Side(mock, each, item)
    raise NotFound("One of these mocks never came to this prompt, so there is nothing to compare.")


def _rows(earlier: ItemReport, later: ItemReport) -> tuple[RowPair, ...]:
    one = {row.rubric.dimension: row for row in earlier.sheet.rows}
    two = {row.rubric.dimension: row for row in later.sheet.rows}
    return tuple(RowPair(name, one.get(name), two.get(name)) for name in {**two, **one})


def _stages(earlier: RoundReport, later: RoundReport) -> tuple[StagePair, ...]:
    one = {stage.label: stage for stage in earlier.stages}
    two = {stage.label: stage for stage in later.stages}
    return tuple(StagePair(label, one.get(label), two.get(label)) for label in {**two, **one})


def _code(item: ItemReport) -> str:
    return item.attempts[-1].code if item.attempts else item.texts.get("code", "")
