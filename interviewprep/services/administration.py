"""What the administrator does: accounts, and nothing of what is learnt in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ..errors import NotAllowed, NotFound
from ..storage import User
from .accounts import lock_accounts
from .mailed_links import Purpose, end_links, make_link
from .sessions import close_all_sessions

LAST = "This is the last administrator; make somebody else one first."


def list_accounts(session: Session) -> list[User]:
    """Return all accounts, by address."""
    return list(session.scalars(select(User).order_by(User.email)))


def find_account(session: Session, user_id: int) -> User:
    """:raise NotFound: where there is no account with this id."""
    found = session.get(User, user_id)
    if found is None:
        raise NotFound("There is no such account.")
    return found


def other_administrators(session: Session, user_id: int) -> int:
    """Return how many administrators there are besides this person who can sign in."""
    query = select(func.count()).where(
        User.id != user_id, User.is_admin.is_(True), User.is_disabled.is_(False)
    )
    return session.scalar(query) or 0


def set_disabled(session: Session, user_id: int, now: datetime, *, is_disabled: bool) -> User:
    """Disable an account, which ends its sessions and open links, or enable it again.

    :raise NotAllowed: for the last administrator.
    """
    lock_accounts(session)
    user = find_account(session, user_id)
    if is_disabled and user.is_admin and not other_administrators(session, user_id):
        raise NotAllowed(LAST)
    session.execute(update(User).where(User.id == user_id).values(is_disabled=is_disabled))
    if is_disabled:
        close_all_sessions(session, user_id)
        end_links(session, user_id, now)
    return user


def set_administrator(session: Session, user_id: int, *, is_admin: bool) -> User:
    """Make somebody an administrator, or an ordinary learner again.

    :raise NotAllowed: for the last administrator.
    """
    lock_accounts(session)
    user = find_account(session, user_id)
    if not is_admin and user.is_admin and not other_administrators(session, user_id):
        raise NotAllowed(LAST)
    session.execute(update(User).where(User.id == user_id).values(is_admin=is_admin))
    return user


def make_reset_link(session: Session, user_id: int, now: datetime) -> tuple[User, str]:
    """Return the account and the token of a link with which its owner sets a new password.

    :raise NotAllowed: for a disabled account.
    """
    user = find_account(session, user_id)
    if user.is_disabled:
        raise NotAllowed("This account is disabled; enable it first.")
    return user, make_link(session, user_id, Purpose.PASSWORD, now)
