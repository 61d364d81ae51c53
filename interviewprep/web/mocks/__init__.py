"""Mock interviews: choosing, the session, scoring, what its end does, the report and history."""

from __future__ import annotations

from . import choosing, comparing, drafts, ending, history, report, scoring, session
from .blueprint import blueprint

__all__ = [
    "blueprint",
    "choosing",
    "comparing",
    "drafts",
    "ending",
    "history",
    "report",
    "scoring",
    "session",
]
