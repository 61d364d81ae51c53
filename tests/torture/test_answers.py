"""Thousands of answers from eight clients, each sent up to six times, while the server is killed.

At a twentieth of its size, unless TORTURE=1; the path through the code is the same.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from interviewprep.services.tokens import create_token
from interviewprep.storage import Database, User

from ..services.conftest import add_deck
from .chains import Maker
from .checking import check_log, check_sums
from .devices import Devices
from .running import Running, clean_environment, free_port, own_database, run_command

pytestmark = pytest.mark.torture

WHOLE = os.environ.get("TORTURE") == "1"
SEED = 20261120
LEARNERS = 5
LONGEST_S = 1800.0


@dataclass(frozen=True)
class Size:
    answers: int
    kills: int


SIZES = {
    "gunicorn": Size(10_000, 50) if WHOLE else Size(500, 3),
    "waitress": Size(2_000, 10) if WHOLE else Size(200, 1),
}
OPTIONS = {"gunicorn": ("--workers", "4", "--no-worker"), "waitress": ("--no-worker",)}


@pytest.fixture
def database_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database that nobody else uses, on the engine of the test."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'torture.db'}"
        return
    with own_database(request.getfixturevalue("postgresql_url"), "torture") as url:
        yield url


@pytest.mark.parametrize(
    ("engine", "server"),
    [("sqlite", "gunicorn"), ("postgresql", "gunicorn"), ("sqlite", "waitress")],
)
def test_no_answer_is_lost_or_stored_twice_while_the_server_is_killed(
    engine: str, server: str, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    size = SIZES[server]
    chance = random.Random(f"{SEED} {engine} {server}")
    environment = clean_environment(DATA_DIR=str(tmp_path / "data"), DATABASE_URL=database_url)
    upgraded = run_command(environment, "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    database = Database(database_url)
    request.addfinalizer(database.close)
    now = datetime.now(UTC)
    user_ids, tokens = _learners(database, now)
    cards = [
        card
        for number in range(3)
        for card in add_deck(
            database,
            user_ids[0],
            cards=size.answers // 10,
            name=f"Torture {number}",
            enrolled=tuple(user_ids),
        )[1]
    ]
    pairs = [(learner, card) for card in cards for learner in range(LEARNERS)]
    chance.shuffle(pairs)
    chains = list(Maker(chance, now).chains(pairs, size.answers))
    running = Running(environment, *OPTIONS[server], port=free_port(), log=tmp_path / "server.log")
    devices = Devices(chains, tokens, running.port, chance)
    moments = sorted(chance.sample(range(1, devices.total - 1), size.kills))
    delays = [chance.uniform(0, 0.03) for _ in moments]

    began = time.monotonic()
    running.start()
    try:
        devices.run(lambda them: _kill_at(running, them, list(zip(moments, delays, strict=True))))
    finally:
        running.kill()
    took_s = time.monotonic() - began

    assert devices.failures == [], running.said()
    assert devices.answered == devices.total
    assert devices.broken_off >= size.kills
    sorts = check_log(database, chains, user_ids, devices)
    assert sorts["answer stored"] == size.answers
    check_sums(database)
    checked = run_command(environment, "rebuild", "--check", seconds=600)
    assert (checked.returncode, checked.stdout) == (0, "Memory and log agree.\n"), checked.stderr
    print(
        f"\ntorture, {engine}, {server}: {sorts['answer stored']:,} answers stored,"
        f" {sorts['answer stale']:,} stale, {sorts['undo stored']:,} taken back;"
        f" {devices.total:,} requests answered, {devices.broken_off:,} broken off,"
        f" {devices.busy} told to come back; {size.kills} kills; {took_s:.0f} s"
    )


def _learners(database: Database, now: datetime) -> tuple[list[int], list[str]]:
    """Make the learners; it is about noon for them, so that no day ends under the test."""
    hours = 12 - now.hour
    zone = f"Etc/GMT{-hours:+d}" if hours else "UTC"  # these names count westwards
    with database.writing() as session:
        users = [
            User(email=f"learner{n}@example.org", password_hash="!", time_zone=zone, created_at=now)
            for n in range(LEARNERS)
        ]
        session.add_all(users)
        session.flush()
        tokens = [create_token(session, user.id, now).token for user in users]
        return [user.id for user in users], tokens


def _kill_at(running: Running, devices: Devices, moments: list[tuple[int, float]]) -> None:
    """Kill the server whenever so many requests were answered, a little later, and start it."""
    deadline = time.monotonic() + LONGEST_S
    for answered, delay_s in moments:
        while devices.answered < answered and not devices.failures:
            assert time.monotonic() < deadline, running.said()
            time.sleep(0.001)
        if devices.failures:
            return
        time.sleep(delay_s)
        running.kill()
        running.start()
    while not devices.finished:
        assert time.monotonic() < deadline, running.said()
        time.sleep(0.01)
