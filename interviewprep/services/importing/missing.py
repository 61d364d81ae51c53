"""Notes of an earlier import that a newer file of the same source no longer has.

Which imports were of the same source is known by what they brought: notes that came in with one
import share the moment they were made. So a note is missing if it stands in a deck that the file
has, came in together with notes that the file still has, and is not in the file. Nothing happens to
it unless its owner says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from ...core.card_titles import card_title
from ...core.read_warnings import WarningLog
from ...storage import Deck, Note
from ...storage import NoteType as NoteTypeRow
from ..many_notes import retire_notes

MOST_LISTED = 200
BESIDE = "~"
"""Stands in the guid of a note that was kept beside another one."""

_HERE = (
    select(Note.id, Note.guid, type_coerce(Note.created_at, String))  # as it stands: it is many
    .join(Deck, Deck.id == Note.deck_id)
    .where(
        Note.owner_id == bindparam("user_id"),
        Note.retired_at.is_(None),
        Deck.name.in_(bindparam("names", expanding=True)),
    )
    .order_by(Note.id)
)
_LISTED = (
    select(
        Note.id,
        Note.fields,
        Note.edited_at,
        NoteTypeRow.kind,
        NoteTypeRow.markup,
        Deck.name.label("deck"),
    )
    .join(NoteTypeRow, NoteTypeRow.id == Note.note_type_id)
    .join(Deck, Deck.id == Note.deck_id)
    .where(Note.id.in_(bindparam("ids", expanding=True)))
    .order_by(Note.id)
)


@dataclass(frozen=True, slots=True)
class MissingNote:
    """`title` is the question as one line; `is_edited` where its owner changed it by hand."""

    note_id: int
    title: str
    deck: str
    is_edited: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "note_id": self.note_id,
            "title": self.title,
            "deck": self.deck,
            "is_edited": self.is_edited,
        }


def find_missing(
    connection: Connection, user_id: int, decks: Iterable[str], guids: Collection[str]
) -> list[int]:
    """The ids of the user's notes that are missing among `guids`, those of a file with `decks`."""
    names = list(decks)
    moments: set[Any] = set()
    others: list[tuple[int, Any]] = []
    for at in range(0, len(names), 500):
        values = {"user_id": user_id, "names": names[at : at + 500]}
        for note_id, guid, created_at in connection.execute(_HERE, values):
            if guid in guids:
                moments.add(created_at)
            elif guid.rpartition(BESIDE)[0] not in guids:
                others.append((note_id, created_at))
    return sorted(note_id for note_id, created_at in others if created_at in moments)


def list_missing(connection: Connection, ids: Sequence[int]) -> list[MissingNote]:
    """The first of these notes, to be shown."""
    rows = connection.execute(_LISTED, {"ids": list(ids[:MOST_LISTED])})
    return [
        MissingNote(
            row.id,
            card_title(row.kind, row.markup, row.fields, 0),
            row.deck,
            row.edited_at is not None,
        )
        for row in rows
    ]


def settle_missing(
    connection: Connection,
    user_id: int,
    missing: Sequence[int],
    retired: Collection[int],
    warnings: WarningLog,
    now: datetime,
) -> int:
    """Retire those of the missing notes that are to go, name the others; return how many went."""
    going = [note_id for note_id in missing if note_id in retired]
    for note in list_missing(connection, [note for note in missing if note not in retired]):
        warnings.add(
            "missing-from-file",
            f"{note.deck}: {note.title}",
            "came in with an earlier import and is not in this file; it is kept",
        )
    if not going:
        return 0
    with Session(connection) as session:
        count = retire_notes(session, user_id, going, now)
        session.flush()
    return count
