"""Accounts: who may make one, and finding one by its address."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from datetime import datetime

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from ..config import SignUp
from ..core.studyday import load_zone
from ..errors import Invalid, NotAllowed, NotFound
from ..storage import User
from .invitations import use_invitation

LOCK = 0x1A2B_ACC0  # any number that only accounts use
CLOSED = "This server takes no new accounts; ask its administrator."
NOT_SET_UP = "This server has not been set up yet; its set-up page makes the first account."
BY_INVITATION = "This server takes new accounts by invitation; ask its administrator for a link."


def lock_accounts(session: Session) -> None:
    """Let one transaction at a time count accounts and administrators; held until the commit.

    SQLite's writers already wait for one another.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def no_accounts(session: Session) -> bool:
    """Return whether nobody has an account yet: the next one is the administrator's."""
    return not session.scalar(select(exists(select(User.id))))


def find_user(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email))


def require_user(session: Session, email: str) -> User:
    """Return the account with this address.

    :raise NotFound: where there is none.
    """
    user = find_user(session, email)
    if user is None:
        raise NotFound(f"There is no account with the address {email}.")
    return user


def known_zone(name: str) -> str:
    """Return a time zone as a browser named it, or UTC where this machine does not know it."""
    try:
        return load_zone(name).key
    except Invalid:
        return "UTC"


def add_account(
    session: Session,
    email: str,
    password_hash: str,
    now: datetime,
    *,
    time_zone: str = "UTC",
    is_admin: bool = False,
) -> User:
    """Store an account; the very first one is the administrator's, whatever `is_admin` says.

    :raise Invalid: with the field `email`, where the address has an account already.
    """
    lock_accounts(session)
    if find_user(session, email) is not None:
        raise Invalid(
            "There is an account with this address already; sign in, or use another address.",
            field="email",
        )
    user = User(
        email=email,
        password_hash=password_hash,
        is_admin=is_admin or no_accounts(session),
        is_disabled=False,
        time_zone=time_zone,
        rollover_hour=4,
        theme="system",
        settings={},
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def sign_up(
    session: Session,
    policy: SignUp,
    email: str,
    password_hash: str,
    now: datetime,
    *,
    time_zone: str = "UTC",
    invitation: str | None = None,
) -> User:
    """Make an account for a visitor, as far as the policy of the server lets them.

    :raise NotAllowed: where sign-up is closed, or by invitation and there is none, or where there
        is no account yet: the first is the administrator's, and only `set_up` asks for the code.
    :raise NotFound: where the invitation is no longer good.
    :raise Invalid: where the address has an account already.
    """
    if policy is SignUp.CLOSED:
        raise NotAllowed(CLOSED)
    if policy is SignUp.INVITE and not invitation:
        raise NotAllowed(BY_INVITATION)
    if no_accounts(session):
        raise NotAllowed(NOT_SET_UP)
    user = add_account(session, email, password_hash, now, time_zone=time_zone)
    if invitation:
        # Where anyone may sign up, an invitation that is no longer good stands in nobody's way.
        with suppress(NotFound) if policy is SignUp.OPEN else nullcontext():
            use_invitation(session, invitation, user.id, now)
    return user


def set_up(
    session: Session, email: str, password_hash: str, now: datetime, *, time_zone: str = "UTC"
) -> User:
    """Make the administrator's account, if there is still none: of two at once, one wins.

    :raise NotAllowed: where somebody was quicker.
    """
    lock_accounts(session)
    if not no_accounts(session):
        raise NotAllowed("This server has been set up already; sign in.")
    return add_account(session, email, password_hash, now, time_zone=time_zone, is_admin=True)
