"""Texts that any database and any page takes."""

from __future__ import annotations

import re
from typing import TypeVar

T = TypeVar("T")

_NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""PostgreSQL has no zero byte in a text, and UTF-8 no half of a pair."""


def storable(value: T) -> T:
    """Return a value of JSON with `�` for each sign that not every database and page can hold."""
    changed: object = value
    if isinstance(value, str):
        changed = _NO_TEXT.sub("\ufffd", value)
    elif isinstance(value, dict):
        changed = {storable(key): storable(one) for key, one in value.items()}
    elif isinstance(value, (list, tuple)):
        changed = [storable(one) for one in value]
    return changed  # type: ignore[return-value]
