"""Imports over HTTP: send a file, ask how far it is."""

from __future__ import annotations

from typing import Any, Literal

from flask import request

from ..import_rows import begin_import, find_job
from .endpoints import Answered, endpoint


class Counts(Answered):
    added: int
    updated: int
    unchanged: int
    refused: int


class Added(Answered):
    added: int


class WarningOut(Answered):
    code: str
    where: str
    message: str


class ReportOut(Answered):
    """What `interviewprep import --json` prints about one file."""

    file: str
    format: str | None
    decks: list[str]
    notes: Counts
    cards: Added
    media: Added
    reviews: Added
    warnings: list[WarningOut]
    error: str | None


class ProgressOut(Answered):
    """Notes done, and of how many where that is known yet."""

    done: int
    total: int | None


class ImportOut(Answered):
    """`report` is there when `state` is done, `error` when it is failed."""

    id: int
    state: Literal["reading", "ready", "storing", "done", "failed", "cancelled"]
    file: str
    progress: ProgressOut
    report: ReportOut | None
    error: str | None
    created_at: str
    finished_at: str | None


@endpoint("POST", "/imports", upload=True, answers={202: ImportOut})
def start_import() -> dict[str, Any]:
    """Take a deck file and store its notes, without a preview."""
    return _shown(begin_import(request.files.get("file"), {"preview": False}))


@endpoint("GET", "/imports/<int:job_id>", answers={200: ImportOut})
def show_import(job_id: int) -> dict[str, Any]:
    """Return the progress of an import, and its report at the end."""
    return _shown(job_id)


def _shown(job_id: int) -> dict[str, Any]:
    _, shown = find_job(job_id)
    return {name: shown[name] for name in ImportOut.model_fields}
