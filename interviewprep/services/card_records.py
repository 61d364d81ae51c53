"""What a learner knows of one card: where it stands, and each answer that led there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.grades import Grade
from ..storage import Card, Memory, Note, Review

MOST_SHOWN = 50
_GRADES = frozenset(Grade)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a card stands for one learner. `ease` is a factor such as 2.5."""

    due_day: date
    repeat_at: datetime | None
    interval_days: int
    ease: float
    repetitions: int
    lapses: int


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the log. `grade` is None for what is not an answer; `interval_days` is what it led
    to, None where the row does not say."""

    kind: str
    at: datetime
    study_day: date
    grade: Grade | None
    duration_ms: int
    interval_days: int | None
    is_stale: bool


def standing(session: Session, user_id: int, card_id: int) -> Standing | None:
    """Return where the card stands; None where it is new."""
    row = session.execute(
        select(
            Memory.due_day,
            Memory.repeat_at,
            Memory.interval_days,
            Memory.ease_hundredths,
            Memory.repetitions,
            Memory.lapses,
        ).where(Memory.user_id == user_id, Memory.card_id == card_id)
    ).first()
    if row is None or row.due_day is None:
        return None
    return Standing(
        due_day=row.due_day,
        repeat_at=row.repeat_at,
        interval_days=row.interval_days,
        ease=row.ease_hundredths / 100,
        repetitions=row.repetitions,
        lapses=row.lapses,
    )


def history(session: Session, user_id: int, card_id: int, limit: int = MOST_SHOWN) -> list[Event]:
    """Return the newest rows of the log for this card, newest first."""
    rows = session.execute(
        select(
            Review.kind,
            Review.status,
            Review.at,
            Review.study_day,
            Review.grade,
            Review.duration_ms,
            Review.after,
        )
        .where(Review.user_id == user_id, Review.card_id == card_id)
        .order_by(Review.version.desc(), Review.at.desc())
        .limit(limit)
    )
    return [
        Event(
            kind=row.kind,
            at=row.at,
            study_day=row.study_day,
            grade=Grade(row.grade) if row.grade in _GRADES else None,
            duration_ms=row.duration_ms,
            interval_days=(row.after or {}).get("interval_days"),
            is_stale=row.status == "stale",
        )
        for row in rows
    ]


def sibling_ids(session: Session, note: Note) -> list[int]:
    """Return the ids of a note's living cards, by ordinal."""
    return list(
        session.scalars(
            select(Card.id)
            .where(Card.note_id == note.id, Card.retired_at.is_(None))
            .order_by(Card.ordinal)
        )
    )
