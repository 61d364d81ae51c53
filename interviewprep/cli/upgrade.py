"""`interviewprep upgrade`: the schema, then the built-in decks."""

from __future__ import annotations

import click

from ..services.upgrading import UpgradeReport
from ..services.upgrading import upgrade as upgrade_now
from .context import any_database, now, settings


@click.command()
def upgrade() -> None:
    """Bring the database up to this version; does nothing when all is current."""
    with any_database() as database:
        click.echo(sentence(upgrade_now(settings(), database, now())))


def sentence(report: UpgradeReport) -> str:
    """Say what was done, for the terminal."""
    if not report.changed:
        return "All is current."
    parts = []
    if report.copy is not None:
        parts.append(f"The database was copied to {report.copy}.")
    if report.migrated:
        parts.append("The schema was brought up to date.")
    if report.sync.decks or report.sync.retired:
        parts.append(
            f"Built-in decks: {report.sync.decks} read, {report.sync.added} notes added,"
            f" {report.sync.updated} updated, {report.sync.retired} retired."
        )
    if report.indexed:
        parts.append(f"{report.indexed:,} notes were made findable again.")
    return " ".join(parts)
