"""`interviewprep deck check`: lint deck files."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interviewprep.bundled_files import bundled
from interviewprep.errors import NotFound

if TYPE_CHECKING:
    from interviewprep.core.deck_lint.checking import Checked
    from interviewprep.core.deck_lint.coverage import Coverage
    from interviewprep.core.deck_lint.findings import Finding
    from interviewprep.core.deck_lint.surroundings import Surroundings


def default_paths() -> list[Path]:
    """`cards` in the working directory, else the cards that came with the program."""
    here = Path("cards")
    return [here if here.is_dir() else bundled("cards")]


@click.command()
@click.argument("paths", metavar="[PATH]…", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
@click.option("--coverage", is_flag=True, help="Print the plan of the decks and what is there.")
@click.option("--no-run", is_flag=True, help="Do not execute the code of the cards.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes that execute code at a time.")
def check(
    paths: tuple[Path, ...], as_json: bool, coverage: bool, no_run: bool, jobs: int | None
) -> None:
    """Check deck files by the rules of the deck format.

    PATH is a file or a folder; without one, the folder `cards` here, or the decks that came with
    the program. Exit code 1 if there is an error.
    """
    from interviewprep.core.deck_lint.checking import check_decks
    from interviewprep.formats.deck_folder import read_folders

    folders = read_folders(paths or default_paths(), datetime.now(UTC).date())
    plans = [_coverage(around) for around in folders] if coverage else []
    if not any(around.given for around in folders):
        raise NotFound("There is no deck file to check; name one, or a folder of them.")
    checked = [check_decks(around, _run(around, no_run, jobs)) for around in folders]
    if as_json:
        _print_json(folders, checked, plans)
    else:
        _print_lines(folders, checked, plans)
    if any(one.errors for one in checked):
        sys.exit(1)


def _print_lines(
    folders: Sequence[Surroundings], checked: Sequence[Checked], plans: Sequence[Coverage]
) -> None:
    from interviewprep.cli import on_terminal
    from interviewprep.core.deck_lint.coverage import coverage_lines

    for plan in plans:
        for line in coverage_lines(plan):
            click.echo(on_terminal(line))
        click.echo()

    for one in checked:
        for finding in one.findings:
            click.echo(on_terminal(str(finding)))
    files = sum(len(around.given) for around in folders)
    errors, warnings, accepted = (
        sum(getattr(one, name) for one in checked) for name in ("errors", "warnings", "accepted")
    )
    click.echo(
        f"{_counted(files, 'file')}: {_counted(errors, 'error')}, "
        f"{_counted(warnings, 'warning')}, {accepted} accepted"
    )


def _print_json(
    folders: Sequence[Surroundings], checked: Sequence[Checked], plans: Sequence[Coverage]
) -> None:
    from interviewprep.core.deck_lint.coverage import coverage_values

    value: dict[str, Any] = {
        "findings": [asdict(finding) for one in checked for finding in one.findings],
        "counts": {
            "files": sum(len(around.given) for around in folders),
            "errors": sum(one.errors for one in checked),
            "warnings": sum(one.warnings for one in checked),
            "accepted": sum(one.accepted for one in checked),
        },
    }
    if plans:
        value["coverage"] = [coverage_values(plan) for plan in plans]
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _coverage(around: Surroundings) -> Coverage:
    from interviewprep.core.deck_lint.coverage import coverage
    from interviewprep.formats.deck_folder import read_curriculum

    return coverage(around.files, read_curriculum(Path(around.root)))


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _run(around: Surroundings, no_run: bool, jobs: int | None) -> list[Finding]:
    """What running the code of the given files says, but of files that nobody can read."""
    if no_run:
        return []
    from interviewprep.formats.deck_running import run_findings

    names = [file.path for file in around.files if file.path in around.given and file.lines]
    return run_findings([Path(name) for name in names], jobs=jobs)
