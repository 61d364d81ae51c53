"""What the page offers before a mock begins: a kind, the prompts the schedule would ask, and what
the learner chose last time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, select

from ...core.interviews.kinds import InterviewKind
from ...core.interviews.shares import next_kind
from ...errors import Invalid
from ...storage import Mock, MockRound
from ..learner import Learner
from .drawing import draw
from .history import kinds_lately
from .kinds import interview_kinds
from .prompts import PromptCard
from .tracks import shares_of_kinds
from .weak_areas import weak_tags


@dataclass(frozen=True, slots=True)
class Proposed:
    """A prompt that the schedule would ask, and why, in words that follow a comma."""

    prompt: PromptCard
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a round would ask; `problem` is a sentence where there is nothing to ask."""

    prompts: tuple[Proposed, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LastChoices:
    """What was chosen last time. `minutes` is 0 where this kind was never done."""

    minutes: int = 0
    level: int = 0
    hides_difficulty: bool = False
    is_bare: bool = False


def proposed_kind(connection: Connection, learner: Learner) -> str:
    """Return the kind whose turn it is by the shares of the learner's track, or of all together."""
    lately = kinds_lately(connection, learner.id)
    shares = shares_of_kinds(learner.settings.track)
    return next_kind(shares, lately) or next(iter(interview_kinds()))


def propose_round(
    connection: Connection,
    learner: Learner,
    kind: InterviewKind,
    now: datetime,
    *,
    minutes: int = 0,
    level: int = 0,
) -> Proposal:
    """Return the prompts with which a round of this kind would begin now, each with its reason."""
    length = minutes if minutes in kind.minutes else kind.minutes[0]
    try:
        prompts = draw(connection, learner, kind, length, now, level=level)
    except Invalid as refused:
        return Proposal((), refused.message)
    weak = weak_tags(connection, learner)
    today = learner.study_day(now)
    return Proposal(tuple(Proposed(one, reason_for(one, today, weak)) for one in prompts))


def reason_for(prompt: PromptCard, today: date, weak: Sequence[str] | frozenset[str]) -> str:
    """Say why the schedule asks this one."""
    if prompt.due_day is not None and prompt.due_day <= today:
        days = (today - prompt.due_day).days
        return "due today" if not days else f"due for {days} {'day' if days == 1 else 'days'}"
    if prompt.due_day is None:
        found = [tag for tag in prompt.tags if tag in weak]
        return f"never done, weak area {found[0]}" if found else "never done"
    return "not due yet, but nothing else is left"


def last_choices(connection: Connection, user_id: int, kind: str) -> LastChoices:
    """Return what the newest mock was started with, and this kind's minutes when last chosen."""
    newest = connection.execute(
        select(Mock.level, Mock.hides_difficulty, Mock.is_bare)
        .where(Mock.user_id == user_id)
        .order_by(Mock.started_at.desc())
        .limit(1)
    ).first()
    if newest is None:
        return LastChoices()
    minutes = connection.execute(
        select(MockRound.minutes)
        .join(Mock, and_(Mock.user_id == MockRound.user_id, Mock.id == MockRound.mock_id))
        .where(MockRound.user_id == user_id, MockRound.kind == kind)
        .order_by(Mock.started_at.desc(), MockRound.position)
        .limit(1)
    ).scalar()
    return LastChoices(minutes or 0, newest.level, newest.hides_difficulty, newest.is_bare)
