"""A mock of one learner with its rounds and items, loaded to look at or to change."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from ...core.compact import compact_json
from ...core.interviews.clock import Segments, read_segments
from ...core.interviews.kinds import InterviewKind
from ...core.prompts import FollowUp, Prompt
from ...errors import Conflict, NotFound
from ...formats.markdown_deck.prompt_text import read_prompt
from ...storage import Mock, MockRound, RoundItem
from ..learner import Learner
from ..locking import lock_user
from .kinds import get_kind

GREATEST_POSITION = 100
MISSING = "There is no such interview, or it is not yours."
ENDED = "This interview has ended, so nothing in it can be changed any more."
RUNNING, PAUSED, WAITING = "running", "paused", "waiting"
SCORING, REVISING, DONE = "scoring", "revising", "done"
_WHY_NOT = {
    WAITING: "This round has not begun; begin it first.",
    PAUSED: "The clock is paused; resume first.",
    RUNNING: "This round is still running; finish it first.",
    SCORING: "This round is over; score it now.",
    REVISING: "This round is over and scored.",
    DONE: "This round is done.",
}


@dataclass(frozen=True, slots=True)
class HeldRound:
    """One round with all that belongs to it, the items by position."""

    mock: Mock
    round: MockRound
    items: tuple[RoundItem, ...]

    @property
    def kind(self) -> InterviewKind:
        return get_kind(self.round.kind)

    @property
    def segments(self) -> Segments:
        return read_segments(self.round.segments)

    def item(self, position: int) -> RoundItem:
        """:raise NotFound: where the round has no such prompt."""
        if not 0 <= position < len(self.items):
            raise NotFound("This round has no such prompt.")
        return self.items[position]

    def expect(self, *states: str) -> None:
        """:raise Conflict: unless the round is in one of these states."""
        if self.round.state not in states:
            raise Conflict(_WHY_NOT[self.round.state])


def load_mock(session: Session, user_id: int, mock_id: uuid.UUID) -> Mock:
    """:raise NotFound: unless there is such a mock of this learner's."""
    session.flush()
    mock = session.get(Mock, (user_id, mock_id), populate_existing=True)
    if mock is None:
        raise NotFound(MISSING)
    return mock


def load_round(session: Session, user_id: int, mock_id: uuid.UUID, position: int) -> HeldRound:
    """Return a round, counted from 0; raises `NotFound` as `load_mock` does."""
    mock = load_mock(session, user_id, mock_id)
    found = None
    if 0 <= position < GREATEST_POSITION:
        found = session.get(MockRound, (user_id, mock_id, position), populate_existing=True)
    if found is None:
        raise NotFound(MISSING)
    items = (
        select(RoundItem)
        .where(
            RoundItem.user_id == user_id,
            RoundItem.mock_id == mock_id,
            RoundItem.round == position,
        )
        .order_by(RoundItem.position)
        .execution_options(populate_existing=True)
    )
    return HeldRound(mock, found, tuple(session.scalars(items)))


def round_to_change(
    session: Session, learner: Learner, mock_id: uuid.UUID, position: int
) -> HeldRound:
    """Return a round under the learner's lock, so that two windows change it one after the other.

    What it is changed to is for the caller, who also says so with `bump`.

    :raise NotFound: as `load_mock` does.
    :raise Conflict: once the mock has ended, also for a round of it that was never held.
    """
    lock_user(session.connection(), learner.id)
    held = load_round(session, learner.id, mock_id, position)
    if held.mock.ended_at is not None:
        raise Conflict(ENDED)
    return held


def bump(mock: Mock) -> None:
    """Say that something moved, for whoever polls."""
    mock.version += 1


def version_of(connection: Connection, user_id: int, mock_id: uuid.UUID, position: int) -> int:
    """Return the version of the mock, by one look along its key; raises `NotFound`."""
    found = None
    if 0 <= position < GREATEST_POSITION:
        found = connection.execute(
            select(Mock.version)
            .join(MockRound, (MockRound.user_id == Mock.user_id) & (MockRound.mock_id == Mock.id))
            .where(Mock.user_id == user_id, Mock.id == mock_id, MockRound.position == position)
        ).scalar()
    if found is None:
        raise NotFound(MISSING)
    return found


def rounds_in(session: Session, mock: Mock) -> int:
    """Return how many rounds a mock has."""
    query = select(func.count()).where(
        MockRound.user_id == mock.user_id, MockRound.mock_id == mock.id
    )
    return session.scalar(query) or 0


def prompt_of(item: RoundItem) -> Prompt:
    """Read what an item keeps of its prompt; the same text is read once."""
    content: Mapping[str, Any] = item.content
    return _read(content["title"], content["text"], compact_json(content["details"]))


@lru_cache(maxsize=128)
def _read(title: str, text: str, details: str) -> Prompt:
    return read_prompt(title, text, json.loads(details))


def change_of(kind: InterviewKind, prompt: Prompt) -> FollowUp | None:
    """The change of a requirement that a design's interviewer injects half-way: the first of its
    follow-ups, which is not asked again as one."""
    if kind.family != "system-design" or not prompt.follow_ups:
        return None
    return prompt.follow_ups[0]


def follow_ups_of(kind: InterviewKind, prompt: Prompt) -> tuple[tuple[int, FollowUp], ...]:
    """The follow-ups to ask, each with its place in `prompt.follow_ups`."""
    first = 0 if change_of(kind, prompt) is None else 1
    return tuple(enumerate(prompt.follow_ups))[first:]


def shown_follow_ups(item: RoundItem) -> list[tuple[FollowUp, bool | None]]:
    """The follow-ups that the candidate was asked, with whether they were answered."""
    every = prompt_of(item).follow_ups
    return [(every[one["n"]], one["answered"]) for one in item.follow_ups if one["n"] < len(every)]
