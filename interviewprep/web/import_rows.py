"""Import jobs as pages and the API show them."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from ..errors import Invalid
from ..services import import_jobs
from ..storage import ImportJob
from ..storage.uploads import Uploads, ask_to_stop, keep, progress_of, reopen
from .cards_json import instant
from .import_runner import ImportRunner, runner_of
from .login import person
from .transactions import now, reading, settings, writing

LONGEST_NAME = 255
STOPPING_S = 3.0


def runner() -> ImportRunner:
    return runner_of(current_app._get_current_object())  # type: ignore[attr-defined]


def begin_import(sent: FileStorage | None, options: dict[str, Any]) -> int:
    """Keep what was sent and begin to read it; return the id of the job.

    :raise Invalid: where nothing was sent, or too many imports wait already.
    """
    if sent is None or not sent.filename:
        raise Invalid("Choose the file that holds the cards.", field="file")
    runner().sweep_jobs()
    upload = keep(settings().uploads_dir, sent.save)
    try:
        with writing() as session:
            job = import_jobs.create_job(
                session,
                person.account.id,
                file_name=shown_name(sent.filename),
                stored_name=upload.name,
                size_bytes=upload.size_bytes,
                options=options,
                now=now(),
            )
    except BaseException:
        upload.remove()
        raise
    runner().start(job, upload)
    return job.id


def find_job(job_id: int) -> tuple[ImportJob, dict[str, Any]]:
    """The learner's own job and its progress, as they are now.

    :raise NotFound: unless it is the learner's own.
    """
    with reading() as session:
        job = import_jobs.get_job(session, person.account.id, job_id)
        return job, shown_job(job, now())


def cancel_import(job_id: int) -> str:
    """Give the learner's import up, whatever it is doing; return its state after a moment, which
    may still be one of `WORKING`, as taking back what was stored takes time.

    :raise NotFound: unless it is the learner's own.
    """
    user_id, folder = person.account.id, settings().uploads_dir
    with reading() as session:
        job = import_jobs.get_job(session, user_id, job_id)
    ask_to_stop(folder, job.stored_name)
    if job.state == import_jobs.STORING:
        # Its transaction may hold the lock that a change of state would need.
        return _await_end(job_id)
    with writing() as session:
        cancelled = import_jobs.cancel(session, user_id, job_id, now())
    if cancelled:
        left = reopen(folder, job.stored_name)  # else its reader removes it
        if left is not None:
            left.remove()
        return import_jobs.CANCELLED
    return _await_end(job_id)


def _await_end(job_id: int) -> str:
    """The state of a job that was asked to stop, as soon as it has one of the last."""
    until = time.monotonic() + STOPPING_S
    while True:
        with reading() as session:
            state = import_jobs.get_job(session, person.account.id, job_id).state
        if state not in import_jobs.WORKING or time.monotonic() > until:
            return state
        time.sleep(0.05)


def try_import_again(job_id: int) -> bool:
    """Begin again with the file that is still here; False where there is nothing to try again.

    :raise NotFound: unless the job is the learner's own.
    """
    runner().sweep_jobs()
    row, _ = find_job(job_id)
    locked = reopen(settings().uploads_dir, row.stored_name)
    if locked is None:
        return False
    with writing() as session:
        begun = import_jobs.try_again(session, person.account.id, job_id, now())
        row = import_jobs.get_job(session, person.account.id, job_id)
    if begun:
        runner().start(row, locked)
    else:
        locked.close()
    return begun


def shown_job(job: ImportJob, moment: datetime) -> dict[str, Any]:
    """A job as JSON. One that was lost is shown as failed, before anybody has swept it up."""
    state, error = job.state, job.error
    folder = settings().uploads_dir
    uploads = Uploads(folder)
    if import_jobs.is_lost(job, moment, uploads):
        state, error = import_jobs.FAILED, import_jobs.LOST
    said = progress_of(folder, job.stored_name) if state in import_jobs.WORKING else None
    done, total = said or (job.progress.get("done", 0), job.progress.get("total"))
    preview = job.report if state == import_jobs.READY else None
    return {
        "id": job.id,
        "state": state,
        "file": job.file_name,
        "size_bytes": job.size_bytes,
        "progress": {"done": done, "total": total},
        "preview": preview,
        "report": job.report if state == import_jobs.DONE else None,
        "error": error,
        "can_retry": import_jobs.can_be_tried_again(job, moment, uploads),
        "created_at": instant(job.created_at),
        "finished_at": instant(job.finished_at) if job.finished_at else None,
    }


def shown_name(file_name: str) -> str:
    """What the learner calls the file: without folders, without what cannot be shown."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign if sign.isprintable() else "\ufffd" for sign in last)
    return clean[-LONGEST_NAME:] or "deck"
