"""Mocks that were done, straight in the tables: for lists, charts and reports."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from interviewprep.core.interviews.stages import round_stages
from interviewprep.services.interviews.kinds import LOOP, interview_kinds
from interviewprep.services.interviews.prompts import list_prompts, load_content
from interviewprep.storage import CodeAttempt, Mock, MockRound, RoundItem, RoundText, Score


def card_titled(session: Session, user_id: int, title: str) -> int:
    """Return the prompt with this title."""
    found = list_prompts(session.connection(), user_id)
    return next(one.card_id for one in found if one.title == title)


def add_mock(
    session: Session,
    user_id: int,
    rounds: Sequence[tuple[str, Sequence[int]]],
    at: datetime,
    *,
    levels: Sequence[int | None] = (),
    revised: Sequence[int | None] = (),
    interviewer: Sequence[int | None] = (),
    ended: bool = True,
    verdict: str = "leaning-hire",
    score_hundredths: int | None = 300,
    **other: Any,
) -> uuid.UUID:
    """Store a mock of these rounds, each a kind and its cards, and return its id.

    Every item is scored alike. An open one has its first round running since `at`.
    """
    mock_id = uuid.uuid4()
    kind = rounds[0][0] if len(rounds) == 1 else LOOP
    session.add(
        Mock(
            user_id=user_id,
            id=mock_id,
            kind=kind,
            started_at=at,
            ended_at=at + timedelta(minutes=50) if ended else None,
            study_day=at.date() if ended else None,
            verdict=verdict if ended else "",
            score_hundredths=score_hundredths if ended else None,
            **other,
        )
    )
    session.flush()
    for position, (name, cards) in enumerate(rounds):
        add_round(session, user_id, mock_id, position, name, cards, at, ended=ended)
        for item in range(len(cards)):
            for scorer, is_revised, given in (
                ("self", False, levels),
                ("self", True, revised),
                ("interviewer", False, interviewer),
            ):
                session.add_all(
                    Score(
                        user_id=user_id,
                        mock_id=mock_id,
                        round=position,
                        item=item,
                        row=row,
                        scorer=scorer,
                        is_revised=is_revised,
                        level=level,
                        evidence=f"{scorer} saw row {row}" + (" again" if is_revised else ""),
                        at=at,
                    )
                    for row, level in enumerate(given)
                )
    session.flush()
    return mock_id


def add_round(
    session: Session,
    user_id: int,
    mock_id: uuid.UUID,
    position: int,
    name: str,
    cards: Sequence[int],
    at: datetime,
    *,
    ended: bool,
) -> None:
    """Store one round. The stages took what was planned, the third a minute more."""
    kind = interview_kinds()[name]
    minutes = kind.minutes[0]
    stages = round_stages(kind, minutes, len(cards))
    segments: list[list[Any]] = []
    moment = at
    for place, stage in enumerate(stages if ended else stages[:1]):
        after = moment + timedelta(seconds=stage.seconds + (60 if place == 2 else 0))
        segments.append([place, moment.isoformat(), after.isoformat() if ended else None])
        moment = after
    session.add(
        MockRound(
            user_id=user_id,
            mock_id=mock_id,
            position=position,
            kind=name,
            minutes=minutes,
            state="done" if ended else ("waiting" if position else "running"),
            stage=len(stages) - 1 if ended else 0,
            stages=[asdict(stage) for stage in stages],
            segments=segments,
            started_at=at,
            ended_at=moment if ended else None,
            verdict="leaning-hire" if ended else "",
            score_hundredths=300 if ended else None,
        )
    )
    session.flush()
    for place, card_id in enumerate(cards):
        session.add(
            RoundItem(
                user_id=user_id,
                mock_id=mock_id,
                round=position,
                position=place,
                card_id=card_id,
                content=load_content(session.connection(), user_id, card_id),
                score_hundredths=300 if ended else None,
            )
        )
    session.flush()


def write_text(
    session: Session,
    user_id: int,
    mock_id: uuid.UUID,
    name: str,
    text: str,
    at: datetime,
    round_: int = 0,
) -> None:
    session.add(
        RoundText(
            user_id=user_id,
            mock_id=mock_id,
            round=round_,
            name=name,
            text=text,
            version=1,
            changed_at=at,
        )
    )


def add_attempt(
    session: Session,
    user_id: int,
    mock_id: uuid.UUID,
    card_id: int,
    code: str,
    at: datetime,
    passed: Sequence[bool] = (True,),
    kind: str = "submit",
) -> None:
    session.add(
        CodeAttempt(
            user_id=user_id,
            id=uuid.uuid4(),
            card_id=card_id,
            mock_id=mock_id,
            round=0,
            at=at,
            kind=kind,
            code=code,
            outcomes=[
                {"name": f"test_{n}", "label": f"case {n}", "passed": ok, "hidden": n > 0}
                for n, ok in enumerate(passed)
            ],
        )
    )
