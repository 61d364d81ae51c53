"""Import jobs as pages and the API show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from ..errors import Invalid
from ..services import import_jobs
from ..storage import ImportJob
from ..storage.uploads import is_locked, keep
from .cards_json import instant
from .import_runner import ImportRunner, runner_of
from .login import person
from .transactions import now, reading, settings, writing

LONGEST_NAME = 255


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


def shown_job(job: ImportJob, moment: datetime) -> dict[str, Any]:
    """A job as JSON. One that was lost is shown as failed, before anybody has swept it up."""
    state, error = job.state, job.error
    if import_jobs.is_lost(job, moment, lambda name: is_locked(settings().uploads_dir, name)):
        state, error = import_jobs.FAILED, import_jobs.LOST
    done, total = runner().progress.get(
        job.id, (job.progress.get("done", 0), job.progress.get("total"))
    )
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
        "created_at": instant(job.created_at),
        "finished_at": instant(job.finished_at) if job.finished_at else None,
    }


def shown_name(file_name: str) -> str:
    """What the learner calls the file: without folders, without what cannot be shown."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(sign if sign.isprintable() else "\ufffd" for sign in last)
    return clean[-LONGEST_NAME:] or "deck"
