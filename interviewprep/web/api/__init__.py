"""The HTTP API, version 1. Importing the parts registers their endpoints and describes them."""

from __future__ import annotations

from importlib import import_module

from .endpoints import blueprint

# One line for each part of the API.
PARTS: tuple[str, ...] = (
    "description",
    "cards",
    "exercises",
    "imports",
    "mocks",
    "push_subscriptions",
    "reviews",
    "session",
)
for _part in PARTS:
    import_module(f"{__name__}.{_part}")

__all__ = ["blueprint"]
