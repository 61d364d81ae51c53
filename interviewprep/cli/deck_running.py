"""`interviewprep deck run`: everything executable of deck files, executed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from ..errors import NotFound
from ..formats.deck_folder import all_files
from ..formats.deck_running import Report, run_files
from ..formats.deck_running.mutants import FEWEST_KILLED, lines_of, run_mutants, share_killed
from . import on_terminal
from .deck_checking import default_paths


@click.command()
@click.argument("paths", metavar="[PATH]…", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--mutants", is_flag=True, help="Put mistakes into solutions; do tests notice?")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value and nothing else.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Blocks run side by side; one a core.")
def run(paths: tuple[Path, ...], mutants: bool, as_json: bool, jobs: int | None) -> None:
    """Run the checks, outputs, solutions, wrong solutions and queries of deck files.

    PATH is a file or a folder; without one, the folder `cards` here, or the decks that came with
    the program. The code runs on this machine: run only decks whose author you trust. Exit code 1
    if anything fails.
    """
    files = _files(paths or default_paths())
    if mutants:
        _run_mutants(files, jobs, as_json=as_json)
        return
    with progress("Running") as on_progress:
        report = run_files(files, jobs=jobs, on_progress=on_progress)
    if as_json:
        click.echo(json.dumps(_as_json(report), indent=2))
    else:
        for finding in report.findings:
            click.echo(on_terminal(str(finding)))
        click.echo(
            f"{counted(report.files, 'file')}: {counted(report.blocks, 'block')} run,"
            f" {report.passed} passed, in {report.seconds:.1f} s"
        )
    if report.findings:
        click.echo(f"error: {counted(len(report.findings), 'finding')}; see above.", err=True)
        sys.exit(1)


def _run_mutants(files: Sequence[Path], jobs: int | None, *, as_json: bool) -> None:
    with progress("Running mutant") as on_progress:
        reports = run_mutants(files, jobs=jobs, on_progress=on_progress)
    share = share_killed(reports)
    if as_json:
        exercises = [asdict(report) | {"share": round(report.share, 4)} for report in reports]
        click.echo(json.dumps({"exercises": exercises, "share": round(share, 4)}, indent=2))
    else:
        for line in lines_of(reports):
            click.echo(on_terminal(line))
    weak = [report.card for report in reports if not report.is_enough]
    if weak:
        click.echo(f"error: The tests of {', '.join(weak)} let too many mutants live.", err=True)
    elif share < FEWEST_KILLED:
        click.echo(
            f"error: {share:.0%} of the mutants are killed, not {FEWEST_KILLED:.0%}.", err=True
        )
    if weak or share < FEWEST_KILLED:
        sys.exit(1)


def _files(paths: Sequence[Path]) -> list[Path]:
    """Return the deck files that are meant: those named, those in folders named, or all of ours.

    :raise NotFound: where a folder has no deck file.
    """
    found: dict[Path, None] = {}
    for path in paths:
        inside = all_files(path) if path.is_dir() else [path]
        if not inside:
            raise NotFound(f"There is no deck file (*.md) in {path}.")
        found |= dict.fromkeys(inside)
    return list(found)


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show how far a long run is, on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(done: int, of: int) -> None:
        click.echo(f"\r{label} {done} of {of}", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _as_json(report: Report) -> dict[str, object]:
    return {
        "findings": [asdict(finding) for finding in report.findings],
        "files": report.files,
        "blocks": report.blocks,
        "passed": report.passed,
        "seconds": round(report.seconds, 2),
    }
