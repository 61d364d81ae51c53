"""How deep a built-in deck is studied: its cards are core, standard or deep.

The position of a built-in card is its level times `LEVEL_STEP` plus its place in the file, so a
deck's cards stand level by level, and a depth is a bound on positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CORE, DEEP = 1, 3
LEVELS = range(CORE, DEEP + 1)
LEVEL_STEP = 1_000_000
DEPTH_NAMES = {1: "Core", 2: "Core and standard", 3: "All"}


def level_of(details: Mapping[str, Any]) -> int:
    """Return the level of a note, from 1 to 3; one that says nothing usable is core."""
    level = details.get("level")
    return min(max(level, CORE), DEEP) if type(level) is int else CORE


def position_in(level: int, place: int) -> int:
    """Return the position of the card at `place` of its file, counted from 0."""
    return level * LEVEL_STEP + place


def end_of(level: int) -> int:
    """Return the position before which the cards up to and including this level stand."""
    return (level + 1) * LEVEL_STEP
