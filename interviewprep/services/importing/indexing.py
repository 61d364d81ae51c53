"""The search index after an import: behind its commit, in short transactions of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from ..search_index import index_notes
from .report import ImportReport

_BATCH = 500


def index_imported(
    writing: Callable[[], AbstractContextManager[Connection]], report: ImportReport
) -> None:
    """Index the notes an import touched; each batch commits, so that reviews get in between."""
    ids = report.touched_notes
    for at in range(0, len(ids), _BATCH):
        with writing() as connection:
            index_notes(connection, list(ids[at : at + _BATCH]))
