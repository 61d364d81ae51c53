"""Imports over HTTP: send a file, ask how far it is."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import request
from pydantic import AfterValidator, Field

from ...errors import Conflict
from ...formats.csv_text.rows import LONGEST_SEPARATOR, SEPARATOR_NAMES, separator_named
from ...formats.encodings import CHOICES
from ..import_rows import begin_import, cancel_import, find_job, try_import_again
from .endpoints import Answered, Strict, endpoint

SIGN = r"[\t\n !#-/:-@\[\]^-`{-~\u2000-\u2bff\u3000-\u303f]"
"""What may part cells: punctuation and blanks, no letters, digits or double quotes."""


Separator = Annotated[
    str,
    Field(
        pattern=rf"^(?:|{'|'.join(SEPARATOR_NAMES)}|(?:\\[nt]|{SIGN}){{1,{LONGEST_SEPARATOR}}})$"
    ),
    AfterValidator(lambda said: separator_named(said) if said else said),
]


class ImportIn(Strict):
    """As the options of `interviewprep import`. The last four say how a text with columns is to be
    read; what is empty is found out. A separator is a name (tab, comma …) or the signs."""

    progress: Literal["keep", "new"] = "keep"
    on_conflict: Literal["mine", "theirs", "both"] = "mine"
    on_missing: Literal["keep", "retire"] = "keep"
    encoding: Literal["", *CHOICES] = ""  # type: ignore[valid-type]
    separator: Separator = ""
    row_separator: Separator = ""
    first_line_is_heading: Literal["", "yes", "no"] = ""


class Counts(Answered):
    added: int
    updated: int
    unchanged: int
    refused: int


class Added(Answered):
    added: int


class Missing(Answered):
    """Notes of earlier imports that the file no longer has, and how many of them were retired."""

    found: int
    retired: int


class WarningOut(Answered):
    code: str
    where: str
    message: str


class ReportOut(Answered):
    """What `interviewprep import --json` prints about one file; `missing` is null where none
    is."""

    file: str
    format: str | None
    decks: list[str]
    notes: Counts
    cards: Added
    media: Added
    reviews: Added
    missing: Missing | None = None
    warnings: list[WarningOut]
    error: str | None


class ProgressOut(Answered):
    """Notes done, and of how many where that is known yet."""

    done: int
    total: int | None


class ImportOut(Answered):
    """`report` is there when `state` is done, `error` when it is failed; `can_retry` where that was
    no fault of the file, which is still here."""

    id: int
    state: Literal["reading", "ready", "storing", "done", "failed", "cancelled"]
    file: str
    progress: ProgressOut
    report: ReportOut | None
    error: str | None
    can_retry: bool
    created_at: str
    finished_at: str | None


@endpoint("POST", "/imports", upload=True, form=ImportIn, answers={202: ImportOut})
def start_import(form: ImportIn) -> dict[str, Any]:
    """Take a deck file and store its notes, without a preview."""
    options = {**form.model_dump(), "preview": False}
    return _shown(begin_import(request.files.get("file"), options))


@endpoint("GET", "/imports/<int:job_id>", answers={200: ImportOut})
def show_import(job_id: int) -> dict[str, Any]:
    """Return the progress of an import, and its report at the end."""
    return _shown(job_id)


@endpoint("POST", "/imports/<int:job_id>/cancel", answers={200: ImportOut})
def cancel_running_import(job_id: int) -> dict[str, Any]:
    """Give an import up; nothing of it is left. One that has ended stays as it is."""
    cancel_import(job_id)
    return _shown(job_id)


@endpoint("POST", "/imports/<int:job_id>/retry", answers={202: ImportOut})
def retry_import(job_id: int) -> dict[str, Any]:
    """Begin an import again that failed through no fault of its file."""
    if not try_import_again(job_id):
        raise Conflict("There is nothing to try again; send the file anew.")
    return _shown(job_id)


def _shown(job_id: int) -> dict[str, Any]:
    _, shown = find_job(job_id)
    return {name: shown[name] for name in ImportOut.model_fields}
