"""Import of deck files: upload, preview, yes, report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, render_template, request
from flask.typing import ResponseReturnValue

from ..core.text_differences import differences
from ..errors import Invalid
from ..formats import FORMATS
from ..formats.anki.process import keep_ready
from ..services import import_jobs
from ..services.learner import learner_of
from ..storage import ImportJob
from ..storage.uploads import reopen
from .forms import form_page, go_to
from .import_decisions import decided
from .import_rows import (
    begin_import,
    cancel_import,
    find_job,
    runner,
    shown_job,
    try_import_again,
)
from .import_text_form import chosen_form, text_form
from .login import login_required, person
from .transactions import now, reading, settings, writing

RELOAD_AFTER_S = 1
blueprint = Blueprint("imports", __name__)


@blueprint.get("/imports")
@login_required
def page() -> ResponseReturnValue:
    keep_ready()  # whoever looks at this page is about to send a file
    return _page()


@blueprint.post("/imports")
@login_required
def upload() -> ResponseReturnValue:
    try:
        job_id = begin_import(request.files.get("file"), {})
    except Invalid as error:
        return _page(error)
    return go_to("imports.job", job_id=job_id)


@blueprint.get("/imports/<int:job_id>")
@login_required
def job(job_id: int) -> ResponseReturnValue:
    _, shown = find_job(job_id)
    form = text_form(shown["preview"])
    return render_template(
        "imports/job.html",
        job=shown,
        text_form=form,
        reload_s=RELOAD_AFTER_S,
        differences=differences,
        follows_track=bool(learner_of(person.account).settings.track),
    )


@blueprint.post("/imports/<int:job_id>/confirm")
@login_required
def confirm(job_id: int) -> ResponseReturnValue:
    row, _ = find_job(job_id)
    options = {**row.options, **decided(request.form, row.report or {})}
    return _go_on(row, import_jobs.begin_storing, options)


@blueprint.post("/imports/<int:job_id>/read-again")
@login_required
def read_again(job_id: int) -> ResponseReturnValue:
    """Read a text as the form says, where it was misunderstood."""
    row, _ = find_job(job_id)
    return _go_on(row, import_jobs.read_again, {**row.options, **chosen_form(request.form)})


def _go_on(row: ImportJob, begin: Callable[..., bool], options: dict[str, Any]) -> Response:
    """Take a job that waits into its next state with `begin`, and set to work on it."""
    locked = (
        reopen(settings().uploads_dir, row.stored_name) if row.state == import_jobs.READY else None
    )
    if locked is None:
        flash("This import has moved on already; here is where it stands.")
        return go_to("imports.job", job_id=row.id)
    with writing() as session:
        begun = begin(session, person.id, row.id, options, now())
        row = import_jobs.get_job(session, person.id, row.id)
    if begun:
        runner().start(row, locked)
    else:
        locked.close()
    return go_to("imports.job", job_id=row.id)


@blueprint.post("/imports/<int:job_id>/cancel")
@login_required
def cancel(job_id: int) -> ResponseReturnValue:
    state = cancel_import(job_id)
    if state in import_jobs.WORKING:
        flash("The import is being cancelled: what it had stored is taken back.")
    elif state != import_jobs.CANCELLED:
        flash("It was too late to cancel this import; here is where it stands.")
    return go_to("imports.job", job_id=job_id)


@blueprint.post("/imports/<int:job_id>/retry")
@login_required
def retry(job_id: int) -> ResponseReturnValue:
    """Begin a lost import again, with the file that is still here."""
    if not try_import_again(job_id):
        flash("There is nothing to try again; here is where this import stands.")
    return go_to("imports.job", job_id=job_id)


def _page(error: Invalid | None = None) -> Response:
    with reading() as session:
        jobs = [shown_job(job, now()) for job in import_jobs.list_jobs(session, person.id)]
    accepted = ",".join(dict.fromkeys(suffix for known in FORMATS for suffix in known.suffixes))
    return form_page("imports/page.html", error=error, jobs=jobs, accepted=accepted)
