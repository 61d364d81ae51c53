"""The score sheet of a round: its prompts with their rubric, and what was scored so far."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...core.interviews.clock import read_segments, seconds_by_stage
from ...core.interviews.kinds import InterviewKind
from ...core.interviews.verdicts import RoundResult, ScoredRow, round_result
from ...core.prompts import FollowUp, Prompt, RubricRow
from ...errors import NotFound
from ...storage import Mock, MockRound, RoundItem, Score
from .kinds import interview_kinds
from .prompts import EXERCISE_KINDS
from .rounds import DONE, REVISING, load_mock, prompt_of, shown_follow_ups

SELF, INTERVIEWER = "self", "interviewer"
Place = tuple[int, int]
"""A row of a round: the prompt's position, and the row's, both from 0."""


@dataclass(frozen=True, slots=True)
class Given:
    """A level from 1 to 4 with what it rests on; None where the row could not be judged."""

    level: int | None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a rubric with everybody's scores; what is not there is None."""

    rubric: RubricRow
    first: Given | None = None
    revised: Given | None = None
    interviewer: Given | None = None

    @property
    def own(self) -> Given | None:
        """The learner's last word."""
        return self.revised or self.first

    @property
    def level(self) -> int | None:
        return None if self.own is None else self.own.level


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One prompt of the round. `prompt` holds all of it: what is shown is for the caller."""

    item: RoundItem
    prompt: Prompt
    rows: tuple[SheetRow, ...]

    @property
    def scored(self) -> tuple[ScoredRow, ...]:
        return tuple(ScoredRow(row.rubric.weight, row.level) for row in self.rows)

    @property
    def is_exercise(self) -> bool:
        return self.prompt.kind in EXERCISE_KINDS

    @property
    def tests_said(self) -> str:
        """What became of the tests of an exercise, in words."""
        if self.item.outcomes:
            passed = sum(1 for one in self.item.outcomes if one.get("passed"))
            return f"{passed} of {len(self.item.outcomes)} tests passed"
        if self.item.submitted_at is not None:
            return "submitted, tests not run"
        return "given up" if self.item.gave_up else "not submitted"

    @property
    def missed(self) -> tuple[FollowUp, ...]:
        """The follow-ups that were put to the candidate and not answered."""
        return tuple(each for each, answered in shown_follow_ups(self.item) if not answered)


@dataclass(frozen=True, slots=True)
class StageTime:
    label: str
    planned_seconds: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One round as it is scored."""

    mock: Mock
    round: MockRound
    kind: InterviewKind | None
    items: tuple[SheetItem, ...]

    @property
    def is_scored(self) -> bool:
        """Whether the first scores are in, and with them all answers open."""
        return self.round.state in (REVISING, DONE)

    @property
    def places(self) -> dict[Place, SheetRow]:
        return {
            (item.item.position, place): row
            for item in self.items
            for place, row in enumerate(item.rows)
        }

    @property
    def result(self) -> RoundResult:
        return round_result([item.scored for item in self.items])

    def stage_times(self, now: datetime) -> list[StageTime]:
        stages = self.round.stages
        spent = seconds_by_stage(read_segments(self.round.segments), len(stages), now)
        return [
            StageTime(stage["label"], stage["seconds"], round(seconds))
            for stage, seconds in zip(stages, spent, strict=True)
        ]


def rubric_of(item: RoundItem, kind: InterviewKind | None) -> tuple[RubricRow, ...]:
    """Return the rows a prompt is scored by: its own, or those of the kind of interview."""
    prompt = prompt_of(item)
    return prompt.rubric if kind is None else kind.rubric_for(prompt.rubric, prompt.pattern)


def load_sheet(session: Session, user_id: int, mock_id: uuid.UUID, position: int) -> Sheet:
    """Return the sheet of one round.

    :raise NotFound: unless the mock is this learner's and has such a round.
    """
    mock = load_mock(session, user_id, mock_id)
    found = _sheets(session, mock, position)
    if not found:
        raise NotFound("This mock interview has no such round.")
    return found[0]


def load_sheets(session: Session, mock: Mock) -> list[Sheet]:
    """Return the sheets of all rounds, in order."""
    return _sheets(session, mock, None)


def _sheets(session: Session, mock: Mock, position: int | None) -> list[Sheet]:
    rounds = select(MockRound).where(
        MockRound.user_id == mock.user_id, MockRound.mock_id == mock.id
    )
    items = select(RoundItem).where(RoundItem.user_id == mock.user_id, RoundItem.mock_id == mock.id)
    scores = select(Score).where(Score.user_id == mock.user_id, Score.mock_id == mock.id)
    if position is not None:
        rounds = rounds.where(MockRound.position == position)
        items = items.where(RoundItem.round == position)
        scores = scores.where(Score.round == position)
    fresh = {"populate_existing": True}
    given = {
        (score.round, score.item, score.row, score.scorer, score.is_revised): Given(
            score.level, score.evidence
        )
        for score in session.scalars(scores, execution_options=fresh)
    }
    of_round: dict[int, list[RoundItem]] = {}
    for item in session.scalars(items.order_by(RoundItem.position), execution_options=fresh):
        of_round.setdefault(item.round, []).append(item)
    return [
        _sheet(mock, each, of_round.get(each.position, []), given)
        for each in session.scalars(rounds.order_by(MockRound.position), execution_options=fresh)
    ]


def _sheet(
    mock: Mock,
    round_: MockRound,
    items: Sequence[RoundItem],
    given: Mapping[tuple[int, int, int, str, bool], Given],
) -> Sheet:
    kind = interview_kinds().get(round_.kind)
    made = []
    for item in items:
        rows = []
        for place, rubric in enumerate(rubric_of(item, kind)):
            at = (round_.position, item.position, place)
            rows.append(
                SheetRow(
                    rubric,
                    first=given.get((*at, SELF, False)),
                    revised=given.get((*at, SELF, True)),
                    interviewer=given.get((*at, INTERVIEWER, True))
                    or given.get((*at, INTERVIEWER, False)),
                )
            )
        made.append(SheetItem(item, prompt_of(item), tuple(rows)))
    return Sheet(mock, round_, kind, tuple(made))
