"""Which prompts a round asks: by the schedule, by choice, or as a surprise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Connection, select

from ...core.interviews.kinds import InterviewKind
from ...errors import Invalid
from ...storage import Mock, RoundItem
from ..learner import Learner
from .prompts import PromptCard, list_prompts, propose
from .weak_areas import weak_tags

Pick: TypeAlias = Callable[[Sequence[PromptCard]], PromptCard]
"""Takes one of several: the place where chance comes in."""


def draw(
    connection: Connection,
    learner: Learner,
    kind: InterviewKind,
    minutes: int,
    now: datetime,
    *,
    level: int = 0,
    card_id: int | None = None,
    pick: Pick | None = None,
    taken: Collection[int] = (),
) -> list[PromptCard]:
    """Return the prompts of one round, at least one.

    The one of `card_id` comes first, whenever it was done last. The others come in the order of
    `propose`, or as `pick` takes them from all of the level that may be asked (where it has none
    left, from all): never one of `taken`, nor one asked since yesterday. Where a round has several,
    each asks for another competency as long as there is one.

    :raise Invalid: where there is no prompt, or `card_id` is of another kind of interview.
    """
    every = list_prompts(connection, learner.id, kind=kind)
    chosen = [one for one in every if one.card_id == card_id]
    if card_id is not None and not chosen:
        raise Invalid(
            f"This prompt cannot be asked in this interview ({kind.label}); choose another.",
            field="card_id",
        )
    if not every:
        raise Invalid(
            f"There is no prompt yet for this interview ({kind.label}); import or write one first.",
            field="kind",
        )
    wanted = kind.prompts_in(minutes)
    if len(chosen) == wanted:
        return chosen
    allowed = propose(
        every,
        learner.study_day(now),
        level=level,
        weak_tags=weak_tags(connection, learner) if pick is None else (),
        done_lately={*taken, *asked_lately(connection, learner, now)},
    )
    waiting = [one for one in allowed if one not in chosen]
    while waiting and len(chosen) < wanted:
        fitting = _of_other_competencies(waiting, chosen)
        found = fitting[0] if pick is None else pick(_of_level(fitting, level))
        chosen.append(found)
        waiting.remove(found)
    if not chosen:
        raise Invalid(
            f"Every prompt for this interview ({kind.label}) was asked today or yesterday; choose"
            " one yourself, or come back tomorrow.",
            field="kind",
        )
    return chosen


def asked_lately(connection: Connection, learner: Learner, now: datetime) -> set[int]:
    """Return the cards of prompts asked in a mock today or yesterday, finished or not."""
    since = learner.day_start(learner.study_day(now) - timedelta(days=1))
    query = (
        select(RoundItem.card_id)
        .join(Mock, (Mock.user_id == RoundItem.user_id) & (Mock.id == RoundItem.mock_id))
        .where(Mock.user_id == learner.id, Mock.started_at >= since)
    )
    return set(connection.execute(query).scalars())


def _of_level(prompts: Sequence[PromptCard], level: int) -> Sequence[PromptCard]:
    return [one for one in prompts if level in (0, one.level)] or prompts


def _of_other_competencies(
    waiting: Sequence[PromptCard], chosen: Sequence[PromptCard]
) -> Sequence[PromptCard]:
    asked = {one.competency for one in chosen}
    return [one for one in waiting if one.competency not in asked] or waiting
