"""HTML that was made for an answer is kept afterwards: the one thing a GET may write."""

from __future__ import annotations

from collections.abc import Sequence

from ..services.rendered import Fresh, keep_renderings
from .transactions import database


def keep_for_later(fresh: Sequence[Fresh]) -> None:
    """Put HTML into the cache in a short transaction, or not at all if somebody else is writing."""
    if not fresh:
        return
    with database().writing_if_free() as connection:
        if connection is not None:
            keep_renderings(connection, fresh)
