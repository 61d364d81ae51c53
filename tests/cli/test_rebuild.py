"""`interviewprep rebuild`: what the log says, against what is stored."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from interviewprep.core.grades import Grade
from interviewprep.services.answering import answer_batch
from interviewprep.services.learner import load_learner
from interviewprep.services.recording import Submission
from interviewprep.services.undoing import undo
from interviewprep.storage import DueLoad, Memory, User

from ..torture.running import run_command
from .ready import Ready

AGREE = "Memory and log agree.\n"
MEMORY_OF_NOTHING = """
INSERT INTO memory
  (user_id, card_id, interval_days, ease_hundredths, repetitions, lapses, version)
SELECT user_id, (SELECT max(id) FROM card), 1, 250, 1, 0, 1 FROM memory LIMIT 1
"""
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def studied(ready: Ready) -> Ready:
    """A learner who answered three cards, one of them again, and took one answer back."""
    _, cards = ready.add_learner(4)
    database, now = ready.database(), datetime.now(UTC)
    chain = [(0, 0, Grade.AGAIN), (0, 1, Grade.GOOD), (1, 0, Grade.EASY), (2, 0, Grade.HARD)]
    sent = [Submission(uuid.uuid4(), cards[place], at, grade, now) for place, at, grade in chain]
    with database.writing_core() as connection:
        learner = load_learner(connection, connection.execute(select(User.id)).scalar_one())
        results = answer_batch(connection, learner, sent, now)
        assert {result.status for result in results} == {"stored"}
        assert undo(connection, learner, sent[-1].id, now).status == "stored"
    database.close()
    return ready


def rows_of(ready: Ready) -> Rows:
    database = ready.database()
    with database.reading_core() as connection:
        found = {
            table.__tablename__: sorted(
                (tuple(row) for row in connection.execute(select(table.__table__))), key=repr
            )
            for table in (Memory, DueLoad)
        }
    database.close()
    found["due_load"] = [row for row in found["due_load"] if row[-1]]
    return found


def change(ready: Ready, statement: str) -> None:
    with closing(sqlite3.connect(ready.file)) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()


def test_memory_that_agrees_is_left_alone(studied: Ready) -> None:
    before = rows_of(studied)
    for words in (("rebuild", "--check"), ("rebuild",)):
        done = run_command(studied.environment, *words)
        assert (done.returncode, done.stdout, done.stderr) == (0, AGREE, "")
    assert rows_of(studied) == before


@pytest.mark.parametrize(
    ("statement", "message", "differences", "mended_differences"),
    [
        ("UPDATE memory SET ease_hundredths = 999", "the log leads to", 3, 3),
        ("UPDATE memory SET version = version + 1 WHERE version = 2", "version 3", 2, 2),
        # The load follows from memory: with that mended, it adds up again.
        ("DELETE FROM memory WHERE interval_days > 0", "has answers but no memory", 3, 2),
        (MEMORY_OF_NOTHING, "has a memory but no answers", 1, 1),
        ("UPDATE due_load SET cards = cards + 5", "the load per day does not add up", 1, 1),
    ],
)
def test_a_difference_is_shown_by_check_and_mended_without(
    studied: Ready, statement: str, message: str, differences: int, mended_differences: int
) -> None:
    good = rows_of(studied)
    change(studied, statement)
    bad = rows_of(studied)
    assert bad != good

    checked = run_command(studied.environment, "rebuild", "--check")
    assert checked.returncode == 1
    assert message in checked.stdout
    assert checked.stderr == f"error: {differences} differences; run it without --check.\n"
    assert rows_of(studied) == bad

    mended = run_command(studied.environment, "rebuild")
    assert (mended.returncode, mended.stderr) == (0, "")
    assert mended.stdout.endswith(f"{mended_differences} differences were mended.\n")
    assert rows_of(studied) == good
    assert run_command(studied.environment, "rebuild", "--check").stdout == AGREE
