"""Where a learner is weak, as tags: what interviews and lapses say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from ...storage import Card, Memory, Mock, Note, RoundItem, Score
from ..learner import Learner
from .kinds import kind_of_prompt
from .prompts import prompt_in

NEWEST_MOCKS = 10
WEAK_LEVEL = 2
MANY_LAPSES = 4
MOST_LAPSED_CARDS = 50


def weak_tags(connection: Connection, learner: Learner) -> frozenset[str]:
    """Return the `Revise` tags of rubric rows scored 1 or 2 in the ten newest mocks, and the tags
    of the cards that were forgotten most often."""
    return _of_mocks(connection, learner.id) | _of_lapses(connection, learner.id)


def _of_mocks(connection: Connection, user_id: int) -> frozenset[str]:
    newest = (
        select(Mock.id)
        .where(Mock.user_id == user_id)
        .order_by(Mock.started_at.desc(), Mock.id)
        .limit(NEWEST_MOCKS)
    )
    mocks = list(connection.execute(newest).scalars())
    scores = (
        select(Score.mock_id, Score.round, Score.item, Score.row, Score.level)
        .where(Score.user_id == user_id, Score.mock_id.in_(mocks), Score.scorer == "self")
        .order_by(Score.is_revised)  # what was revised stands for what was said first
    )
    levels = {
        ((one.mock_id, one.round, one.item), one.row): one.level
        for one in connection.execute(scores)
    }
    low = [place for place, level in levels.items() if level is not None and level <= WEAK_LEVEL]
    if not low:
        return frozenset()
    items = select(RoundItem.mock_id, RoundItem.round, RoundItem.position, RoundItem.content).where(
        RoundItem.user_id == user_id, RoundItem.mock_id.in_({item[0] for item, _ in low})
    )
    rubrics = {
        (one.mock_id, one.round, one.position): _revised_by_row(one.content)
        for one in connection.execute(items)
    }
    return frozenset(tag for item, row in low for tag in rubrics[item].get(row, ()))


def _revised_by_row(content: Mapping[str, Any]) -> dict[int, tuple[str, ...]]:
    prompt = prompt_in(content)
    kind = kind_of_prompt(prompt.kind, content["tags"])
    rubric = prompt.rubric if kind is None else kind.rubric_for(prompt.rubric, prompt.pattern)
    return {place: row.revise for place, row in enumerate(rubric)}


def _of_lapses(connection: Connection, user_id: int) -> frozenset[str]:
    query = (
        select(Note.tags)
        .join(Card, Card.note_id == Note.id)
        .join(Memory, Memory.card_id == Card.id)
        .where(Memory.user_id == user_id, Memory.lapses >= MANY_LAPSES, Card.retired_at.is_(None))
        .order_by(Memory.lapses.desc(), Card.id)
        .limit(MOST_LAPSED_CARDS)
    )
    return frozenset(tag for tags in connection.execute(query).scalars() for tag in tags.split())
