"""Decks go out: choose what and as what, and it is downloaded."""

from __future__ import annotations

from typing import IO, Any

from flask import Blueprint, Response, flash, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..errors import Invalid
from ..services.exporting import (
    ChosenDecks,
    ExportFormat,
    ExportReport,
    choose_decks,
    choose_own,
    choose_tree,
    file_name,
    write_export,
)
from ..services.learner import load_learner
from ..services.visibility import get_deck
from ..storage.media_store import MediaStore
from .forms import form_page
from .headers import MEDIA_POLICY
from .ids import GREATEST
from .login import login_required, person
from .transactions import now, reading, settings

blueprint = Blueprint("exports", __name__)

EVERYTHING = ""
FORMATS: dict[ExportFormat, tuple[str, str]] = {
    ExportFormat.ANKI: (
        "Anki package",
        "For Anki: cards, pictures, sounds; schedule and history unless you leave them out.",
    ),
    ExportFormat.CSV: ("CSV", "For spreadsheets: one row a note, without pictures and progress."),
    ExportFormat.MARKDOWN: (
        "Markdown",
        "Text to edit and to keep under version control; a zip where there are pictures.",
    ),
    ExportFormat.JSON: ("JSON", "For other programs: everything a note says, pictures included."),
    ExportFormat.ARCHIVE: (
        "Archive of my account",
        "All decks of yours, answers, mocks, stories, settings, whatever is chosen above.",
    ),
}
"""What each is called, and what it is good for."""
_TYPES = {
    ".apkg": "application/octet-stream",
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".zip": "application/zip",
}
_SHOWN_WARNINGS = 3


@blueprint.get("/exports")
@login_required
def page() -> ResponseReturnValue:
    return _page(request.args.get("deck", EVERYTHING))


@blueprint.post("/exports")
@login_required
def download() -> ResponseReturnValue:
    asked = request.form.get("deck", EVERYTHING)
    try:
        wanted = _format(request.form.get("format", ""))
    except Invalid as error:
        return _page(asked, error)
    with reading() as session:
        learner = load_learner(session.connection(), person.id)
        chosen = _chosen(session, asked, wanted)
        store = MediaStore(settings().media_dir)
        with store.work_folder() as folder:
            path = folder / "export"
            report = write_export(
                session.connection(),
                learner,
                chosen,
                store,
                path,
                wanted,
                now(),
                with_progress=bool(request.form.get("with_progress")),
                legacy=bool(request.form.get("legacy")),
            )
            file = path.open("rb")  # it stays readable while it is open, and the folder goes
    name = file_name(chosen.name, report.suffix)
    _tell(report, name)
    return _sent(file, name, report)


def _chosen(session: Session, asked: str, wanted: ExportFormat) -> ChosenDecks:
    if asked != EVERYTHING:
        tree = choose_tree(session, person.id, _deck_id(asked))
    if wanted is ExportFormat.ARCHIVE:
        return choose_own(session, person.id)
    return choose_decks(session, person.id, None) if asked == EVERYTHING else tree


def _sent(file: IO[bytes], name: str, report: ExportReport) -> Response:
    answer = send_file(
        file,
        mimetype=_TYPES[report.suffix],
        as_attachment=True,
        download_name=name,
    )
    answer.headers["Content-Security-Policy"] = MEDIA_POLICY
    return answer


def _tell(report: ExportReport, name: str) -> None:
    """Say on the next page what did not go into the file of this name."""
    if not report.warnings:
        return
    shown = [
        f"{warning.where}: {warning.message}" if warning.where else warning.message
        for warning in report.warnings[:_SHOWN_WARNINGS]
    ]
    more = len(report.warnings) - len(shown)
    flash(
        f"Not everything went into {name}. "
        + "; ".join(shown)
        + (f"; and {more:,} more like these." if more else ".")
    )


def _format(name: str) -> ExportFormat:
    if name not in FORMATS:
        raise Invalid("Choose what to write.", field="format")
    return ExportFormat(name)


def _deck_id(text: str) -> int:
    """The id of a deck, or one that no deck has."""
    is_id = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_id else GREATEST


def _page(asked: str, error: Invalid | None = None) -> Response:
    values: dict[str, Any] = {}
    with reading() as session:
        decks = {deck.id: deck.name for deck in choose_decks(session, person.id, None).decks}
        if asked != EVERYTHING:
            deck = get_deck(session, person.id, _deck_id(asked))
            decks.setdefault(deck.id, deck.name)
            values = {"deck": deck}
    choices = sorted(decks.items(), key=lambda item: item[1].casefold())
    return form_page(
        "exports/page.html", error=error, decks=choices, asked=asked, formats=FORMATS, **values
    )
