"""A large import in a process of its own, which leaves the interpreter of the server to requests.

The lock on the uploaded file goes along, and is gone when the child is. The child ends with its
parent, however that ends: it reads from a pipe that only the parent can close.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from ..config import Settings
from ..services import import_jobs
from ..storage import Database, ImportJob
from ..storage.uploads import Upload, reopen
from .import_work import OUR_FAULT, ImportWork

_MODULE = "interviewprep.worker.import_process"
_SERVER_IS_GONE = 3
log = logging.getLogger(__name__)


def run_in_process(settings: Settings, database: Database, job_id: int, upload: Upload) -> bool:
    """Work on a job in a process of its own, and wait for it; whether it ended by itself.

    Where it did not, the job has failed, and what it left is to be swept.
    """
    said = {
        "data_dir": str(settings.data_dir),
        "database_url": settings.database_url,
        "job_id": job_id,
        "upload": str(upload.path),
        "lock": upload.descriptor,
    }
    try:
        with subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            pass_fds=[upload.descriptor],
        ) as child:
            assert child.stdin is not None
            child.stdin.write(json.dumps(said).encode() + b"\n")
            child.stdin.flush()
            upload.hand_over()  # or a preview could be seen, and not gone on with until we are told
            code = child.wait()
    except OSError:
        log.exception("the process of import job %s could not be used", job_id)
        upload.close()
        code = 1
    if code:
        _fail(settings, database, job_id, upload, import_jobs.LOST if code < 0 else OUR_FAULT)
    return not code


def _fail(
    settings: Settings, database: Database, job_id: int, upload: Upload, message: str
) -> None:
    """Say that the job has ended badly, unless it has been begun again already."""
    held = reopen(settings.uploads_dir, upload.name)
    if held is None:
        return
    with database.writing() as session:
        import_jobs.fail(session, job_id, message, datetime.now(UTC), may_retry=True)
    held.close()


def main() -> None:
    """Do the work on the job that the first line of standard input names."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; we end with it
    said = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_server, daemon=True).start()
    settings = Settings(Path(said["data_dir"]), said["database_url"], secret_key="")
    database = Database(settings.database_url)
    upload = Upload(Path(said["upload"]), os.fdopen(said["lock"], "rb"))
    with database.reading() as session:
        job = session.get_one(ImportJob, said["job_id"])
    ImportWork(settings, database, job, upload).run()
    database.close()


def _end_with_server() -> None:
    """End at once, as a crash does, when the server is there no more."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(_SERVER_IS_GONE)


if __name__ == "__main__":
    main()
