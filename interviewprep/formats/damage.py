"""What a library says is wrong with a file, as a bracket in a sentence of ours."""

from __future__ import annotations

_SAID_ALREADY = frozenset({"file is not a zip file", "file is not a database"})


def in_brackets(reason: object) -> str:
    """Return ` (reason)`, or nothing where it would only repeat that the file is not whole."""
    said = str(reason).strip()
    return "" if said.lower().rstrip(".") in _SAID_ALREADY or not said else f" ({said})"
