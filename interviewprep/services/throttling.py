"""Attempts slowed down, per account and per client address, in the database.

The rule. An attempt is counted before it is judged, in one statement that every process shares, so
that a burst in parallel gains nothing; a success takes its count back. Once a counter has had its
free failures, each further one makes the next attempt wait: 5 s, 10 s, 20 s … up to 15 minutes. An
attempt refused for coming too early is not counted and does not prolong the wait. A counter that
saw no failure for a day starts again.

Nobody can lock an owner out. A stranger's sign-in is counted on the account and on the client
address; a browser that this account has signed in from before shows a signed cookie and is counted
on that browser alone. So somebody who hammers an account slows down strangers, and the owner's own
browsers never notice. On a new device the owner waits at most the 15 minutes, or uses a reset link,
which these counters do not guard.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..errors import TooManyAttempts
from ..storage import Attempt

FIRST_WAIT_S = 5
LONGEST_WAIT_S = 15 * 60
FORGOTTEN_AFTER = timedelta(days=1)
IPV6_PREFIX_BITS = 64


@dataclass(frozen=True, slots=True)
class Counter:
    """One thing that is counted; `free` failures cost nothing."""

    key: str
    free: int


def by_account(purpose: str, email: str, *, free: int = 5) -> Counter:
    """Count on an account, existing or not; the address is hashed, so it fits and says nothing."""
    return Counter(f"{purpose}:account:{hashlib.sha256(email.encode()).hexdigest()[:40]}", free)


def by_client(purpose: str, client_address: str | None, *, free: int = 20) -> Counter:
    """Count on a client address; one IPv6 customer commands a /64, which counts as one."""
    return Counter(f"{purpose}:client:{client_network(client_address)}", free)


def by_browser(purpose: str, browser_id: str, *, free: int = 5) -> Counter:
    """Count on one browser: a known one at sign-in, or one session."""
    return Counter(f"{purpose}:browser:{browser_id[:64]}", free)


def client_network(client_address: str | None) -> str:
    """Return what a client address counts as: itself for IPv4, its /64 for IPv6."""
    try:
        address = ipaddress.ip_address((client_address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_PREFIX_BITS), strict=False))


def wait_s(failures: int, free: int) -> int:
    """Return how long the attempt after this many failures has to wait, in seconds."""
    if failures < free:
        return 0
    return int(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures - free, 30)))


def begin_attempt(session: Session, counters: Iterable[Counter], now: datetime) -> None:
    """Count an attempt as failed until `succeeded` says otherwise; commit before it is judged.

    :raise TooManyAttempts: where a counter still has to wait; then nothing is counted.
    """
    counters = sorted(counters, key=lambda counter: counter.key)  # one order, so no deadlock
    rows = [_lock(session, counter.key, now) for counter in counters]
    waits = [row.blocked_until - now for row in rows if row.blocked_until is not None]
    longest = max(waits, default=timedelta())
    if longest > timedelta():
        seconds = int(longest.total_seconds()) + 1
        raise TooManyAttempts(
            f"There were too many attempts; try again in {in_words(seconds)}.",
            retry_after_s=seconds,
        )
    for counter, row in zip(counters, rows, strict=True):
        failures = row.failures + 1
        seconds = wait_s(failures, counter.free)
        session.execute(
            update(Attempt)
            .where(Attempt.key == counter.key)
            .values(
                failures=failures,
                last_at=now,
                blocked_until=now + timedelta(seconds=seconds) if seconds else None,
            )
        )


def _lock(session: Session, key: str, now: datetime) -> Any:
    """Return the counter's row, made if absent, begun again if old, and locked until the commit."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    is_old = Attempt.last_at < now - FORGOTTEN_AFTER
    return session.execute(
        insert(Attempt)
        .values(key=key, failures=0, last_at=now, blocked_until=None)
        .on_conflict_do_update(
            index_elements=[Attempt.key],
            set_={
                "failures": case((is_old, 0), else_=Attempt.failures),
                "blocked_until": case((is_old, None), else_=Attempt.blocked_until),
            },
        )
        .returning(Attempt.failures, Attempt.blocked_until)
    ).one()


def succeeded(session: Session, *, clear: Iterable[Counter], give_back: Iterable[Counter]) -> None:
    """Forget the counters that belong to the person who succeeded, and take the one count back
    from those shared with others: else an attacker with an account could wash the address clean."""
    session.execute(delete(Attempt).where(Attempt.key.in_([counter.key for counter in clear])))
    for counter in give_back:
        session.execute(
            update(Attempt)
            .where(Attempt.key == counter.key, Attempt.failures > 0)
            .values(
                failures=Attempt.failures - 1,
                blocked_until=case(
                    (Attempt.failures - 1 < counter.free, None), else_=Attempt.blocked_until
                ),
            )
        )


def forget_old_attempts(session: Session, now: datetime) -> int:
    """Remove counters that would start again anyway; return how many."""
    old = (
        select(Attempt.key)
        .where(Attempt.last_at < now - FORGOTTEN_AFTER)
        .with_for_update(skip_locked=True)
    )
    return len(
        session.execute(delete(Attempt).where(Attempt.key.in_(old)).returning(Attempt.key)).all()
    )


def in_words(seconds: int) -> str:
    """Return a wait as people say it: rounded up, in seconds or minutes."""
    if seconds < 60:
        return "a second" if seconds == 1 else f"{seconds} seconds"
    minutes = -(-seconds // 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
