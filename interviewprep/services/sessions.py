"""Server-side sessions: opened at sign-in, extended by writing, gone at sign-out.

The cookie carries a random token of 256 bits and the table its SHA-256, so neither a copied
database nor a copied cookie outlives the row.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from ..storage import ApiToken, LoginSession, User
from ..storage.prepared import Prepared
from ..storage.types import AnyRow

LIFETIME = timedelta(days=30)
EXTEND_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Account:
    """The person behind a request, as one query found them.

    `session_hash` is set for a browser, `scope` (`read` or `write`) limits a bearer token.
    """

    id: int
    email: str
    is_admin: bool
    time_zone: str
    rollover_hour: int
    theme: str
    settings: Mapping[str, Any]
    session_hash: bytes | None = None
    extended_at: datetime | None = None
    scope: str = "write"


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


_PERSON = (
    User.id,
    User.email,
    User.is_admin,
    User.time_zone,
    User.rollover_hour,
    User.theme,
    User.settings,
)
_BY_SESSION = Prepared(
    select(*_PERSON, LoginSession.extended_at)
    .join(LoginSession, LoginSession.user_id == User.id)
    .where(
        LoginSession.token_hash == bindparam("hash"),
        LoginSession.expires_at > bindparam("now"),
        User.is_disabled.is_(False),
    )
)
_BY_API_TOKEN = Prepared(
    select(*_PERSON, ApiToken.scope)
    .join(ApiToken, ApiToken.user_id == User.id)
    .where(
        ApiToken.token_hash == bindparam("hash"),
        ApiToken.revoked_at.is_(None),
        (ApiToken.expires_at.is_(None)) | (ApiToken.expires_at > bindparam("now")),
        User.is_disabled.is_(False),
    )
)


def _account(row: AnyRow) -> Account:
    return Account(
        id=row.id,
        email=row.email,
        is_admin=row.is_admin,
        time_zone=row.time_zone,
        rollover_hour=row.rollover_hour,
        theme=row.theme,
        settings=row.settings,
    )


def open_session(session: Session, user_id: int, now: datetime, *, label: str = "") -> str:
    """Store a new session and return its token, which is told to nobody else and kept nowhere."""
    token = secrets.token_urlsafe(32)
    session.execute(
        insert(LoginSession).values(
            token_hash=hash_token(token),
            user_id=user_id,
            created_at=now,
            extended_at=now,
            expires_at=now + LIFETIME,
            label=label[:200],
        )
    )
    return token


def find_by_session(connection: Connection, token: str, now: datetime) -> Account | None:
    """Return who this cookie's token belongs to, or None: expired, signed out, disabled, forged."""
    token_hash = hash_token(token)
    row = _BY_SESSION.first(connection, {"hash": token_hash, "now": now})
    if row is None:
        return None
    return replace(_account(row), session_hash=token_hash, extended_at=row.extended_at)


def find_by_api_token(connection: Connection, token: str, now: datetime) -> Account | None:
    """Return who this bearer token belongs to, with its scope, or None."""
    row = _BY_API_TOKEN.first(connection, {"hash": hash_token(token), "now": now})
    if row is None:
        return None
    return replace(_account(row), scope=row.scope)


def needs_extending(account: Account, now: datetime) -> bool:
    return account.extended_at is not None and now - account.extended_at >= EXTEND_AFTER


def extend_session(session: Session, account: Account, now: datetime) -> None:
    """Let the session last another 30 days from now."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == account.session_hash)
        .values(extended_at=now, expires_at=now + LIFETIME)
    )


def close_session(session: Session, session_hash: bytes) -> None:
    session.execute(delete(LoginSession).where(LoginSession.token_hash == session_hash))


def close_all_sessions(session: Session, user_id: int, *, but: bytes | None = None) -> int:
    """Sign a user out everywhere, except for the session `but`; return how many ended."""
    query = delete(LoginSession).where(LoginSession.user_id == user_id)
    if but is not None:
        query = query.where(LoginSession.token_hash != but)
    return len(session.execute(query.returning(LoginSession.token_hash)).all())
