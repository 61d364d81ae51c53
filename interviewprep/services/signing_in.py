"""Signing in, in three steps, because judging a password is slow and must hold no transaction:
`begin_sign_in` (commit), `passwords.matches`, `finish_sign_in` (commit).

An address without an account takes every step too, so that neither the words nor the time of a
refusal say whether it has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..errors import Invalid, NotAllowed
from ..storage import User
from .sessions import open_session
from .throttling import Counter, begin_attempt, by_account, by_browser, by_client, succeeded

WRONG = "Address and password do not belong together; check both."


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """A browser from which these accounts have signed in before, as its signed cookie says."""

    id: str
    user_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in under way: whose it would be, and what has been counted for it."""

    user_id: int | None
    password_hash: str | None
    counters: tuple[Counter, ...]
    shared: tuple[Counter, ...]


def begin_sign_in(
    session: Session, email: str, client_address: str | None, browser: KnownBrowser, now: datetime
) -> SignIn:
    """Count the attempt, and return whose password is to be checked; commit before checking.

    :raise TooManyAttempts: where a counter has to wait (see `throttling`).
    """
    row = session.execute(
        select(User.id, User.password_hash).where(User.email == email)
    ).one_or_none()
    counters: tuple[Counter, ...]
    shared: tuple[Counter, ...]
    if row is not None and row.id in browser.user_ids:
        counters, shared = (by_browser("sign-in", f"{browser.id}-{row.id}"),), ()
    else:
        counters = (by_account("sign-in", email),)
        shared = (by_client("sign-in", client_address),)
    begin_attempt(session, counters + shared, now)
    return SignIn(
        user_id=None if row is None else row.id,
        password_hash=None if row is None else row.password_hash,
        counters=counters,
        shared=shared,
    )


def finish_sign_in(
    session: Session,
    attempt: SignIn,
    now: datetime,
    *,
    is_right: bool,
    fresh_hash: str | None = None,
    label: str = "",
) -> str:
    """Open a session and return its token; `fresh_hash` replaces a hash of older parameters.

    :raise Invalid: where the password was wrong, or was changed in the meantime.
    :raise NotAllowed: where it was right and the account is disabled.
    """
    if not is_right or attempt.user_id is None:
        raise Invalid(WRONG)
    is_disabled = session.scalar(
        update(User)  # an update, so that a change of password at the same moment has to wait
        .where(User.id == attempt.user_id, User.password_hash == attempt.password_hash)
        .values(password_hash=fresh_hash or attempt.password_hash)
        .returning(User.is_disabled)
    )
    if is_disabled is None:
        raise Invalid(WRONG)
    if is_disabled:
        raise NotAllowed("This account is disabled; ask the administrator of this server.")
    succeeded(session, clear=attempt.counters, give_back=attempt.shared)
    return open_session(session, attempt.user_id, now, label=label)
