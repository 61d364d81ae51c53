"""The jobs that run beside the requests."""

from __future__ import annotations

import time
from pathlib import Path

from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import text

from interviewprep.config import Settings
from interviewprep.storage import Database
from interviewprep.worker.ticking import start_ticking

from ..services.conftest import add_deck, add_learner

DEADLINE_S = 20.0


def test_what_a_dead_process_left_out_of_the_search_is_found_at_the_next_start(
    sqlite_database: Database, tmp_path: Path
) -> None:
    learner = add_learner(sqlite_database)
    add_deck(sqlite_database, learner.id, cards=3)
    settings = Settings(tmp_path, sqlite_database.url.render_as_string(), secret_key="")
    assert indexed(sqlite_database) == 0
    scheduler = start_ticking(settings, sqlite_database, ticks=True)
    try:
        deadline = time.monotonic() + DEADLINE_S
        while indexed(sqlite_database) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        triggers = [type(job.trigger) for job in scheduler.get_jobs()]
    finally:
        scheduler.shutdown()
    assert triggers == [IntervalTrigger] * 3, "one of a single run could end while all are stopped"


def indexed(database: Database) -> int:
    with database.reading_core() as connection:
        return int(connection.execute(text("SELECT count(*) FROM note_search")).scalar_one())
