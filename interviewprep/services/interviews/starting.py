"""Start a mock interview, and list those that are not finished."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from ...core.interviews.clock import at_stage, stored_segments
from ...core.interviews.kinds import InterviewKind
from ...core.interviews.stages import round_stages
from ...errors import Invalid
from ...storage import Mock, MockRound, RoundItem
from ..learner import Learner
from ..locking import lock_user
from .drawing import Pick, draw
from .kinds import LOOP, get_kind, interview_kinds, loop
from .prompts import PromptCard, load_content, prompt_in
from .questions import questions_for
from .rounds import WAITING

MOST_ROUNDS = 8
LONGEST_BREAK_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """What a learner chose. `kind` is the name of an interview kind, or `loop`.

    `minutes` 0 means the kind's usual length, `level` 0 any. `surprise` draws from all prompts that
    may be asked, not by the schedule. `rounds` are (kind, minutes) of a loop; empty means those of
    the file `loop.yaml`, and so does None for the minutes of its breaks.
    """

    kind: str
    minutes: int = 0
    level: int = 0
    card_id: int | None = None
    surprise: bool = False
    hides_difficulty: bool = False
    is_bare: bool = False
    rounds: tuple[tuple[str, int], ...] = ()
    break_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class OpenMock:
    """A mock that is not finished. `position` is the round it stands at, `state` that round's.

    `title` names the prompt, or, while the round waits and its prompt is secret, its kind.
    """

    id: uuid.UUID
    kind: str
    label: str
    started_at: datetime
    position: int
    rounds: int
    state: str
    title: str


def start_mock(
    session: Session,
    learner: Learner,
    choice: Choice,
    now: datetime,
    pick: Pick | None = None,
) -> Mock:
    """Start an interview: its prompts are drawn, and the clock of its first round runs.

    `pick` takes one of several prompts at random; a surprise needs it. In a loop no prompt is asked
    twice.

    :raise NotFound: for a kind that does not exist.
    :raise Invalid: for a length that the kind does not have, or where there is no prompt to ask.
    """
    lock_user(session.connection(), learner.id)
    if choice.surprise and choice.card_id is not None:
        raise Invalid("Choose a prompt or let it be a surprise, not both.", field="card_id")
    if choice.surprise and pick is None:
        raise ValueError("a surprise needs something that picks")
    mock = Mock(
        user_id=learner.id,
        id=uuid.uuid4(),
        kind=choice.kind,
        level=choice.level,
        hides_difficulty=choice.hides_difficulty,
        is_bare=choice.is_bare,
        break_minutes=_break_minutes(choice),
        version=1,
        started_at=now,
    )
    plan = _plan(choice)
    drawn: list[tuple[InterviewKind, int, list[PromptCard]]] = []
    taken: set[int] = set()
    for kind, minutes in plan:
        prompts = draw(
            session.connection(),
            learner,
            kind,
            minutes,
            now,
            level=choice.level,
            card_id=choice.card_id,
            pick=pick if choice.surprise else None,
            taken=taken,
        )
        taken.update(one.card_id for one in prompts)
        drawn.append((kind, minutes, prompts))
    session.add(mock)
    session.flush()
    for position, (kind, minutes, prompts) in enumerate(drawn):
        _add_round(session, mock, position, kind, minutes, prompts, now)
    session.flush()
    return mock


def open_mocks(connection: Connection, user_id: int) -> list[OpenMock]:
    """Return the mocks that are not finished, the newest first."""
    found: dict[uuid.UUID, list[OpenMock]] = {}
    query = (
        select(
            Mock.id,
            Mock.kind,
            Mock.started_at,
            MockRound.position,
            MockRound.kind.label("round_kind"),
            MockRound.state,
            RoundItem.content["title"].as_string().label("title"),
        )
        .join(MockRound, (MockRound.user_id == Mock.user_id) & (MockRound.mock_id == Mock.id))
        .join(
            RoundItem,
            (RoundItem.user_id == Mock.user_id)
            & (RoundItem.mock_id == Mock.id)
            & (RoundItem.round == MockRound.position)
            & (RoundItem.position == 0),
        )
        .where(Mock.user_id == user_id, Mock.ended_at.is_(None))
        .order_by(Mock.started_at.desc(), Mock.id, MockRound.position)
    )
    for row in connection.execute(query):
        found.setdefault(row.id, []).append(
            OpenMock(
                id=row.id,
                kind=row.kind,
                label=label_of(row.kind),
                started_at=row.started_at,
                position=row.position,
                rounds=0,
                state=row.state,
                title=label_of(row.round_kind) if row.state == WAITING else row.title,
            )
        )
    return [_standing(rounds) for rounds in found.values()]


def label_of(kind: str) -> str:
    """Return how people call a kind of mock; the name itself where the file is gone."""
    if kind == LOOP:
        return loop().label
    known = interview_kinds().get(kind)
    return kind if known is None else known.label


def _standing(rounds: Sequence[OpenMock]) -> OpenMock:
    """The round in hand: the one that runs, else the first that is not done."""
    running = [one for one in rounds if one.state in ("running", "paused")]
    left = [one for one in rounds if one.state != "done"]
    at = (running or left or rounds)[0]
    return OpenMock(
        at.id, at.kind, at.label, at.started_at, at.position, len(rounds), at.state, at.title
    )


def _plan(choice: Choice) -> list[tuple[InterviewKind, int]]:
    if choice.kind != LOOP:
        kind = get_kind(choice.kind)
        return [(kind, _length(kind, choice.minutes))]
    if choice.card_id is not None:
        raise Invalid("A loop draws its prompts itself.", field="card_id")
    rounds = choice.rounds or tuple((one.kind, one.minutes) for one in loop().rounds)
    if len(rounds) > MOST_ROUNDS:
        raise Invalid(f"A loop has at most {MOST_ROUNDS} rounds.", field="rounds")
    return [(get_kind(name), _length(get_kind(name), minutes)) for name, minutes in rounds]


def _break_minutes(choice: Choice) -> int:
    if choice.kind != LOOP:
        return 0
    if choice.break_minutes is None:
        return loop().break_minutes
    if not 0 <= choice.break_minutes <= LONGEST_BREAK_MINUTES:
        raise Invalid(
            f"A break takes at most {LONGEST_BREAK_MINUTES} minutes.", field="break_minutes"
        )
    return choice.break_minutes


def _length(kind: InterviewKind, minutes: int) -> int:
    if not minutes:
        return kind.minutes[0]
    if minutes not in kind.minutes:
        *others, last = (str(length) for length in sorted(kind.minutes))
        offered = f"{', '.join(others)} or {last}" if others else last
        raise Invalid(
            f"This interview ({kind.label}) takes {offered} minutes, not {minutes}.",
            field="minutes",
        )
    return minutes


def _add_round(
    session: Session,
    mock: Mock,
    position: int,
    kind: InterviewKind,
    minutes: int,
    prompts: Sequence[PromptCard],
    now: datetime,
) -> None:
    connection = session.connection()
    contents = [load_content(connection, mock.user_id, one.card_id) for one in prompts]
    first = prompt_in(contents[0])
    planned = first.stages if len(prompts) == 1 else ()
    is_first = position == 0
    session.add(
        MockRound(
            user_id=mock.user_id,
            mock_id=mock.id,
            position=position,
            kind=kind.name,
            minutes=minutes,
            state="running" if is_first else "waiting",
            stages=[asdict(one) for one in round_stages(kind, minutes, len(prompts), planned)],
            segments=stored_segments(at_stage((), 0, now)) if is_first else [],
            started_at=now if is_first else None,
        )
    )
    session.flush()
    for place, (prompt, content) in enumerate(zip(prompts, contents, strict=True)):
        questions = []
        if kind.family == "concepts" and place == 0:
            questions = questions_for(connection, mock.user_id, first, content["tags"])
        session.add(
            RoundItem(
                user_id=mock.user_id,
                mock_id=mock.id,
                round=position,
                position=place,
                card_id=prompt.card_id,
                content=content,
                questions=questions,
            )
        )
