"""`interviewprep deck`: check, run and release deck files of our Markdown."""

from __future__ import annotations

import click

from .lazy_group import LazyGroup

# One line for each command: its name, its module below `cli`, and the command in it.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("deck_checking", "check"),
    "release": ("deck_releasing", "release"),
    "run": ("deck_running", "run"),
}


@click.group(cls=LazyGroup, places=COMMANDS)
def deck() -> None:
    """Check and run the decks that are written as Markdown files."""
