"""What is new, what has changed: one batch of notes against what the database holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from operator import add
from typing import Any

from sqlalchemy import Connection, bindparam, select

from ...core.compact import compact_json
from ...core.content_hashes import fingerprint
from ...core.note_batches import FIELD_SEPARATOR, NoteBatch
from ...core.notes import DeckFile, NoteKind
from ...storage import Deck, Note, NoteMedia
from ...storage import NoteType as NoteTypeRow
from ...storage.types import AnyRow
from .as_exported import AsExported
from .comparing_sql import ALONG, DIFFERENT, FIRST
from .media import PreparedMedia

_BUILT_IN_GUIDS = select(Note.guid).where(Note.owner_id.is_(None))
_OWN = (
    select(
        Note.id,
        Note.guid,
        Note.deck_id,
        Note.note_type_id,
        Note.fields,
        Note.tags,
        Note.details,
        Note.edited_at,
        Note.retired_at,
        NoteTypeRow.fingerprint,
        Deck.name.label("deck_name"),
    )
    .join(NoteTypeRow, NoteTypeRow.id == Note.note_type_id)
    .join(Deck, Deck.id == Note.deck_id)
    .where(Note.owner_id == bindparam("user_id"), Note.guid.in_(bindparam("guids", expanding=True)))
)
_BUILT_IN = (
    select(
        Note.id,
        Note.guid,
        Note.note_type_id,
        Note.fields,
        Note.tags,
        Note.details,
        NoteTypeRow.kind,
        NoteTypeRow.markup,
    )
    .join(NoteTypeRow, NoteTypeRow.id == Note.note_type_id)
    .where(
        Note.owner_id.is_(None),
        Note.retired_at.is_(None),
        Note.guid.in_(bindparam("guids", expanding=True)),
    )
)
_MEDIA = select(NoteMedia.note_id, NoteMedia.label, NoteMedia.sha256).where(
    NoteMedia.note_id.in_(bindparam("note_ids", expanding=True))
)


@dataclass(slots=True)
class Compared:
    """Places in a batch, sorted by what is to be done. `known` has our row of each place in
    `changed` and `conflicts`, `originals` the id of the built-in note of some in `new`."""

    new: Sequence[int]
    changed: list[int]
    conflicts: list[int]
    repeated: list[int]
    unchanged: int
    known: dict[int, AnyRow]
    originals: dict[int, int]


class Comparer:
    """Compares batch after batch of one file; a guid that came before is `repeated`."""

    def __init__(
        self,
        connection: Connection,
        user_id: int,
        deck_file: DeckFile,
        media: Mapping[str, PreparedMedia],
    ) -> None:
        self._connection = connection
        self._user_id = user_id
        self._note_types = deck_file.note_types
        self._as_exported = AsExported(connection, deck_file, media)
        self._seen: set[str] = set()
        any_own = select(Note.id).where(Note.owner_id == user_id).limit(1)
        self._owns_notes = connection.execute(any_own).first() is not None
        self._next_id: int | None = None
        self._built_in_guids: set[str] | None = None

    @property
    def guids(self) -> Set[str]:
        """All guids of the file so far."""
        return self._seen

    def compare(self, batch: NoteBatch) -> Compared:
        """Sort the notes of a batch. A note that is the same in all but its hash (as when the
        hash was made by other means) may still be among `changed`."""
        repeated = self._repeated(batch.guids)
        places = [n for n in range(len(batch.guids)) if n not in repeated] if repeated else None
        different = self._different(batch, places) if self._owns_notes else None
        if places is None:
            places = list(range(len(batch.guids)))
        unchanged = 0
        if different is not None:
            there = len(places)
            places = [n for n in places if batch.guids[n] in different] if different else []
            unchanged = there - len(places)
        result = Compared([], [], [], sorted(repeated), unchanged, {}, {})
        if places:
            self._sort(batch, places, different or {}, result)
        return result

    def _sort(
        self,
        batch: NoteBatch,
        places: list[int],
        different: dict[str, int | None],
        result: Compared,
    ) -> None:
        new = [place for place in places if different.get(batch.guids[place]) is None]
        if len(new) < len(places):
            old = [place for place in places if different.get(batch.guids[place]) is not None]
            rows = {
                row.guid: row
                for row in self._rows(
                    _OWN, [batch.guids[place] for place in old], {"user_id": self._user_id}
                )
            }
            self._as_exported.prepare(list(rows.values()))
            for place in old:
                row = rows[batch.guids[place]]
                if row.retired_at is None and self._as_exported.is_same(row, batch, place):
                    result.unchanged += 1
                    continue
                result.known[place] = row
                is_edited = row.edited_at is not None and row.retired_at is None
                if is_edited and not self.is_same_text(row, batch, place):
                    result.conflicts.append(place)
                else:
                    result.changed.append(place)
        new = self._without_built_in(batch, new, result) if new else new
        result.new = self._without_renamed(batch, new, result) if new and self._owns_notes else new

    def _without_renamed(self, batch: NoteBatch, new: list[int], result: Compared) -> list[int]:
        """Own notes that an export had to give another id are no new ones."""
        places = [place for place in new if place not in result.originals]
        guids_at = self._as_exported.under_other_ids(self._user_id, batch, places)
        guids = sorted({guid for guids in guids_at.values() for guid in guids} - self._seen)
        if not guids:
            return new
        rows = {row.guid: row for row in self._rows(_OWN, guids, {"user_id": self._user_id})}
        self._as_exported.prepare(list(rows.values()))
        kept = []
        for place in new:
            for guid in guids_at.get(place, ()):
                row = rows.get(guid)
                if row is not None and self._as_exported.is_same(row, batch, place):
                    self._seen.add(guid)
                    del rows[guid]
                    result.unchanged += 1
                    break
            else:
                row = self._edited_outside(rows, guids_at.get(place, ()), batch, place)
                if row is None:
                    kept.append(place)
                    continue
                self._seen.add(row.guid)
                del rows[row.guid]
                result.known[place] = row
                (result.changed if row.edited_at is None else result.conflicts).append(place)
        return kept

    def _edited_outside(
        self, rows: Mapping[str, AnyRow], guids: Sequence[str], batch: NoteBatch, place: int
    ) -> AnyRow | None:
        """The note that went out under another id and comes back with another text; None where it
        could be another one, or would lose what its text never held."""
        row = rows.get(guids[0]) if len(guids) == 1 else None
        if row is None or row.retired_at is not None:
            return None
        is_here = row.deck_name == batch.layouts[place].deck
        return row if is_here and self._as_exported.is_whole(row) else None

    def _without_built_in(self, batch: NoteBatch, new: list[int], result: Compared) -> list[int]:
        """A built-in's guid with the same text is that built-in; with another it is a new note."""
        if self._built_in_guids is None:  # they are a few thousand, however large the file is
            self._built_in_guids = set(self._connection.execute(_BUILT_IN_GUIDS).scalars())
        guids = self._built_in_guids.intersection(batch.guids)
        if not guids:
            return new
        originals = {row.guid: row for row in self._rows(_BUILT_IN, sorted(guids), {})}
        self._as_exported.prepare(list(originals.values()))
        kept = []
        for place in new:
            row = originals.get(batch.guids[place])
            if row is not None:
                if self._is_same(row, batch, place) or self._as_exported.is_same(row, batch, place):
                    result.unchanged += 1
                    continue
                result.originals[place] = row.id
            kept.append(place)
        return kept

    def is_same_text(self, row: AnyRow, batch: NoteBatch, place: int) -> bool:
        """Whether our note says what the file says: fields, tags and note type."""
        return (
            FIELD_SEPARATOR.join(row.fields) == batch.texts[place]
            and row.tags == batch.tags[place]
            and row.fingerprint == fingerprint(self._note_types[batch.types[place]])
        )

    def _is_same(self, row: AnyRow, batch: NoteBatch, place: int) -> bool:
        note_type = self._note_types.get(batch.types[place])
        if note_type is None or row.markup != note_type.markup:
            return False
        theirs = batch.texts[place].split(FIELD_SEPARATOR)
        return NoteKind(row.kind) is note_type.kind and _filled(row.fields) == _filled(theirs)

    def _repeated(self, guids: list[str]) -> set[int]:
        fresh = set(guids)
        if len(fresh) == len(guids) and self._seen.isdisjoint(fresh):
            self._seen |= fresh
            return set()
        repeated = set()
        for place, guid in enumerate(guids):
            if guid in self._seen:
                repeated.add(place)
            self._seen.add(guid)
        return repeated

    def _different(self, batch: NoteBatch, places: list[int] | None) -> dict[str, int | None]:
        """The guids whose notes differ from ours, with the id of ours or None."""
        guids, hashes = batch.guids, batch.hashes
        if places is not None:
            guids = [guids[place] for place in places]
            hashes = [hashes[place] for place in places]
        if not guids or self._stand_along(guids, hashes):
            return {}
        left = dict(zip(guids, hashes, strict=True))
        engine = self._connection.dialect.name
        if engine == "sqlite":
            values: tuple[Any, ...] = (compact_json(left), self._user_id)
        else:
            values = (list(left), list(left.values()), self._user_id)
        return dict(self._fetched(DIFFERENT[engine], values))

    def _stand_along(self, guids: list[str], hashes: list[str]) -> bool:
        """Whether our notes from the first of these on are just these."""
        engine = self._connection.dialect.name
        if self._next_id is None:
            found = self._fetched(FIRST[engine], (self._user_id, guids[0]))
            self._next_id = found[0][0] if found else None
        if self._next_id is None:
            return False
        first, after = self._next_id, self._next_id + len(guids)
        ((ours,),) = self._fetched(ALONG[engine], (first, after, self._user_id))
        is_same = bool(ours == "\x1e".join(map(add, hashes, guids)))
        self._next_id = after if is_same else None
        return is_same

    def _fetched(self, query: str, values: tuple[Any, ...]) -> list[Any]:
        with self._connection.exec_driver_sql(query, values) as found:
            return list(found.cursor.fetchall()) if found.cursor is not None else []

    def _rows(self, query: Any, guids: list[str], values: dict[str, Any]) -> list[AnyRow]:
        found: list[AnyRow] = []
        for at in range(0, len(guids), 1_000):
            part = {**values, "guids": guids[at : at + 1_000]}
            found += self._connection.execute(query, part).all()
        return found


def media_of(connection: Connection, note_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Label and SHA-256 of what each of these notes shows now."""
    found: dict[int, dict[str, str]] = {}
    for at in range(0, len(note_ids), 1_000):
        part = list(note_ids[at : at + 1_000])
        for note_id, label, sha256 in connection.execute(_MEDIA, {"note_ids": part}):
            found.setdefault(note_id, {})[label] = sha256
    return found


def _filled(fields: Sequence[str]) -> list[str]:
    """Fields without the empty ones at the end, which some formats write and others do not."""
    kept = list(fields)
    while kept and not kept[-1]:
        kept.pop()
    return kept
