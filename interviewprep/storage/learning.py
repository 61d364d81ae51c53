"""Learning: what each learner studies, knows and did. Every key begins with the learner."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .types import BigId, Json, JsonOrNull, UtcInstant


def learner_key() -> Mapped[int]:
    return mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


def card_key() -> Mapped[int]:
    return mapped_column(BigId, ForeignKey("card.id"), primary_key=True, autoincrement=False)


class Enrolment(Base):
    """A learner studies a deck, their own included. `options` holds the deck's settings by name.

    `new_from` is a hint: no card of the deck with a smaller position is waiting to be begun.
    Whoever may have made an earlier one new again sets it to 0.
    """

    __tablename__ = "enrolment"
    __table_args__ = (Index(None, "deck_id"),)

    user_id: Mapped[int] = learner_key()
    deck_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("deck.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(default=0)
    options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    new_from: Mapped[int] = mapped_column(BigId, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)


class Memory(Base):
    """What a learner's past answers say about one card. A card nobody has begun has no row; one
    that was made new again has a row without `due_day`, because `version` is never reused."""

    __tablename__ = "memory"
    __table_args__ = (
        Index(None, "user_id", "due_day", "card_id"),
        Index(None, "user_id", "repeat_at"),
        Index(None, "card_id"),
    )

    user_id: Mapped[int] = learner_key()
    card_id: Mapped[int] = card_key()
    interval_days: Mapped[int] = mapped_column(default=0)
    ease_hundredths: Mapped[int] = mapped_column(default=250)
    repetitions: Mapped[int] = mapped_column(default=0)
    lapses: Mapped[int] = mapped_column(default=0)
    last_day: Mapped[date | None]
    due_day: Mapped[date | None]
    repeat_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    version: Mapped[int] = mapped_column(default=0)
    extra: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)


class DueLoad(Base):
    """How many cards of a learner fall due on a day: what spreading looks at, carried along with
    every change of `memory.due_day`, so that nobody has to count."""

    __tablename__ = "due_load"

    user_id: Mapped[int] = learner_key()
    due_day: Mapped[date] = mapped_column(primary_key=True)
    cards: Mapped[int] = mapped_column(default=0)


class CardMark(Base):
    """What a learner says about a card without answering it. A row exists only where something is
    set: suspended, a flag from 1 to 7, personal tags, draft, hidden, a note (plain text)."""

    __tablename__ = "card_mark"
    __table_args__ = (Index(None, "card_id"),)

    user_id: Mapped[int] = learner_key()
    card_id: Mapped[int] = card_key()
    is_suspended: Mapped[bool] = mapped_column(default=False)
    flag: Mapped[int] = mapped_column(SmallInteger, default=0)
    tags: Mapped[str] = mapped_column(Text, default="")
    is_draft: Mapped[bool] = mapped_column(default=False)
    is_hidden: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")


class Review(Base):
    """The append-only log: every change of scheduling state, replayable.

    `kind`: answer, undo, reset, mock, revised, imported, set. `status`: stored, or stale (kept
    without effect). `version` is the card's after this row. `before` and `after` are the state as
    the scheduler names it; `chosen_day` is the due day that spreading chose. `undoes_id` points at
    the answer an undo takes back. `device_at` is the device's clock where ours overruled it.
    """

    __tablename__ = "review"
    __table_args__ = (
        Index(None, "user_id", "at"),
        Index(None, "card_id", "user_id", "version"),
    )

    user_id: Mapped[int] = learner_key()
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    card_id: Mapped[int] = mapped_column(BigId, ForeignKey("card.id"))
    deck_id: Mapped[int] = mapped_column(BigId, ForeignKey("deck.id"))
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(8), default="stored")
    at: Mapped[datetime] = mapped_column(UtcInstant)
    device_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    study_day: Mapped[date]
    duration_ms: Mapped[int] = mapped_column(default=0)
    grade: Mapped[int | None] = mapped_column(SmallInteger)
    scheduler: Mapped[str] = mapped_column(String(16), default="sm2")
    options: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    chosen_day: Mapped[date | None]
    version: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    after: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    undoes_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)


class Day(Base):
    """The roll-up of one learner's study day in one deck, carried along with every answer."""

    __tablename__ = "day"
    __table_args__ = (Index(None, "deck_id"),)

    user_id: Mapped[int] = learner_key()
    study_day: Mapped[date] = mapped_column(primary_key=True)
    deck_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("deck.id"), primary_key=True, autoincrement=False
    )
    answers: Mapped[int] = mapped_column(default=0)
    passes: Mapped[int] = mapped_column(default=0)
    duration_ms: Mapped[int] = mapped_column(BigId, default=0)
    new: Mapped[int] = mapped_column(default=0)
    reviews: Mapped[int] = mapped_column(default=0)
