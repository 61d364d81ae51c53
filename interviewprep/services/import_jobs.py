"""Import jobs: one uploaded file on its way in, as a row that outlives the request.

    reading ─→ ready ─→ storing ─→ done
       └─────────┴────────┴──────→ failed, cancelled

A job that is ready may go back to reading, where a text is to be read in another way, and so may
one that failed through no fault of its file. A change of state is one conditional UPDATE, so that
two clicks or two processes make it once. The file lies in the uploads folder until the job has
ended, or can no longer be tried again. Whether a process still works on a job is known by a lock on
that file, which the system lets go when the process dies.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..core.storable import storable
from ..errors import Invalid, NotFound
from ..storage import ImportJob

READING, READY, STORING = "reading", "ready", "storing"
DONE, FAILED, CANCELLED = "done", "failed", "cancelled"
WORKING = (READING, STORING)
OPEN = (READING, READY, STORING)
MOST_OPEN = 5
MOST_LISTED = 10
SILENCE = timedelta(seconds=30)
PREVIEW_KEPT = timedelta(days=1)
KEPT = timedelta(days=30)
RETRY_KEPT = timedelta(days=1)
LOST = "The import was broken off on the server, so nothing was stored; try it again."


class Locks(Protocol):
    """What is known about uploaded files: see `storage.uploads`."""

    def is_locked(self, stored_name: str) -> bool: ...

    def is_held(self, stored_name: str) -> bool: ...


def create_job(
    session: Session,
    user_id: int,
    *,
    file_name: str,
    stored_name: str,
    size_bytes: int,
    options: dict[str, Any],
    now: datetime,
) -> ImportJob:
    """Begin a job in state `reading`.

    :raise Invalid: where the user has `MOST_OPEN` that have not ended.
    """
    waiting = session.scalars(
        select(ImportJob.id).where(ImportJob.user_id == user_id, ImportJob.state.in_(OPEN))
    ).all()
    if len(waiting) >= MOST_OPEN:
        raise Invalid(
            f"You have {len(waiting)} imports that wait for you; import or cancel them first.",
            field="file",
        )
    job = ImportJob(
        user_id=user_id,
        state=READING,
        file_name=file_name[-255:],
        stored_name=stored_name,
        size_bytes=size_bytes,
        options=options,
        created_at=now,
        heartbeat_at=now,
    )
    session.add(job)
    session.flush()
    return job


def get_job(session: Session, user_id: int, job_id: int) -> ImportJob:
    """:raise NotFound: unless it is the user's own."""
    found = session.scalars(
        select(ImportJob).where(ImportJob.id == job_id, ImportJob.user_id == user_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such import, or it is not yours to see.")
    return found


def list_jobs(session: Session, user_id: int) -> list[ImportJob]:
    """The user's newest jobs, newest first."""
    query = (
        select(ImportJob)
        .where(ImportJob.user_id == user_id)
        .order_by(ImportJob.created_at.desc(), ImportJob.id.desc())
        .limit(MOST_LISTED)
    )
    return list(session.scalars(query))


def is_lost(job: ImportJob, now: datetime, locks: Locks) -> bool:
    """Whether nobody works on a job that somebody should be working on.

    A file that lies here without a lock says so at once. One that does not lie here may be on
    another machine, so its job is lost only after some time of silence.
    """
    if job.state not in WORKING or locks.is_locked(job.stored_name):
        return False
    return locks.is_held(job.stored_name) or now - job.heartbeat_at >= SILENCE


def can_be_tried_again(job: ImportJob, now: datetime, locks: Locks) -> bool:
    """Whether a job failed through no fault of its file, and the file is still here."""
    failed = job.state == FAILED and bool(job.progress.get("may_retry"))
    return (failed or is_lost(job, now, locks)) and locks.is_held(job.stored_name)


def begin_storing(
    session: Session, user_id: int, job_id: int, options: dict[str, Any], now: datetime
) -> bool:
    """Take a previewed job into `storing`; False where it is not `ready` any more."""
    get_job(session, user_id, job_id)
    return _move(
        session,
        job_id,
        (READY,),
        {"state": STORING, "options": options, "progress": {}, "heartbeat_at": now},
    )


def read_again(
    session: Session, user_id: int, job_id: int, options: dict[str, Any], now: datetime
) -> bool:
    """Take a previewed job back into `reading`, to be read otherwise; False where it moved on."""
    get_job(session, user_id, job_id)
    return _move(
        session,
        job_id,
        (READY,),
        {"state": READING, "options": options, "progress": {}, "heartbeat_at": now},
    )


def try_again(session: Session, user_id: int, job_id: int, now: datetime) -> bool:
    """Take a job that failed through no fault of its file back into `reading`; False for others.

    :raise NotFound: unless it is the user's own.
    """
    job = get_job(session, user_id, job_id)
    if not job.progress.get("may_retry"):
        return False
    values: dict[str, Any] = {"state": READING, "progress": {}, "error": None, "report": None}
    return _move(session, job_id, (FAILED,), {**values, "heartbeat_at": now, "finished_at": None})


def begin_storing_unseen(session: Session, job_id: int, now: datetime) -> bool:
    """Take a job from `reading` into `storing`: for those who asked for no preview."""
    return _move(session, job_id, (READING,), {"state": STORING, "heartbeat_at": now})


def keep_alive(session: Session, job_id: int, done: int, total: int | None, now: datetime) -> bool:
    """Say how far the work is; False where the job was cancelled meanwhile."""
    return _move(
        session,
        job_id,
        WORKING,
        {"progress": {"done": done, "total": total}, "heartbeat_at": now},
    )


def show_preview(session: Session, job_id: int, preview: dict[str, Any], now: datetime) -> bool:
    return _move(
        session, job_id, (READING,), {"state": READY, "report": preview, "heartbeat_at": now}
    )


def finish(session: Session, job_id: int, report: dict[str, Any], now: datetime) -> bool:
    """End a job well, in the transaction that stored its notes: done if and only if they are."""
    notes = sum(report["notes"].values())
    values = {
        "state": DONE,
        "report": report,
        "progress": {"done": notes, "total": notes},
        "heartbeat_at": now,
        "finished_at": now,
    }
    return _move(session, job_id, (STORING,), values)


def fail(
    session: Session, job_id: int, message: str, now: datetime, *, may_retry: bool = False
) -> bool:
    """End a job badly; `may_retry` where its file is not to blame, and is kept for a while."""
    values = {
        "state": FAILED,
        "error": message,
        "progress": {"may_retry": True} if may_retry else {},
        "heartbeat_at": now,
        "finished_at": now,
    }
    return _move(session, job_id, OPEN, values)


def cancel(session: Session, user_id: int, job_id: int, now: datetime) -> bool:
    """Give a job up that is read or waits; False for one that is being stored, or has ended.

    :raise NotFound: unless it is the user's own.
    """
    get_job(session, user_id, job_id)
    return _move(
        session,
        job_id,
        (READING, READY),
        {"state": CANCELLED, "heartbeat_at": now, "finished_at": now},
    )


def end_cancelled(session: Session, job_id: int, now: datetime) -> bool:
    """Say that a job was given up while it was worked on, by whoever worked on it."""
    return _move(
        session, job_id, OPEN, {"state": CANCELLED, "heartbeat_at": now, "finished_at": now}
    )


def sweep_jobs(session: Session, now: datetime, locks: Locks) -> int:
    """Fail jobs that were lost, cancel previews nobody wanted, forget what ended long ago."""
    swept = 0
    for job in session.scalars(select(ImportJob).where(ImportJob.state.in_(OPEN))).all():
        if is_lost(job, now, locks):
            swept += fail(session, job.id, LOST, now, may_retry=True)
        elif job.state == READY and now - job.heartbeat_at > PREVIEW_KEPT:
            swept += cancel(session, job.user_id, job.id, now)
    ended = ImportJob.finished_at < now - KEPT
    session.execute(delete(ImportJob).where(ended).execution_options(synchronize_session=False))
    return swept


def uploads_in_use(session: Session, now: datetime) -> set[str]:
    """The names of uploaded files whose jobs have not ended, or may be tried again."""
    names = select(ImportJob.stored_name, ImportJob.state, ImportJob.progress).where(
        ImportJob.state.in_(OPEN)
        | ((ImportJob.state == FAILED) & (ImportJob.finished_at > now - RETRY_KEPT))
    )
    return {
        row.stored_name
        for row in session.execute(names)
        if row.state in OPEN or row.progress.get("may_retry")
    }


def _move(session: Session, job_id: int, states: Iterable[str], values: dict[str, Any]) -> bool:
    moved = session.execute(
        update(ImportJob)
        .where(ImportJob.id == job_id, ImportJob.state.in_(tuple(states)))
        .values(**storable(values))
        .returning(ImportJob.id)
        .execution_options(synchronize_session="fetch")
    ).first()
    return moved is not None
