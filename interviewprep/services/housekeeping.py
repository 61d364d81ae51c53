"""What has run out is swept away, now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ..storage import Invitation, LoginSession, MailedLink
from .reminding.finishing import forget_old_deliveries
from .throttling import forget_old_attempts

KEPT_AFTER_THE_END = timedelta(days=30)


def sweep(session: Session, now: datetime) -> None:
    """Remove expired sessions, counters that start again, and links long past their end.

    Everything here is ignored already; sweeping only keeps the tables small.
    """
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))
    for table in (MailedLink, Invitation):
        session.execute(delete(table).where(table.expires_at <= now - KEPT_AFTER_THE_END))
    forget_old_attempts(session, now)
    forget_old_deliveries(session, now)
