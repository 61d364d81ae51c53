"""One import job: from what was uploaded to its preview, or to its notes.

Reading and comparing hold no lock on the database. Notes are stored in turns with all who answer,
and the job is done exactly if the last transaction commits, which shows them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from ..config import Settings
from ..errors import InterviewPrepError, UnsureOfText
from ..services import import_jobs
from ..services.importing import (
    TEXT_FORM,
    Decisions,
    ImportPlan,
    ImportReport,
    OnConflict,
    OnMissing,
    in_turns,
    index_imported,
    open_deck_file,
    plan_import,
    prepare_media,
    store_import,
    taken_in,
)
from ..storage import Database, ImportJob
from ..storage.media_store import MediaStore
from ..storage.uploads import Upload

SAID_EVERY_S = 2
NOTED_EVERY_S = 0.2
OUR_FAULT = (
    "Something went wrong on the server, so nothing was stored; try again, and tell the"
    " administrator if it happens twice."
)
log = logging.getLogger(__name__)


class Cancelled(InterviewPrepError):
    """The learner gave the import up while it was read or stored."""


class ImportWork:
    """The work on a job in state `reading` or `storing`, whose upload is locked."""

    def __init__(
        self, settings: Settings, database: Database, job: ImportJob, upload: Upload
    ) -> None:
        self._media = MediaStore(settings.media_dir)
        self._database = database
        self._upload = upload
        self._id = job.id
        self._user_id = job.user_id
        self._file_name = job.file_name
        self._state = job.state
        self._options: dict[str, Any] = dict(job.options)
        self._said_at = self._noted_at = datetime.now(UTC)

    def run(self) -> None:
        """Work, and end the job whatever happens; nothing here may raise."""
        is_over = True
        try:
            if self._state == import_jobs.READING and self._options.get("preview", True):
                is_over = not self._preview()
            else:
                self._store()
        except Cancelled:
            self._end(import_jobs.end_cancelled)
        except InterviewPrepError as error:
            self._end(partial(import_jobs.fail, message=error.message))
        except Exception:
            log.exception("import job %s failed", self._id)
            self._end(partial(import_jobs.fail, message=OUR_FAULT, may_retry=True))
            is_over = False
        finally:
            if is_over:
                self._upload.remove()
            else:
                self._upload.close()

    def _preview(self) -> bool:
        try:
            plan = self._plan()
        except UnsureOfText as error:  # the learner may know better how to read it
            form = {name: str(self._options.get(name, "")) for name in TEXT_FORM}
            plan = ImportPlan(ImportReport("csv"), read_as=form, problem=error.message)
        with self._database.writing() as session:
            return import_jobs.show_preview(
                session, self._id, plan.as_json(self._file_name), _now()
            )

    def _plan(self) -> ImportPlan:
        with open_deck_file(
            self._upload.path, self._file_name, self._media, text_form=self._options
        ) as deck_file:
            media = prepare_media(deck_file, None)
            with self._database.reading_core() as connection:
                return plan_import(
                    connection, self._user_id, deck_file, media, on_progress=self._say
                )

    def _store(self) -> None:
        with (
            open_deck_file(
                self._upload.path,
                self._file_name,
                self._media,
                with_progress=self._options.get("progress", "keep") == "keep",
                text_form=self._options,
            ) as deck_file,
            taken_in(self._media, self._database.reading_core) as store,
        ):
            self._stop_if_asked()
            media = prepare_media(deck_file, store)
            self._begin_storing()
            with in_turns(self._database) as turns:
                report = store_import(
                    turns.connection,
                    self._user_id,
                    deck_file,
                    media,
                    _now(),
                    decisions=decisions_of(self._options),
                    on_progress=self._note,
                    turns=turns,
                )
                self._stop_if_asked()
                said = report.as_json(self._file_name)
                with Session(turns.connection) as session:
                    if not import_jobs.finish(session, self._id, said, _now()):
                        raise Cancelled("")  # takes all back: somebody has ended the job
        index_imported(self._database.writing_behind, report)

    def _begin_storing(self) -> None:
        """In a transaction of its own, so that everybody sees what the job is doing."""
        if self._state == import_jobs.STORING:
            return
        with self._database.writing() as session:
            if not import_jobs.begin_storing_unseen(session, self._id, _now()):
                raise Cancelled("")

    def _note(self, done: int, total: int | None) -> None:
        """Say how far the work is, without the database; notice the wish to stop."""
        self._stop_if_asked()
        moment = _now()
        if (moment - self._noted_at).total_seconds() >= NOTED_EVERY_S:
            self._noted_at = moment
            self._upload.note_progress(done, total)

    def _stop_if_asked(self) -> None:
        if self._upload.is_to_stop:
            raise Cancelled("")

    def _say(self, done: int, total: int | None) -> None:
        """As `_note`, and now and then tell other machines."""
        self._note(done, total)
        moment = _now()
        if (moment - self._said_at).total_seconds() < SAID_EVERY_S:
            return
        self._said_at = moment
        with self._database.writing() as session:
            if not import_jobs.keep_alive(session, self._id, done, total, moment):
                raise Cancelled("")

    def _end(self, end: Callable[..., bool]) -> None:
        try:
            with self._database.writing() as session:
                end(session, self._id, now=_now())
        except Exception:
            log.exception("the end of import job %s could not be stored", self._id)


def decisions_of(options: Mapping[str, Any]) -> Decisions:
    """What the learner said, from the options of a job."""
    return Decisions(
        OnConflict(options.get("on_conflict", OnConflict.MINE)),
        {guid: OnConflict(choice) for guid, choice in options.get("conflicts", {}).items()},
        OnMissing(options.get("on_missing", OnMissing.KEEP)),
        options.get("only_missing"),
    )


def _now() -> datetime:
    return datetime.now(UTC)
