"""`interviewprep import`: deck files into an account."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click

from ..core.addresses import clean_address
from ..errors import InterviewPrepError, UnreadableDeck
from ..formats.encodings import CHOICES
from ..services.accounts import require_user
from ..services.importing import (
    Decisions,
    ImportReport,
    OnConflict,
    OnMissing,
    failed_as_json,
    in_turns,
    index_imported,
    open_deck_file,
    prepare_media,
    remove_hidden_left,
    store_import,
    sweep_abandoned,
    taken_in,
)
from ..storage import Database
from ..storage.media_store import MediaStore
from . import on_terminal
from .context import now, open_database, settings

_SHOWN_WARNINGS = 20
STOPPED = "Stopped; nothing of this file was stored."
Progress = Callable[[int, int | None], None]


class Stopped(InterviewPrepError):
    """Ctrl-C was pressed."""

    code = "stopped"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asked for."""

    user_id: int
    dry_run: bool
    with_progress: bool
    decisions: Decisions
    text_form: Mapping[str, str | None]


@click.command("import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--user", "email", metavar="EMAIL", required=True, help="Whose notes they become.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one object a file.")
@click.option(
    "--progress",
    type=click.Choice(["keep", "new"]),
    default="keep",
    show_default=True,
    help="Keep the schedule and the reviews that a file has, or let all its cards be new.",
)
@click.option(
    "--on-conflict",
    type=click.Choice([choice.value for choice in OnConflict]),
    default=OnConflict.MINE.value,
    show_default=True,
    help="What counts where you edited a note that the file changes, too.",
)
@click.option(
    "--on-missing",
    type=click.Choice([choice.value for choice in OnMissing]),
    default=OnMissing.KEEP.value,
    show_default=True,
    help="What happens to notes of an earlier import that the file no longer has.",
)
@click.option(
    "--encoding",
    type=click.Choice(list(CHOICES)),
    help="The encoding of a text with columns. [default: found out]",
)
@click.option(
    "--separator",
    metavar="SIGNS",
    help="What stands between question and answer in a text: comma, tab, … or the signs.",
)
@click.option(
    "--row-separator",
    metavar="SIGNS",
    help="What stands between cards in a text whose quotes mean nothing, as Quizlet exports it.",
)
@click.option(
    "--first-line-is-heading/--first-line-is-card",
    "has_heading",
    default=None,
    help="What the first line of a text with columns is. [default: found out by known names]",
)
def import_(
    files: tuple[Path, ...],
    email: str,
    dry_run: bool,
    as_json: bool,
    progress: str,
    on_conflict: str,
    on_missing: str,
    has_heading: bool | None,
    **text_form: str | None,
) -> None:
    """Import deck files: Anki packages, CSV and TSV, Markdown and others. Format by content.

    Each file comes in whole or not at all. Notes that are there already are updated, and keep their
    history; a second import of the same file changes nothing.
    """
    reports = []
    if has_heading is not None:
        text_form["first_line_is_heading"] = "yes" if has_heading else "no"
    with open_database() as database:
        with database.reading() as session:
            user_id = require_user(session, clean_address(email)).id
        decisions = Decisions(OnConflict(on_conflict), on_missing=OnMissing(on_missing))
        wanted = Wanted(user_id, dry_run, progress == "keep", decisions, text_form)
        store = MediaStore(settings().media_dir)
        remove_hidden_left(database)
        sweep_abandoned(store, database.reading_core)
        for file in files:
            try:
                report = _import_file(database, store, file, wanted)
            except (KeyboardInterrupt, Stopped) as stop:
                raise Stopped(on_terminal(f"{file.name}: {STOPPED}")) from stop
            except InterviewPrepError as error:
                click.echo(f"error: {on_terminal(_named(error.message, file.name))}", err=True)
                reports.append(failed_as_json(file.name, error.message))
                continue
            reports.append(report.as_json(file.name))
            if not as_json:
                click.echo(on_terminal(_told(report, file.name, dry_run=dry_run)))
    if as_json:
        click.echo(json.dumps(reports, ensure_ascii=False, indent=2))
    if any(report["error"] for report in reports):
        sys.exit(1)


def _import_file(database: Database, store: MediaStore, file: Path, wanted: Wanted) -> ImportReport:
    if file.is_dir():
        raise UnreadableDeck("This is a folder; name the deck files in it.")
    if not file.is_file():
        raise UnreadableDeck("There is no such file; check the name and the folder.")
    with (
        open_deck_file(
            file,
            file.name,
            store,
            with_progress=wanted.with_progress,
            text_form=wanted.text_form,
            media_folder=file.absolute().parent,
        ) as deck_file,
        taken_in(store, database.reading_core) as intake,
        _progress_bar(file.name, deck_file.note_count) as on_progress,
    ):
        # A dry run does it all and takes it back, so that it counts what would really happen.
        media = prepare_media(deck_file, None if wanted.dry_run else intake)
        with _stoppable(on_progress) as step, in_turns(database) as turns:
            report = store_import(
                turns.connection,
                wanted.user_id,
                deck_file,
                media,
                now(),
                decisions=wanted.decisions,
                on_progress=step,
                turns=None if wanted.dry_run else turns,
            )
            step(deck_file.note_count or 0, deck_file.note_count)
            if wanted.dry_run:
                turns.connection.rollback()
    if not wanted.dry_run:
        with suppress(KeyboardInterrupt):  # it is stored; the server indexes what is left
            index_imported(database.writing_behind, report)
    return report


def _named(message: str, name: str) -> str:
    """A refusal that says which of several files it is about, once."""
    return message if message.startswith(name) else f"{name}: {message}"


@contextmanager
def _stoppable(on_progress: Progress) -> Iterator[Progress]:
    """Let Ctrl-C wait for the next step, for it does no good in the middle of a statement; a second
    one does not wait.

    :raise Stopped: from the next step after Ctrl-C.
    """
    is_asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal is_asked
        if is_asked:
            raise KeyboardInterrupt
        is_asked = True

    def step(done: int, total: int | None) -> None:
        if is_asked:
            raise Stopped(STOPPED)
        on_progress(done, total)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield step
    except Exception as error:  # the reader hears Ctrl-C, too, and ends before us
        if is_asked:
            raise Stopped(STOPPED) from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress_bar(label: str, total: int | None) -> Iterator[Progress]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=total or 0, label=label, file=sys.stderr) as bar:
        yield lambda done, total: bar.update(done - bar.pos)


def _told(report: ImportReport, name: str, *, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    counts = (
        f"{name} ({report.format}): {report.added:,} notes {would}added,"
        f" {report.updated:,} {would}updated, {report.unchanged:,} unchanged,"
        f" {report.refused:,} refused; {report.cards_added:,} cards and"
        f" {report.media_added:,} media files {would}added."
    )
    lines = [counts]
    if report.reviews_added or report.cards_scheduled:
        lines.append(
            f"  with progress: {report.reviews_added:,} reviews {would}added, the schedule of"
            f" {report.cards_scheduled:,} cards {would}taken over"
        )
    if report.missing:
        lines.append(
            f"  {report.missing:,} notes of earlier imports are not in this file;"
            f" {report.retired:,} of them {would}retired, the others are kept"
        )
    lines += [
        f"  {warning.where + ': ' if warning.where else ''}{warning.message} ({warning.code})"
        for warning in report.warnings[:_SHOWN_WARNINGS]
    ]
    more = len(report.warnings) - _SHOWN_WARNINGS
    if more > 0:
        lines.append(f"  and {more:,} more warnings; --json lists them all")
    return "\n".join(lines)
