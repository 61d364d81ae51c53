"""`interviewprep deck release`: write down what the decks hold, so that nothing vanishes unseen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interviewprep.errors import Conflict

if TYPE_CHECKING:
    from interviewprep.core.deck_lint.surroundings import Surroundings


@click.command()
@click.option(
    "--cards",
    "folder",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the decks; `cards` here, if not given.",
)
def release(folder: Path | None) -> None:
    """Write the ids and revisions of all decks into `ids.lock`.

    `deck check` compares with it from then on. Refused while ids are not accounted for.
    """
    from interviewprep.cli.deck_checking import default_paths
    from interviewprep.core.deck_lint.lock import items_of
    from interviewprep.formats.deck_folder import read_folders, write_lock

    [around] = read_folders([folder] if folder else default_paths(), datetime.now(UTC).date())
    _refuse_what_is_lost(around)
    cards = [card.card for card in around.cards]
    path = write_lock(Path(around.root), cards)
    items = {item.key: item for card in cards for item in items_of(card)}
    new, gone = len(items.keys() - around.locked.keys()), len(around.locked.keys() - items.keys())
    changed = sum(
        (item.rev, item.question, item.answer) != (was.rev, was.question, was.answer)
        for key, item in items.items()
        if (was := around.locked.get(key)) is not None
    )
    click.echo(f"{path}: {len(items)} items, {new} new, {changed} changed, {gone} gone")


def _refuse_what_is_lost(around: Surroundings) -> None:
    """A release must know every card, and what became of those of the last one."""
    from interviewprep.cli import on_terminal
    from interviewprep.core.deck_lint.findings import ERROR
    from interviewprep.core.deck_lint.identity import check_identities

    problems = [problem for file in around.files for problem in file.problems]
    problems += [finding for finding in check_identities(around) if finding.level == ERROR]
    for problem in problems:
        click.echo(on_terminal(str(problem)), err=True)
    if problems:
        raise Conflict(
            f"Nothing was released: {len(problems)} errors stand in the way; "
            "mend them and run it again."
        )
