"""`interviewprep export`: a learner's decks into a file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from ..core.addresses import clean_address
from ..errors import Conflict, Invalid
from ..services.accounts import require_user
from ..services.exporting import (
    ExportFormat,
    ExportReport,
    choose_decks,
    choose_own,
    write_export,
)
from ..services.learner import load_learner
from ..storage.media_store import MediaStore
from . import on_terminal
from .context import now, open_database, settings

_SHOWN_WARNINGS = 20
_ZIP = ".zip"


@click.command("export")
@click.option("--user", "email", metavar="EMAIL", required=True, help="Whose decks go out.")
@click.option("--deck", metavar="NAME", help="One deck, by its full name, with its subdecks.")
@click.option(
    "--format",
    "wanted",
    type=click.Choice([each.value for each in ExportFormat]),
    required=True,
    help="What to write.",
)
@click.option(
    "--output", metavar="FILE", required=True, type=click.Path(path_type=Path), help="Where to."
)
@click.option("--legacy", is_flag=True, help="An Anki package that old programs can read, too.")
@click.option("--without-progress", is_flag=True, help="Leave schedule and history out.")
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
def export(
    email: str,
    deck: str | None,
    wanted: str,
    output: Path,
    legacy: bool,
    without_progress: bool,
    force: bool,
) -> None:
    """Export decks: an Anki package, CSV, Markdown, JSON, or the archive of a whole account.

    Without --deck, all decks that the learner owns or studies. The file is there whole or not at
    all.
    """
    _check_output(output, force=force)
    with open_database() as database, database.reading() as session:
        user_id = require_user(session, clean_address(email)).id
        is_archive = wanted == ExportFormat.ARCHIVE
        if is_archive and deck is not None:
            raise Invalid("An archive is of the whole account; leave --deck out.")
        chosen = (
            choose_own(session, user_id) if is_archive else choose_decks(session, user_id, deck)
        )
        with _written_beside(output, force=force) as aside:
            report = write_export(
                session.connection(),
                load_learner(session.connection(), user_id),
                chosen,
                MediaStore(settings().media_dir),
                aside,
                ExportFormat(wanted),
                now(),
                with_progress=not without_progress,
                legacy=legacy,
                as_zip=output.suffix.lower() == _ZIP,
            )
            if report.suffix == _ZIP and output.suffix.lower() in (".md", ".markdown"):
                raise Invalid(
                    f"Several decks, or pictures, need a zip; call the file {output.stem}.zip."
                )
    click.echo(on_terminal(_told(report, output.name)))


def _check_output(output: Path, *, force: bool) -> None:
    """:raise InterviewPrepError: where nothing can be written, before any work is done."""
    if output.is_dir():
        raise Invalid(f"{output} is a folder; name the file to write in it.")
    if output.exists() and not force:
        raise _already(output)
    if not output.parent.is_dir():
        raise Invalid(f"There is no folder {output.parent}; make it first.")


@contextmanager
def _written_beside(output: Path, *, force: bool) -> Iterator[Path]:
    """A file beside the one wanted, which takes its place once it is whole."""
    aside = output.parent / f".{output.name[:100]}.{secrets.token_hex(6)}.part"
    try:
        yield aside
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        if force:
            aside.replace(output)
        else:
            os.link(aside, output)  # unlike a rename, never over a file that came meanwhile
    except FileExistsError:
        raise _already(output) from None
    except OSError as error:
        raise Invalid(f"{output} cannot be written ({error.strerror}).") from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def _already(output: Path) -> Conflict:
    return Conflict(f"{output} is there already; choose another name, or replace it with --force.")


def _told(report: ExportReport, name: str) -> str:
    lines = [f"{name}: {report.notes:,} notes and {report.media:,} media files written."]
    lines += [
        f"  {warning.where + ': ' if warning.where else ''}{warning.message} ({warning.code})"
        for warning in report.warnings[:_SHOWN_WARNINGS]
    ]
    more = len(report.warnings) - _SHOWN_WARNINGS
    if more > 0:
        lines.append(f"  and {more:,} more warnings")
    return "\n".join(lines)
