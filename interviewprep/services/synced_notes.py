"""The notes and cards of one built-in deck follow those of its file.

A note keeps its row for as long as its id stands in a file or in another note's `was:`, whichever
deck it is in by now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.cards import cards_of
from ..core.content_hashes import content_hash, fingerprint
from ..core.levels import level_of, position_in
from ..core.note_batches import FIELD_SEPARATOR, stored_tags
from ..core.notes import DeckFile, Note, NoteType
from ..storage import Card, Deck
from ..storage import Note as NoteRow
from .note_types import stored_note_type
from .notes import forget_renderings, retire
from .revising import Revision, revision_of
from .studied_decks import look_again


@dataclass(slots=True)
class SyncReport:
    """How many decks were read again, and what that did to their notes.

    `moves` holds the ids of the notes that went from one deck (its id first) to another, `begun`
    the decks that are offered for the first time, or again, `revisions` the notes whose `rev` was
    raised, by their ids.
    """

    decks: int = 0
    added: int = 0
    updated: int = 0
    retired: int = 0
    moves: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    begun: list[int] = field(default_factory=list)
    revisions: dict[int, Revision] = field(default_factory=dict)


def built_in_notes(session: Session) -> dict[str, NoteRow]:
    """Return the built-in notes by their ids, retired ones too: what `sync_notes` goes by."""
    return {
        row.guid: row for row in session.scalars(select(NoteRow).where(NoteRow.owner_id.is_(None)))
    }


def sync_notes(
    session: Session,
    deck: Deck,
    file: DeckFile,
    now: datetime,
    report: SyncReport,
    known: dict[str, NoteRow],
    seen: set[int],
) -> list[int]:
    """Store the notes of one file, add them to `seen`, return the ids of those that changed.

    `report` is told what was done; `known` follows it from file to file.
    """
    ids = {note.guid for note in file.notes}
    here: list[NoteRow] = []
    renamed: list[str] = []
    rows = {key: stored_note_type(session, None, kind) for key, kind in file.note_types.items()}
    changed: list[int] = []
    place = 0
    for note in file.notes:
        kind = file.note_types[note.note_type]
        row = known.get(note.guid) or _renamed(known, note, ids)
        digest = _digest(note, kind)
        is_new = row is None
        if row is None:
            row = NoteRow(owner_id=None, created_at=now)
            session.add(row)
        elif revision := revision_of(session, row, note):
            report.revisions[row.id] = revision
        if not is_new and row.guid != note.guid:
            renamed.append(row.guid)
        stays = row.content_hash == digest and row.guid == note.guid and row.retired_at is None
        if not stays:
            row.guid, row.note_type_id = note.guid, rows[note.note_type].id
            row.fields, row.tags = list(note.fields), stored_tags(note.tags)
            row.details, row.content_hash = dict(note.details), digest
            row.changed_at, row.retired_at = now, None
        if not is_new and row.deck_id != deck.id:
            report.moves[row.deck_id, deck.id].append(row.id)
        row.deck_id = deck.id
        session.flush()
        place = _sync_cards(session, row, kind, note.fields, place, now, is_new=is_new)
        here.append(row)
        seen.add(row.id)
        if is_new:
            report.added += 1
        elif not stays:
            report.updated += 1
        if not stays:
            changed.append(row.id)
    session.flush()
    for guid in renamed:
        known.pop(guid, None)
    known.update((row.guid, row) for row in here)
    gone = [
        row
        for row in known.values()
        if row.deck_id == deck.id and row.id not in seen and row.retired_at is None
    ]
    report.retired += retire_rows(session, gone, now)
    if changed:
        forget_renderings(session, changed)
    # Cards may stand in another order or come from another deck without having changed.
    look_again(session.connection(), [deck.id])
    return changed


def _renamed(known: dict[str, NoteRow], note: Note, ids: Collection[str]) -> NoteRow | None:
    """Return the row that an earlier id of this card still has; not one that is in use."""
    earlier = note.details.get("was") or ()
    names = earlier.split() if isinstance(earlier, str) else earlier
    return next((known[name] for name in names if name in known and name not in ids), None)


def _digest(note: Note, kind: NoteType) -> str:
    return content_hash(
        FIELD_SEPARATOR.join(note.fields),
        stored_tags(note.tags),
        fingerprint(kind),
        details=note.details,
    )


def _sync_cards(
    session: Session,
    row: NoteRow,
    kind: NoteType,
    fields: Sequence[str],
    place: int,
    now: datetime,
    *,
    is_new: bool,
) -> int:
    """Make, keep or retire the cards of one note; return the place in the file of the next one."""
    level = level_of(row.details)
    of_note = select(Card).where(Card.note_id == row.id)
    known = {} if is_new else {card.ordinal: card for card in session.scalars(of_note)}
    for made in cards_of(kind, fields):
        card = known.pop(made.ordinal, None)
        if card is None:
            card = Card(note_id=row.id, ordinal=made.ordinal)
            session.add(card)
        card.key, card.deck_id = made.key, row.deck_id
        card.position = position_in(level, place)
        card.retired_at = None
        place += 1
    for card in known.values():
        card.retired_at = card.retired_at or now
    return place


def retire_rows(session: Session, rows: Sequence[NoteRow], now: datetime) -> int:
    """Retire these notes; return how many."""
    if rows:
        retire(session, [row.id for row in rows], now)
    return len(rows)
