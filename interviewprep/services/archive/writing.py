"""An account into one file: content, media, and every table of what the learner did.

Passwords, sessions, tokens and links stay here. Cards of built-in decks are named by guid and
ordinal, so that another instance finds its own.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, union

from ...core.compact import compact_json
from ...core.media_names import names_of
from ...core.outgoing import Outgoing
from ...core.read_warnings import WarningLog
from ...formats import account_archive as layout
from ...formats.deck_json.writing import deck_json, note_json, note_type_json
from ...storage import Card, Deck, Note, User
from ...storage.portable import LEARNER, PORTABLE, as_json
from .reminders import reminders_as_json
from .retired import Retired

_FIRST_INSTANT = (1980, 1, 1, 0, 0, 0)
_ROWS_AT_ONCE = 2_000
OTHER = "other"


def write_archive(
    connection: Connection,
    user_id: int,
    outgoing: Outgoing,
    path: Path,
    now: datetime,
    warnings: WarningLog,
) -> None:
    """Write the archive to `path`; `outgoing` are the learner's own decks, whole.

    Notes of others, on which there is progress, stay here; each is told to `warnings`.
    """
    retired = Retired(connection, user_id)
    lost = {pair for pair in retired.media if not outgoing.file_of(pair[1]).is_file()}
    for label, _ in sorted(lost):
        warnings.add("missing-media", label, "this file is no longer on the server")
    names = names_of({*outgoing.media, *retired.media} - lost)
    types = {**retired.note_types, **outgoing.note_types}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        header = zipfile.ZipInfo(layout.HEADER, _FIRST_INSTANT)
        archive.writestr(header, compact_json(_header(connection, user_id, now)))
        _write(archive, layout.DECKS, map(deck_json, outgoing.decks))
        _write(archive, layout.NOTE_TYPES, map(note_type_json, types.values()))
        _write(archive, layout.NOTES, (note_json(note, names) for note in outgoing.notes))
        _write(archive, layout.RETIRED, retired.lines(names))
        _write(archive, layout.CARDS, _cards(connection, user_id, warnings))
        _write(archive, layout.OTHER_DECKS, _decks(connection, user_id))
        for name in PORTABLE:
            _write(archive, layout.table_entry(name), _rows(connection, user_id, name))
        files = {name: pair[1] for pair, name in names.items()}
        for name, sha256 in sorted(files.items()):
            archive.write(outgoing.file_of(sha256), layout.MEDIA + name, zipfile.ZIP_STORED)


def _header(connection: Connection, user_id: int, now: datetime) -> dict[str, Any]:
    user = connection.execute(
        select(User.time_zone, User.rollover_hour, User.theme, User.settings).where(
            User.id == user_id
        )
    ).one()
    return {
        "format": layout.NAME,
        "version": layout.VERSION,
        "made_at": now.astimezone(UTC).isoformat(),
        "account": user._asdict() | {"reminders": reminders_as_json(connection, user_id)},
    }


def _cards(connection: Connection, user_id: int, warnings: WarningLog) -> Iterator[dict[str, Any]]:
    """Every card that the learner did something with."""
    told = ""
    used = union(
        *(
            select(table.c.card_id).where(table.c[LEARNER] == user_id)
            for table in PORTABLE.values()
            if "card_id" in table.c
        )
    )
    query = (
        select(Card.id, Note.guid, Card.ordinal, Note.owner_id, Deck.name)
        .join(Note, Note.id == Card.note_id)
        .join(Deck, Deck.id == Card.deck_id)
        .where(Card.id.in_(used))
        .order_by(Card.id)
    )
    for row in _streamed(connection, query):
        line = {
            "id": row.id,
            "guid": row.guid,
            "ordinal": row.ordinal,
            "owner": _owner(row.owner_id, user_id),
        }
        if line["owner"] == OTHER:
            line["deck"] = row.name
            if row.guid != told:
                told = row.guid
                warnings.add(
                    "note-of-others",
                    f"note {row.guid}",
                    f"it lies in “{row.name}”, a deck of somebody else's: your progress with it"
                    " goes along, and counts again where that deck is shared with you",
                )
        yield line


def _decks(connection: Connection, user_id: int) -> Iterator[dict[str, Any]]:
    used = union(
        *(
            select(table.c.deck_id).where(table.c[LEARNER] == user_id)
            for table in PORTABLE.values()
            if "deck_id" in table.c
        )
    )
    query = select(Deck.id, Deck.name, Deck.key, Deck.owner_id).where(Deck.id.in_(used))
    for row in _streamed(connection, query.order_by(Deck.id)):
        owner = _owner(row.owner_id, user_id)
        name = row.key if owner == "built-in" else row.name
        yield {"id": row.id, "name": name, "owner": owner}


def _owner(owner_id: int | None, user_id: int) -> str:
    if owner_id is None:
        return "built-in"
    return "own" if owner_id == user_id else OTHER


def _rows(connection: Connection, user_id: int, name: str) -> Iterator[dict[str, Any]]:
    table = PORTABLE[name]
    query = select(table).where(table.c[LEARNER] == user_id).order_by(*table.primary_key)
    for row in _streamed(connection, query):
        yield as_json(table, row._asdict())


def _streamed(connection: Connection, query: Any) -> Iterator[Any]:
    with connection.execute(query) as result:
        for part in result.partitions(_ROWS_AT_ONCE):
            yield from part


def _write(archive: zipfile.ZipFile, name: str, values: Iterable[Any]) -> None:
    info = zipfile.ZipInfo(name, _FIRST_INSTANT)
    info.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as entry:
        for value in values:
            entry.write((compact_json(value) + "\n").encode())
