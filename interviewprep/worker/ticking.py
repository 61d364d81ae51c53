"""What runs beside the requests: one APScheduler, interval jobs only.

Never cron triggers per learner: they fire twice, or never, when clocks change.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ..config import Settings
from ..services.housekeeping import sweep
from ..services.search_index import index_missing
from ..storage import Database
from .import_sweeping import sweep_imports, sweep_jobs
from .reminding import remind

TICK_S = 60
CHECKPOINT_S = 5
FOUND_AGAIN_S = 3_600
MEDIA_SWEPT_AT_MINUTE = 17
log = logging.getLogger(__name__)


def tick(settings: Settings, database: Database, now: datetime) -> None:
    """Do what is due this minute; any number of processes may tick."""
    remind(settings, database, now)
    with database.writing() as session:
        sweep(session, now)
    if now.minute == MEDIA_SWEPT_AT_MINUTE:
        sweep_imports(settings, database, now)
    else:
        sweep_jobs(settings, database, now)


def make_findable(database: Database) -> None:
    """Index notes that an import stored and did not live to index."""
    index_missing(database.reading_core, database.writing_behind)


def checkpoint(database: Database) -> None:
    """Fold SQLite's write-ahead log into the file, without making anybody wait."""
    with database.reading_core() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.execute(text("PRAGMA wal_checkpoint(PASSIVE)"))
        connection.exec_driver_sql("BEGIN")


def start_ticking(settings: Settings, database: Database, *, ticks: bool) -> BackgroundScheduler:
    """Start the jobs of this process; the caller shuts the scheduler down."""
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(2)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    if ticks:
        scheduler.add_job(
            guarded(lambda: tick(settings, database, datetime.now(UTC))),
            "interval",
            seconds=TICK_S,
            next_run_time=datetime.now(UTC),
        )
        # A process that died may have left work behind; whoever starts it again need not wait. Not
        # a job of one run: one that ends while the scheduler is told to stop leaves a traceback.
        scheduler.add_job(
            guarded(lambda: make_findable(database)),
            "interval",
            seconds=FOUND_AGAIN_S,
            next_run_time=datetime.now(UTC),
        )
    if database.is_sqlite:
        scheduler.add_job(guarded(lambda: checkpoint(database)), "interval", seconds=CHECKPOINT_S)
    scheduler.start()
    return scheduler


def guarded(job: Callable[[], None]) -> Callable[[], None]:
    """Let a busy database cost one tick, not the scheduler."""

    def run() -> None:
        try:
            job()
        except SQLAlchemyError as error:
            log.warning("a tick was left out: %s", error)

    return run
