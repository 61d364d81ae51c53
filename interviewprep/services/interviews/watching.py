"""What the friend in the interviewer's seat sees: everything of the prompt, what the candidate was
given of it, their code and diagram (never their notes), and the scores given so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ...core.interviews.clock import running_since, seconds_by_stage
from ...core.prompts import FollowUp, Prompt
from ...storage import Mock, MockRound, RoundItem, RoundText
from .asked import Asked, name_of_asked, read_asked
from .links import OVER, Seat, SeatGone
from .markup import media_of_cards
from .rounds import (
    PAUSED,
    RUNNING,
    WAITING,
    HeldRound,
    change_of,
    follow_ups_of,
    version_of,
)
from .sheets import SheetRow, load_sheet

WATCHED = ("code", "diagram")


@dataclass(frozen=True, slots=True)
class RoundPlace:
    """One round of the mock, for finding the way; `state` as in `MockRound`."""

    position: int
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The stage in hand with its prompt (`item`), and the seconds passed in it and in all; `runs`
    says whether they go on."""

    stage: int
    stages: int
    item: int
    label: str
    says: str
    covers: str
    planned_s: int
    stage_s: int
    round_s: int
    round_planned_s: int
    runs: bool


@dataclass(frozen=True, slots=True)
class AskedFollowUp:
    """One that can be asked. `shown` is its place among those that were, `answered` as marked."""

    n: int
    follow_up: FollowUp
    shown: int | None
    answered: bool | None


@dataclass(frozen=True, slots=True)
class Interviewed:
    """One prompt of the round, as the interviewer sees it. `media` maps file names to addresses;
    `asked` is what the candidate asked for in writing."""

    item: RoundItem
    prompt: Prompt
    rows: tuple[SheetRow, ...]
    follow_ups: tuple[AskedFollowUp, ...]
    change: FollowUp | None
    code: str
    diagram: str
    media: Mapping[str, str]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Interview:
    """One round as the interviewer sees it; `mark` changes whenever anything of it does."""

    mark: str
    mock: Mock
    held: HeldRound
    clock: Clock
    items: tuple[Interviewed, ...]
    places: tuple[RoundPlace, ...]
    current: int

    @property
    def is_watched(self) -> bool:
        """Whether the candidate makes something in this round that can be watched."""
        panels = {panel for stage in self.held.round.stages for panel in stage["panels"]}
        return bool(panels & {"editor", "diagram"})

    @property
    def may_give(self) -> bool:
        return self.held.round.state == RUNNING


def current_round(session: Session, seat: Seat) -> int:
    """Return the position of the round in hand: the one that runs, else the first not begun, else
    the last.

    :raise SeatGone: where the mock was thrown away at this very moment.
    """
    places = _places(session, seat)
    if not places:
        raise SeatGone(OVER)
    running = [one for one in places if one.state in (RUNNING, PAUSED)]
    waiting = [one for one in places if one.state == WAITING]
    return (running or waiting or places[-1:])[0].position


def mark_of(session: Session, seat: Seat, position: int) -> str:
    """Return what tells one state of a round from the next, for polling.

    :raise NotFound: where there is no such round.
    """
    version = version_of(session.connection(), seat.user_id, seat.mock_id, position)
    typed = session.scalar(
        select(func.coalesce(func.sum(RoundText.version), 0)).where(
            RoundText.user_id == seat.user_id,
            RoundText.mock_id == seat.mock_id,
            RoundText.round == position,
            or_(*(RoundText.name.startswith(name) for name in WATCHED)),
        )
    )
    return f"{version}-{typed}"


def load_interview(session: Session, seat: Seat, position: int, now: datetime) -> Interview:
    """Return a round for the interviewer; raises `NotFound` where there is no such round."""
    session.flush()  # what was just given is among what the mark counts
    mark = mark_of(session, seat, position)
    sheet = load_sheet(session, seat.user_id, seat.mock_id, position)
    held = HeldRound(sheet.mock, sheet.round, tuple(one.item for one in sheet.items))
    texts = _texts(session, seat, position)
    media = media_of_cards(session, {one.card_id for one in held.items})
    items = []
    for scored in sheet.items:
        found, prompt = scored.item, scored.prompt
        ending = f"-{found.position}" if found.position else ""
        items.append(
            Interviewed(
                item=found,
                prompt=prompt,
                rows=scored.rows,
                follow_ups=_follow_ups(held, found, prompt),
                change=change_of(held.kind, prompt),
                code=texts.get(f"code{ending}", ""),
                diagram=texts.get(f"diagram{ending}", ""),
                media=media.get(found.card_id, {}),
                asked=tuple(read_asked(texts.get(name_of_asked(found.position), ""))),
            )
        )
    return Interview(
        mark=mark,
        mock=held.mock,
        held=held,
        clock=_clock(held, now),
        items=tuple(items),
        places=tuple(_places(session, seat)),
        current=current_round(session, seat),
    )


def _places(session: Session, seat: Seat) -> list[RoundPlace]:
    rows = session.execute(
        select(MockRound.position, MockRound.kind, MockRound.state)
        .where(MockRound.user_id == seat.user_id, MockRound.mock_id == seat.mock_id)
        .order_by(MockRound.position)
    )
    return [RoundPlace(row.position, row.kind, row.state) for row in rows]


def _texts(session: Session, seat: Seat, position: int) -> dict[str, str]:
    rows = session.execute(
        select(RoundText.name, RoundText.text).where(
            RoundText.user_id == seat.user_id,
            RoundText.mock_id == seat.mock_id,
            RoundText.round == position,
        )
    )
    return {row.name: row.text for row in rows if row.name.partition("-")[0] != "notes"}


def _follow_ups(held: HeldRound, item: RoundItem, prompt: Prompt) -> tuple[AskedFollowUp, ...]:
    shown = {one["n"]: (place, one["answered"]) for place, one in enumerate(item.follow_ups)}
    return tuple(
        AskedFollowUp(n, follow_up, *shown.get(n, (None, None)))
        for n, follow_up in follow_ups_of(held.kind, prompt)
    )


def _clock(held: HeldRound, now: datetime) -> Clock:
    stages = held.round.stages
    spent = seconds_by_stage(held.segments, len(stages), now)
    stage = stages[held.round.stage]
    return Clock(
        stage=held.round.stage,
        stages=len(stages),
        item=stage["item"],
        label=stage["label"],
        says=stage["says"],
        covers=stage.get("covers", ""),
        planned_s=stage["seconds"],
        stage_s=round(spent[held.round.stage]),
        round_s=round(sum(spent)),
        round_planned_s=sum(one["seconds"] for one in stages),
        runs=running_since(held.segments) is not None,
    )
