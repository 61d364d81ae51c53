"""Where the files that travel with the program are: in the wheel, or in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent


def bundled(name: str) -> Path:
    """Return the folder `cards` or `migrations`, as packed into the wheel or as checked out."""
    packed = PACKAGE / "bundled" / name
    return packed if packed.is_dir() else PACKAGE.parent / name
