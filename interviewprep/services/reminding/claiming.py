"""A delivery is claimed with a lease before anything goes out, so that one process sends it.

The claim is committed before the message is sent: the one place where a service's work is made
permanent ahead of its outcome. A process that dies leaves a lease that runs out, and the message is
then sent by another, under the same Message-ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ...core.reminders import Slot
from ...storage import ReminderDelivery

LEASE = timedelta(minutes=5)
OPEN = ("due", "claimed")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours until the lease ends; `attempts` tells this claim from later ones."""

    id: int
    user_id: int
    kind: str
    study_day: date
    slot: str
    channel: str
    destination: str
    local_date: date
    due_at: datetime
    attempts: int
    message_id: str

    @property
    def as_slot(self) -> Slot:
        return Slot(self.kind, self.study_day, self.slot, self.due_at, self.local_date)


def claim(
    session: Session, now: datetime, *, limit: int, lease: timedelta = LEASE
) -> list[Claimed]:
    """Claim up to `limit` deliveries whose time has come, in one UPDATE; the caller commits."""
    delivery = ReminderDelivery
    chosen = (
        select(delivery.id)
        .where(delivery.state.in_(OPEN), delivery.next_try_at <= now)
        .order_by(delivery.next_try_at, delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(
        update(delivery)
        .where(delivery.id.in_(chosen.scalar_subquery()))
        .values(state="claimed", next_try_at=now + lease, attempts=delivery.attempts + 1)
        .returning(*(getattr(delivery, name) for name in Claimed.__slots__))
        .execution_options(synchronize_session=False)
    ).all()
    return [Claimed(*row) for row in sorted(rows)]
