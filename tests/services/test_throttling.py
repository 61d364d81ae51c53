"""Attempts are counted before they are judged, in the database, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from interviewprep.errors import TooManyAttempts
from interviewprep.services.throttling import (
    FORGOTTEN_AFTER,
    LONGEST_WAIT_S,
    Counter,
    begin_attempt,
    by_account,
    by_client,
    client_network,
    forget_old_attempts,
    succeeded,
    wait_s,
)
from interviewprep.storage import Attempt, Database

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ONE = Counter("sign-in:account:one", free=5)
OTHER = Counter("sign-in:client:192.0.2.1", free=20)


def fail(database: Database, *counters: Counter, at: datetime = NOON) -> None:
    with database.writing() as session:
        begin_attempt(session, counters, at)


def failures(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {row.key: row.failures for row in session.scalars(select(Attempt))}


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(0, 0), (4, 0), (5, 5), (6, 10), (7, 20), (12, 640), (13, 900), (10_000, 900)],
)
def test_the_wait_grows_from_five_seconds_to_a_quarter_of_an_hour(count: int, seconds: int) -> None:
    assert wait_s(count, free=5) == seconds
    assert seconds <= LONGEST_WAIT_S


def test_after_the_free_failures_the_next_attempt_has_to_wait(database: Database) -> None:
    for _ in range(5):
        fail(database, ONE)
    with pytest.raises(TooManyAttempts) as refused:
        fail(database, ONE, at=NOON + timedelta(seconds=2))
    assert refused.value.retry_after_s in (3, 4)
    assert "seconds" in refused.value.message
    fail(database, ONE, at=NOON + timedelta(seconds=6))
    assert failures(database) == {ONE.key: 6}


def test_an_attempt_that_came_too_early_is_not_counted_and_prolongs_nothing(
    database: Database,
) -> None:
    for _ in range(5):
        fail(database, ONE, OTHER)
    for second in range(1, 5):
        with pytest.raises(TooManyAttempts):
            fail(database, ONE, OTHER, at=NOON + timedelta(seconds=second))
    assert failures(database) == {ONE.key: 5, OTHER.key: 5}
    fail(database, ONE, OTHER, at=NOON + timedelta(seconds=5))


def test_a_success_clears_ones_own_counter_and_takes_back_only_its_own_count_elsewhere(
    database: Database,
) -> None:
    for _ in range(4):
        fail(database, ONE, OTHER)
    with database.writing() as session:
        succeeded(session, clear=[ONE], give_back=[OTHER])
    assert failures(database) == {OTHER.key: 3}


def test_giving_back_reopens_what_only_this_attempt_had_closed(database: Database) -> None:
    narrow = Counter("sign-in:client:narrow", free=2)
    fail(database, narrow)
    fail(database, narrow)
    with database.writing() as session:
        succeeded(session, clear=[], give_back=[narrow])
    fail(database, narrow, at=NOON + timedelta(milliseconds=1))


def test_after_a_quiet_day_a_counter_starts_again_and_can_be_swept(database: Database) -> None:
    for _ in range(5):
        fail(database, ONE)
    later = NOON + FORGOTTEN_AFTER + timedelta(seconds=1)
    fail(database, ONE, at=later)
    assert failures(database) == {ONE.key: 1}
    fail(database, OTHER, at=NOON)
    with database.writing() as session:
        assert forget_old_attempts(session, later) == 1
    assert failures(database) == {ONE.key: 1}


def test_a_burst_in_parallel_gains_nothing(database: Database) -> None:
    """Forty at once from eight threads: five are let through, and only five are counted."""

    def attempt(_number: int) -> bool:
        try:
            fail(database, ONE, OTHER)
        except TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(attempt, range(40)))
    assert passed.count(True) == 5
    assert failures(database) == {ONE.key: 5, OTHER.key: 5}


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        (None, "unknown"),
        ("no address", "unknown"),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_network(
    address: str | None, counted_as: str
) -> None:
    assert client_network(address) == counted_as


def test_the_longest_address_fits_the_key() -> None:
    long = "a" * 64 + "@" + "b" * 180 + ".org"
    assert len(by_account("sign-in", long).key) <= 120
    assert len(by_client("sign-in", "2001:db8:1111:2222:3333:4444:5555:6666").key) <= 120
