"""Import of deck files: upload, preview, yes, report."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, render_template, request
from flask.typing import ResponseReturnValue

from ..errors import Invalid
from ..formats.anki.process import keep_ready
from ..services import import_jobs
from ..services.importing import OnConflict
from ..storage.uploads import reopen
from .forms import form_page, go_to
from .import_rows import begin_import, find_job, runner, shown_job
from .login import login_required, person
from .transactions import now, reading, settings, writing

RELOAD_AFTER_S = 1
PROGRESS = ("keep", "new")
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
    answer = make_response(render_template("imports/job.html", job=shown))
    if shown["state"] in import_jobs.WORKING:
        answer.headers["Refresh"] = str(RELOAD_AFTER_S)
    return answer


@blueprint.post("/imports/<int:job_id>/confirm")
@login_required
def confirm(job_id: int) -> ResponseReturnValue:
    chosen = request.form.get("on_conflict", OnConflict.MINE.value)
    if chosen not in list(OnConflict):
        raise Invalid("Choose which text counts: yours, the file's, or both.", field="on_conflict")
    progress = request.form.get("progress", PROGRESS[0])
    if progress not in PROGRESS:
        raise Invalid("Choose whether the cards keep their progress or are new.", field="progress")
    row, _ = find_job(job_id)
    locked = (
        reopen(settings().uploads_dir, row.stored_name) if row.state == import_jobs.READY else None
    )
    if locked is None:
        flash("This import has moved on already; here is where it stands.")
        return go_to("imports.job", job_id=job_id)
    with writing() as session:
        begun = import_jobs.begin_storing(
            session, person.id, job_id, {"on_conflict": chosen, "progress": progress}, now()
        )
        row = import_jobs.get_job(session, person.id, job_id)
    if begun:
        runner().start(row, locked)
    else:
        locked.close()
    return go_to("imports.job", job_id=job_id)


@blueprint.post("/imports/<int:job_id>/cancel")
@login_required
def cancel(job_id: int) -> ResponseReturnValue:
    with writing() as session:
        cancelled = import_jobs.cancel(session, person.id, job_id, now())
        stored_name = import_jobs.get_job(session, person.id, job_id).stored_name
    if not cancelled:
        flash("It was too late to cancel this import.")
        return go_to("imports.job", job_id=job_id)
    left = reopen(settings().uploads_dir, stored_name)  # else its reader removes it
    if left is not None:
        left.remove()
    flash("The import is cancelled; nothing was stored.", "success")
    return go_to("imports.page")


def _page(error: Invalid | None = None) -> Response:
    with reading() as session:
        jobs = [shown_job(job, now()) for job in import_jobs.list_jobs(session, person.id)]
    return form_page("imports/page.html", error=error, jobs=jobs)
