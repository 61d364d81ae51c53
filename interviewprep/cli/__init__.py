"""Floor 4, the command line, in click. A command's module is loaded when it is called for."""

from __future__ import annotations

import sys
from typing import Any

import click

from ..errors import InterviewPrepError
from .lazy_group import LazyGroup

# One line for each command: its name, its module below `cli`, and the command in it.
COMMANDS: dict[str, tuple[str, str]] = {
    "deck": ("deck", "deck"),
    "doctor": ("doctor", "doctor"),
    "export": ("exporting", "export"),
    "import": ("importing", "import_"),
    "rebuild": ("rebuild", "rebuild"),
    "remind": ("remind", "remind"),
    "schedule": ("schedule", "schedule"),
    "serve": ("serve", "serve"),
    "token": ("tokens", "token"),
    "upgrade": ("upgrade", "upgrade"),
    "user": ("users", "user"),
    "worker": ("worker", "worker"),
}


class Commands(LazyGroup):
    """All commands; what stops one early is a refusal like any other."""

    def invoke(self, ctx: click.Context) -> Any:
        """Let Ctrl-C end a command as every other refusal does."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, EOFError, click.Abort) as stop:
            raise InterviewPrepError("Stopped; what was not done yet is not done.") from stop


@click.group(
    cls=Commands, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="interviewprep", message="%(version)s")
def commands() -> None:
    """Prepare for technical interviews: flashcards and mock interviews, scheduled by SM-2."""


def on_terminal(text: str) -> str:
    """Return what a deck file may have written without the signs that command a terminal."""
    shown = "\n\u200c\u200d"  # joiners are part of words in some scripts
    return "".join(sign if sign.isprintable() or sign in shown else "\ufffd" for sign in text)


def main(arguments: list[str] | None = None) -> Any:
    """Run one command. Exit codes: 0 done, 1 refused with one sentence, 2 wrong usage."""
    try:
        return commands.main(args=arguments, prog_name="interviewprep")
    except InterviewPrepError as error:
        print(f"error: {on_terminal(str(error))}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
