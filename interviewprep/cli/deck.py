"""`interviewprep deck`: check, run and release deck files of our Markdown."""

from __future__ import annotations

from importlib import import_module

import click

# One line for each command: its name, its module below `cli`, and the command in it.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("deck_checking", "check"),
    "release": ("deck_releasing", "release"),
    "run": ("deck_running", "run"),
}


class DeckCommands(click.Group):
    """A group that imports a command only when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"interviewprep.cli.{module}"), name)
        return command


@click.group(cls=DeckCommands)
def deck() -> None:
    """Check and run the decks that are written as Markdown files."""
