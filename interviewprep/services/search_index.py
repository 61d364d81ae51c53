"""The full-text index over notes: FTS5 on SQLite, tsvector on PostgreSQL, the same words in both.

Whoever stores, edits or retires notes says so here, after the fact and in the same transaction. An
import does so after its commit; until then the notes it changed are not in the index, and should
the process die in between, `index_missing` finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, text

from ..core.notes import Markup, NoteKind
from ..core.prompts import opening
from ..core.searchable import tag_words, words_of_note
from ..storage import Note, NoteType

BATCH, A_TURN = 500, 200
Opening = Callable[[], AbstractContextManager[Connection]]
"""What opens a transaction: `Database.reading_core`, `writing_core` or `writing_behind`."""

_NOTES = (
    select(Note.id, Note.fields, Note.tags, NoteType.markup, NoteType.kind)
    .join(NoteType, NoteType.id == Note.note_type_id)
    .where(Note.id.in_(bindparam("ids", expanding=True)), Note.retired_at.is_(None))
)
_FORGET = {
    "sqlite": text("DELETE FROM note_search WHERE rowid IN :ids").bindparams(
        bindparam("ids", expanding=True)
    ),
    "postgresql": text("DELETE FROM note_search WHERE note_id IN :ids").bindparams(
        bindparam("ids", expanding=True)
    ),
}
_STORE = {
    "sqlite": text("INSERT INTO note_search (rowid, words, tags) VALUES (:id, :words, :tags)"),
    "postgresql": text(
        "INSERT INTO note_search (note_id, document) VALUES (:id, CAST(:document AS tsvector))"
        " ON CONFLICT (note_id) DO UPDATE SET document = excluded.document"
    ),
}
# Ids alone come first, out of the narrowest index; only those that are missing are looked at. FTS5
# keeps what it holds in a table of its own, which is quicker to ask than FTS5 is.
_NOT_INDEXED = """
    WITH missing AS MATERIALIZED (
        SELECT note.id FROM note LEFT JOIN {held} ON held.{id} = note.id WHERE held.{id} IS NULL
    )
    SELECT note.id FROM missing JOIN note ON note.id = missing.id
    WHERE note.retired_at IS NULL ORDER BY note.id
"""
_MISSING = {
    "sqlite": text(_NOT_INDEXED.format(held="note_search_content held", id="id")),
    "postgresql": text(_NOT_INDEXED.format(held="note_search held", id="note_id")),
}


def index_notes(connection: Connection, note_ids: Iterable[int]) -> int:
    """Bring the index up to date with these notes, retired ones left out; return how many it holds.

    May be called again for notes that are in the index already.
    """
    engine = connection.dialect.name
    stored = 0
    for ids in _batches(note_ids):
        connection.execute(_FORGET[engine], {"ids": ids})
        rows = [_entry(engine, row) for row in connection.execute(_NOTES, {"ids": ids})]
        if rows:
            connection.execute(_STORE[engine], rows)
        stored += len(rows)
    return stored


def unindex_notes(connection: Connection, note_ids: Iterable[int]) -> None:
    """Take notes out of the index."""
    for ids in _batches(note_ids):
        connection.execute(_FORGET[connection.dialect.name], {"ids": ids})


def index_in_turns(writing: Opening, note_ids: Sequence[int]) -> None:
    """Index notes in short transactions, each of which commits, so that reviews get in between."""
    for at in range(0, len(note_ids), A_TURN):
        with writing() as connection:
            index_notes(connection, note_ids[at : at + A_TURN])


def index_missing(reading: Opening, writing: Opening) -> int:
    """Index the notes that search cannot find; return how many there were.

    There are none, unless a process died between storing and indexing, or the notes are older than
    the index. Then nothing is written.
    """
    with reading() as connection:
        missing = connection.execute(_MISSING[connection.dialect.name]).scalars().all()
    index_in_turns(writing, missing)
    return len(missing)


def reindex_all(connection: Connection) -> int:
    """Make the index anew from all notes; return how many it holds then."""
    connection.execute(text("DELETE FROM note_search"))
    stored, last = 0, 0
    page = select(Note.id).where(Note.id > bindparam("last")).order_by(Note.id).limit(BATCH)
    while ids := connection.execute(page, {"last": last}).scalars().all():
        stored += index_notes(connection, ids)
        last = ids[-1]
    return stored


def _batches(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    waiting = iter(ids)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _entry(engine: str, row: Row[*tuple[Any, ...]]) -> dict[str, object]:
    fields = row.fields
    if row.kind == NoteKind.PROMPT.value:  # the rest of it is not for finding before it is done
        title, text = fields[:2]
        fields = [title, opening(text)]
    words = words_of_note(fields, Markup(row.markup))
    tags = tag_words(row.tags.split())
    if engine == "sqlite":
        return {"id": row.id, "words": " ".join(words), "tags": " ".join(tags)}
    positions: dict[str, list[int]] = {}
    for position, word in enumerate(words, start=1):
        positions.setdefault(word, []).append(position)
    # PostgreSQL keeps at most 256 positions of a word. Words and tags are letters and digits only,
    # so that nothing needs escaping.
    parts = [
        f"'{word}':{','.join(map(str, places[:255]))}" for word, places in positions.items()
    ] + [f"'{tag_entry(tag)}'" for tag in tags]
    return {"id": row.id, "document": " ".join(parts)}


def tag_entry(tag_word: str) -> str:
    """How a tag stands in a tsvector, which has no columns: no word of the text holds a sign."""
    return f"#{tag_word}"
