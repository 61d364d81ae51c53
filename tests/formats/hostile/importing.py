"""A whole import of one file, as the program does it: looked into, stored, and its cards shown."""

from __future__ import annotations

import resource
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from interviewprep.errors import InterviewPrepError
from interviewprep.services.importing import (
    ImportReport,
    index_imported,
    open_deck_file,
    plan_import,
    prepare_media,
    store_import,
)
from interviewprep.services.rendered import shown_cards
from interviewprep.storage import Base, Card, Database, Deck
from interviewprep.storage.media_store import MediaStore

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
SHOWN = 20
_RESET_PEAK = "5"


@dataclass(frozen=True)
class Outcome:
    """What became of a file. `report` is None where it was refused, for `refusal`. `peak_bytes` is
    the most memory that this process took for it, and `child_bytes` the most that its reader had,
    or any process that was begun for it and had more than those before."""

    refusal: str
    report: ImportReport | None
    took_s: float
    peak_bytes: int
    child_bytes: int

    @property
    def codes(self) -> set[str]:
        return {warning.code for warning in self.report.warnings} if self.report else set()


def bring_in(
    database: Database, user_id: int, path: Path, file_name: str, store: MediaStore
) -> Outcome:
    """Import a file as the pages do, and show some of its cards as a review does."""
    begun_s, before, ended_before = time.monotonic(), memory_bytes("VmRSS"), _most_of_ended()
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK)
    report, refusal, child_bytes = None, "", 0
    try:
        with open_deck_file(path, file_name, store) as deck_file:
            media = prepare_media(deck_file, None)
            with database.reading_core() as connection:
                plan_import(connection, user_id, deck_file, media)
        with open_deck_file(path, file_name, store, with_progress=True) as deck_file:
            media = prepare_media(deck_file, store)
            with database.writing_core() as connection:
                report = store_import(connection, user_id, deck_file, media, NOW)
            child_bytes = getattr(deck_file.notes, "peak_bytes", 0)
        index_imported(database.writing_core, report)
        show(database, user_id)
    except InterviewPrepError as error:
        refusal = error.message
    took_s = time.monotonic() - begun_s
    peak, ended = memory_bytes("VmHWM"), _most_of_ended()
    if ended > max(ended_before, peak):  # one that is begun has our own size for a moment
        child_bytes = max(child_bytes, ended)
    return Outcome(refusal, report, took_s, peak - before, child_bytes)


def _most_of_ended() -> int:
    """The most that any process which this one began, and which has ended, ever had."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def show(database: Database, user_id: int) -> None:
    with database.reading_core() as connection:
        own = select(Card.id).join(Deck).where(Deck.owner_id == user_id)
        ids = connection.execute(own.order_by(Card.id).limit(SHOWN)).scalars().all()
        shown_cards(connection, user_id, ids)


def memory_bytes(name: str) -> int:
    """What the system says of the memory of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


def everything(database: Database) -> dict[str, set[str]]:
    """All rows of all tables, as text."""
    with database.reading_core() as connection:
        return {
            table.name: {repr(tuple(row)) for row in connection.execute(select(table))}
            for table in Base.metadata.sorted_tables
        }


def rows_of_others(database: Database, user_id: int) -> dict[str, list[Any]]:
    """Rows of tables that name a learner, and do not name this one."""
    found: dict[str, list[Any]] = {}
    with database.reading_core() as connection:
        for table in Base.metadata.sorted_tables:
            owner = next((table.c[n] for n in ("user_id", "owner_id") if n in table.c), None)
            if owner is not None:
                others = select(table).where(owner.is_distinct_from(user_id))
                found[table.name] = sorted(map(repr, connection.execute(others)))
    return found
