"""Interview Prep: flashcards and mock interviews, scheduled by SM-2."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from .config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; settings come from the environment unless given.

    Never migrates. Raises `WrongSchema` where the database is not at this program's revision, and
    `UnusableSetting` where the environment is.
    """
    from .config import read_settings
    from .web.factory import build

    return build(settings or read_settings())
