"""What the commands are run on."""

from __future__ import annotations

from .ready import ready, upgraded_folder

__all__ = ["ready", "upgraded_folder"]
