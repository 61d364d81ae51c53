"""Rows of an Anki collection straight out of our SQLite file, which is attached to it read-only.

Cards and reviews are copied by a statement each, without a row passing through Python: the reviews
by a thread of their own, while notes and cards go into a file beside the package. The rules are
those of `core.anki_progress` and of `formats.anki.writing.rows`, said in SQL; a test compares both
ways on the same learner. Where it cannot be done (another database, or one that the same connection
is writing to) `AttachedFill.of` says so.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...formats.anki.writing.collection import insert_notes, notes_and_cards
from ...formats.anki.writing.rows import Row, Rows
from .attached_sql import (
    CARDS,
    JOIN,
    NEW_CARDS,
    NOTES,
    REVIEWS,
    REVIEWS_OF_ONE_INSTANT,
    SEND_CARD,
    SEND_DECK,
    TABLES,
)
from .gathering import Gathering, Place

_BUSY_TIMEOUT_MS = 15_000
_SHORTEST = 4
_NOTES_AT_ONCE = 500
_ESCAPE, _BETWEEN = "\\", '","'


class AttachedFill:
    """Stores the rows of one export. `file` is our database."""

    def __init__(self, gathering: Gathering, file: Path) -> None:
        self._gathering = gathering
        self._file = file

    @classmethod
    def of(cls, gathering: Gathering) -> AttachedFill | None:
        """Return None where rows have to go the general way."""
        connection = gathering.connection
        if connection.dialect.name != "sqlite":
            return None
        if connection.get_execution_options().get("begin") is not None:
            return None  # what it has written, nobody else can see yet
        file = Path(connection.engine.url.database or "")
        return cls(gathering, file.resolve()) if file.is_file() else None

    def __call__(self, package: sqlite3.Connection, rows: Rows) -> None:
        gathering = self._gathering
        note_ids, cards = _numbered(gathering.places)
        decks = [(deck_id, rows.deck_ids[name]) for deck_id, name in gathering.deck_names.items()]
        values = {
            "user_id": gathering.learner.id,
            "now_s": rows.now_s,
            "today": rows.today.isoformat(),
        }
        [(_, _, file)] = package.execute("PRAGMA main.database_list").fetchall()[:1]
        beside = Path(file).with_name("beside")
        with ThreadPoolExecutor(1) as pool:
            written = None
            if gathering.with_progress:
                written = pool.submit(self._write_reviews, package, cards, values)
            with notes_and_cards(beside) as connection:
                self._attach(connection, cards)
                connection.executemany(SEND_DECK, decks)
                connection.execute(CARDS if gathering.with_progress else NEW_CARDS, values)
                insert_notes(connection, self._notes(rows, note_ids))
            if written is not None:
                written.result()
        package.execute("ATTACH DATABASE ? AS beside", (str(beside),))
        for statement in JOIN:
            package.execute(statement)

    def _attach(self, connection: sqlite3.Connection, cards: list[Row]) -> None:
        connection.execute("ATTACH DATABASE ? AS app", (f"{self._file.as_uri()}?mode=ro",))
        connection.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
        for statement in TABLES:
            connection.execute(statement)
        connection.executemany(SEND_CARD, cards)

    def _write_reviews(
        self, package: sqlite3.Connection, cards: list[Row], values: Mapping[str, Any]
    ) -> None:
        """Write the log of reviews, in a thread of its own: SQLite lets Python work meanwhile."""
        self._attach(package, cards)
        try:
            for statement in REVIEWS:
                package.execute(statement, values)
        except sqlite3.IntegrityError:
            package.execute("DELETE FROM main.revlog")
            package.execute(REVIEWS_OF_ONE_INSTANT, values)

    def _notes(self, rows: Rows, note_ids: Mapping[int, int]) -> Iterator[Row]:
        gathering, shown, note_row = self._gathering, self._gathering.shown, rows.note_row
        kinds = {kind_id: rows.kinds[key] for kind_id, key in gathering.type_keys.items()}
        seconds: dict[str, int] = {}
        ids = list(note_ids)
        for at in range(0, len(ids), _NOTES_AT_ONCE):
            part = ids[at : at + _NOTES_AT_ONCE]
            query = NOTES.format(ids=",".join("?" * len(part)))
            with gathering.connection.exec_driver_sql(query, tuple(part)) as result:
                assert result.cursor is not None
                for ours, guid, kind_id, changed_at, tags, fields in result.cursor.fetchall():
                    changed_s = seconds.get(changed_at)
                    if changed_s is None:
                        changed_s = seconds[changed_at] = _ms(changed_at) // 1000
                    yield note_row(
                        note_ids[ours],
                        guid,
                        kinds[kind_id],
                        changed_s,
                        tags,
                        _texts(fields),
                        shown.get(ours, ()),
                    )


def _numbered(places: Iterable[Place]) -> tuple[dict[int, int], list[Row]]:
    """Give each note and each card a number in the package, the instant (in ms) at which the note
    was made, or the next that is free. Returns the notes' by our id, and of each card our id, its
    number, and that of its note."""
    note_ids: dict[int, int] = {}
    cards: list[Row] = []
    note_id = card_id = created_ms = 0
    created_at = None
    for _, ours, note, _, made_at in places:
        of_note = note_ids.get(note)
        if of_note is None:
            if made_at != created_at:
                created_at, created_ms = made_at, _ms(made_at)
            note_id = max(created_ms, note_id + 1)
            of_note = note_ids[note] = note_id
        card_id = max(of_note, card_id + 1)
        cards.append((ours, card_id, of_note))
    return note_ids, cards


def _ms(stored: str) -> int:
    """An instant as SQLite has it, in milliseconds since 1970."""
    return int(datetime.fromisoformat(stored).replace(tzinfo=UTC).timestamp() * 1000)


def _texts(stored: str) -> list[str]:
    """The fields of a note as they are stored: a list of texts in compact JSON.

    Where nothing is escaped no text has a quotation mark, so that it can just be cut at them.
    """
    if _ESCAPE in stored or len(stored) < _SHORTEST:
        fields: list[str] = json.loads(stored)
        return fields
    return stored[2:-2].split(_BETWEEN)
