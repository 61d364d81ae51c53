"""Reminders: what people chose, what was sent to whom, and how their channels are doing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .types import BigId, Json, UtcInstant


class Reminder(Base):
    """A learner's reminders; no row: nothing was ever chosen.

    `next_at` is when the tick looks at the learner again, null for never. `changed_at` is when the
    timing last changed: nothing that was due before it is sent. `silent` counts study days with a
    reminder and no study since, the last of them `last_day`. A `feed_revision` of 0 is no calendar
    feed; raising it, or `unsubscribe_revision`, revokes the addresses given out before.
    """

    __tablename__ = "reminder"
    __table_args__ = (Index(None, "next_at"),)

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    next_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    asked_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    last_day: Mapped[date | None]
    silent: Mapped[int] = mapped_column(default=0)
    welcome_back_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    feed_revision: Mapped[int] = mapped_column(default=0)
    unsubscribe_revision: Mapped[int] = mapped_column(default=1)


class ReminderDelivery(Base):
    """One message to one place; the unique key is what makes it one.

    `kind` is `daily` or `weekly`, `slot` `first` or `second`, `channel` `email`, `push` or `chat`,
    `destination` the SHA-256 of the address in hex. `state` goes from `due` to `claimed` and from
    there to `sent`, `skipped` or `failed`, or back to `due`; `reason` says why. `next_try_at` of a
    row that is claimed is the end of its lease. `local_date` is what the learner's calendar showed
    at `due_at`. `message_id` is the same at every attempt.
    """

    __tablename__ = "reminder_delivery"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "study_day", "slot", "destination"),
        Index(None, "state", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    study_day: Mapped[date]
    slot: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(8))
    destination: Mapped[str] = mapped_column(String(64))
    local_date: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UtcInstant)
    state: Mapped[str] = mapped_column(String(8), default="due")
    reason: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcInstant)
    sent_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    message_id: Mapped[str] = mapped_column(String(100))


class PushSubscription(Base):
    """A browser that shows reminders; `endpoint_hash` is the SHA-256 of `endpoint` in hex."""

    __tablename__ = "push_subscription"
    __table_args__ = (UniqueConstraint("user_id", "endpoint_hash"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id", ondelete="CASCADE"))
    endpoint: Mapped[str] = mapped_column(Text)
    endpoint_hash: Mapped[str] = mapped_column(String(64))
    p256dh: Mapped[str] = mapped_column(String(200))
    auth: Mapped[str] = mapped_column(String(100))
    label: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    last_seen_at: Mapped[datetime] = mapped_column(UtcInstant)


class ChatAddress(Base):
    """An Apprise address of a chat service. It holds a secret: it is shown masked."""

    __tablename__ = "chat_address"
    __table_args__ = (UniqueConstraint("user_id", "url_hash"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(Text)
    url_hash: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcInstant)


class ChannelState(Base):
    """What went wrong last at one place. `failing_since` is the first permanent failure of those
    that nothing sent has ended; a place that was switched off gets nothing more."""

    __tablename__ = "channel_state"

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    destination: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8))
    failing_since: Mapped[datetime | None] = mapped_column(UtcInstant)
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    last_error_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    switched_off_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class ServerKey(Base):
    """A key that all processes of this server share, made by whoever needs it first."""

    __tablename__ = "server_key"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
