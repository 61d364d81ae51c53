"""Invitations: a link with which one person may make an account, for seven days."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..storage import Invitation
from .sessions import hash_token

LIFETIME = timedelta(days=7)
SPENT = "This invitation has been used, withdrawn, or is older than seven days; ask for a new one."


def invite(session: Session, by_id: int, now: datetime, *, note: str = "") -> str:
    """Store an invitation and return its token; `note` says whom it is for."""
    token = secrets.token_urlsafe(24)
    session.execute(
        insert(Invitation).values(
            token_hash=hash_token(token),
            created_by_id=by_id,
            note=note.strip()[:200],
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    return token


def find_invitation(session: Session, token: str, now: datetime) -> Invitation:
    """Return the open invitation with this token.

    :raise NotFound: where it was used or withdrawn, has expired, or never was.
    """
    found = session.scalar(
        select(Invitation).where(
            Invitation.token_hash == hash_token(token),
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
    )
    if found is None:
        raise NotFound(SPENT)
    return found


def use_invitation(session: Session, token: str, user_id: int, now: datetime) -> None:
    """Use the invitation up for a new account, in the transaction that makes the account.

    :raise NotFound: where it is not open, or somebody else was quicker.
    """
    invitation = find_invitation(session, token, now)
    won = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.used_at.is_(None))
        .values(used_at=now, used_by_id=user_id)
        .returning(Invitation.id)
    ).first()
    if won is None:
        raise NotFound(SPENT)


def open_invitations(session: Session, now: datetime) -> list[Invitation]:
    """Return the invitations that still wait for somebody, newest first."""
    return list(
        session.scalars(
            select(Invitation)
            .where(
                Invitation.used_at.is_(None),
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > now,
            )
            .order_by(Invitation.created_at.desc(), Invitation.id.desc())
        )
    )


def withdraw(session: Session, invitation_id: int, now: datetime) -> None:
    """Make an open invitation useless.

    :raise NotFound: where there is no open one with this id.
    """
    found = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(Invitation.id)
    ).first()
    if found is None:
        raise NotFound("There is no such open invitation.")
