"""The search index after an import: behind its commit, in short transactions of its own."""

from __future__ import annotations

from ..search_index import Opening, index_in_turns
from .report import ImportReport


def index_imported(writing: Opening, report: ImportReport) -> None:
    """Index the notes an import touched; each batch commits, so that reviews get in between.

    Should the process die before, `index_missing` makes up for it.
    """
    index_in_turns(writing, report.touched_notes)
