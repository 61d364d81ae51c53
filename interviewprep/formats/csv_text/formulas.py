"""Cells that a spreadsheet would run as a formula, and back.

A cell that begins with one of the dangerous signs gets an apostrophe before it, which spreadsheets
hide and treat as "this is text". One that begins with apostrophes and then such a sign gets one
more, so that taking one away again always gives what was there.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile("'*[=+\\-@\t\r\n\uff0b\uff0d\uff1d\uff20]")
"""With the wide forms that some spreadsheets read as the plain ones."""


def neutral(cell: str) -> str:
    """The cell as it is written."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def original(cell: str) -> str:
    """What `neutral` was given."""
    return cell[1:] if cell.startswith("'") and _DANGEROUS.match(cell) else cell
