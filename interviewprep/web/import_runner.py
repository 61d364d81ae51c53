"""Imports run beside the requests: small ones in threads of the process that took the upload, large
ones in processes of their own, so that nobody who answers waits for the interpreter."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from flask import Flask

from ..config import Settings
from ..storage import Database, ImportJob
from ..storage.uploads import Upload
from ..worker.import_process import run_in_process
from ..worker.import_sweeping import sweep_jobs
from ..worker.import_work import ImportWork

AT_ONCE = 2
LARGE_BYTES = 1024 * 1024
"""From this size on a file gets a process of its own, which takes half a second to start."""
SHORT_WAIT_S = 1.0


class ImportRunner:
    """Runs the import jobs of one process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self._slots = threading.BoundedSemaphore(AT_ONCE)

    def start(self, job: ImportJob, upload: Upload) -> None:
        """Work on a job in state `reading` or `storing`; wait a moment, as most are short."""
        thread = threading.Thread(
            target=self._run, args=(job, upload), name=f"import-{job.id}", daemon=True
        )
        thread.start()
        thread.join(SHORT_WAIT_S)

    def sweep_jobs(self) -> None:
        """Put right what a crash left, so that it does not stand in the way of the next import."""
        sweep_jobs(self.settings, self.database, _now())

    def slot(self) -> threading.BoundedSemaphore:
        return self._slots

    def _run(self, job: ImportJob, upload: Upload) -> None:
        with self._slots:
            if upload.size_bytes < LARGE_BYTES:
                ImportWork(self.settings, self.database, job, upload).run()
            elif not run_in_process(self.settings, self.database, job.id, upload):
                self.sweep_jobs()


def runner_of(app: Flask) -> ImportRunner:
    """The runner of this process, made when it is first needed."""
    runner: ImportRunner | None = app.extensions.get("imports")
    if runner is None:
        runner = ImportRunner(app.extensions["settings"], app.extensions["database"])
        app.extensions["imports"] = runner
    return runner


def _now() -> datetime:
    return datetime.now(UTC)
