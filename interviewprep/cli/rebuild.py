"""`interviewprep rebuild`: memory, recomputed from the log of reviews."""

from __future__ import annotations

import sys

import click

from ..services.rebuilding import rebuild as rebuild_memory
from .context import open_database

MOST_SHOWN = 20


@click.command()
@click.option("--check", is_flag=True, help="Only compare; exit 1 on a difference.")
def rebuild(check: bool) -> None:
    """Recompute what every learner knows from the log of reviews."""
    with open_database() as database, database.writing_core() as connection:
        differences = rebuild_memory(connection, check_only=check)
    for one in differences[:MOST_SHOWN]:
        card = "" if one.card_id is None else f", card {one.card_id}"
        click.echo(f"learner {one.user_id}{card}: {one.message}")
    if len(differences) > MOST_SHOWN:
        click.echo(f"and {len(differences) - MOST_SHOWN} more")
    if not differences:
        click.echo("Memory and log agree.")
    elif check:
        click.echo(f"error: {len(differences)} differences; run it without --check.", err=True)
        sys.exit(1)
    else:
        click.echo(f"{len(differences)} differences were mended.")
