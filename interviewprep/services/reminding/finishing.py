"""What became of a delivery, and of the place it went to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...core.reminders import LATEST
from ...storage import ChannelState, PushSubscription, ReminderDelivery
from .claiming import Claimed
from .outgoing import DeliveryFailed
from .settings import tally

RETRY_MINUTES = (1, 5, 15, 60)
OFF_AFTER = timedelta(days=7, hours=-1)
"""A week of tries, one a day; an hour less, as they do not all come at the same second."""
ENDED = ("sent", "skipped", "failed")
KEPT = timedelta(days=90)
_NEW_STATE = {
    "sqlite": sqlite.insert(ChannelState).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(ChannelState).on_conflict_do_nothing(),
}


def mark_sent(session: Session, claimed: Claimed, silent: int, now: datetime) -> None:
    """The message went out. `silent` is what the decision counted before it."""
    _end(session, claimed, state="sent", sent_at=now, reason="")
    if claimed.kind == "daily":
        tally(session, claimed.user_id, claimed.study_day, silent)
    session.execute(_state_of(claimed, delete(ChannelState)))


def mark_skipped(session: Session, claimed: Claimed, reason: str) -> None:
    _end(session, claimed, state="skipped", reason=reason)


def give_back(session: Session, claimed: Claimed, now: datetime) -> None:
    """Let another take it: it was not tried."""
    _end(session, claimed, state="due", next_try_at=now, attempts=claimed.attempts - 1)


def mark_failed(session: Session, claimed: Claimed, failure: DeliveryFailed, now: datetime) -> None:
    """The place did not take it: try again in a while, or not at all, and remember the error.

    A place that has refused for a week, and took nothing in between, is switched off. One that is
    gone is removed.
    """
    again_at = now + timedelta(minutes=RETRY_MINUTES[min(claimed.attempts, 4) - 1])
    is_over = failure.is_permanent or failure.is_gone or again_at - claimed.due_at > LATEST
    if is_over:
        _end(session, claimed, state="failed", reason=failure.message)
    else:
        _end(session, claimed, state="due", next_try_at=again_at, reason=failure.message)
    if failure.is_gone:
        remove_place(session, claimed)
    else:
        _remember(session, claimed, failure, now)


def remove_place(session: Session, claimed: Claimed) -> None:
    """Forget a push subscription that has ended."""
    session.execute(
        delete(PushSubscription).where(
            PushSubscription.user_id == claimed.user_id,
            PushSubscription.endpoint_hash == claimed.destination,
        )
    )
    session.execute(_state_of(claimed, delete(ChannelState)))


def forget_old_deliveries(session: Session, now: datetime) -> None:
    """Remove what came to its end long ago; nothing looks back so far."""
    session.execute(
        delete(ReminderDelivery).where(
            ReminderDelivery.state.in_(ENDED), ReminderDelivery.next_try_at <= now - KEPT
        )
    )


def _remember(session: Session, claimed: Claimed, failure: DeliveryFailed, now: datetime) -> None:
    session.execute(
        _NEW_STATE[session.get_bind().dialect.name],
        {
            "user_id": claimed.user_id,
            "destination": claimed.destination,
            "channel": claimed.channel,
        },
    )
    state = session.scalars(_state_of(claimed, select(ChannelState)).with_for_update()).one()
    state.last_error, state.last_error_at = failure.message, now
    state.failures += 1
    if failure.is_permanent:
        state.failing_since = state.failing_since or now
        if now - state.failing_since >= OFF_AFTER and state.switched_off_at is None:
            state.switched_off_at = now
    session.flush()


def _state_of(claimed: Claimed, statement: Any) -> Any:
    return statement.where(
        ChannelState.user_id == claimed.user_id,
        ChannelState.destination == claimed.destination,
    )


def _end(session: Session, claimed: Claimed, **values: Any) -> None:
    """Write the outcome of this claim, unless it ran out and another has claimed it since."""
    session.execute(
        update(ReminderDelivery)
        .where(
            ReminderDelivery.id == claimed.id,
            ReminderDelivery.state == "claimed",
            ReminderDelivery.attempts == claimed.attempts,
        )
        .values(**values)
    )
