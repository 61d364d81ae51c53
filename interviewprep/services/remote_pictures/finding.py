"""Which pictures of a learner's own notes lie on other servers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection, String, cast, select

from ...core.media_references import remote_pictures
from ...core.notes import Markup
from ...storage import Note
from ...storage import NoteType as NoteTypeRow

_NOTES = (
    select(Note.id, Note.fields, NoteTypeRow.markup)
    .join(NoteTypeRow, NoteTypeRow.id == Note.note_type_id)
    .where(Note.retired_at.is_(None), cast(Note.fields, String).like("%//%"))
    .order_by(Note.id)
)


@dataclass(frozen=True, slots=True)
class RemoteHost:
    name: str
    pictures: int
    notes: int


def remote_hosts(connection: Connection, user_id: int) -> list[RemoteHost]:
    """The hosts on which pictures of the learner's own notes lie, the most pictures first."""
    pictures: dict[str, set[str]] = {}
    notes: dict[str, set[int]] = {}
    for note_id, _, urls in notes_with_pictures(connection, user_id):
        for url in urls:
            host = host_of(url)
            pictures.setdefault(host, set()).add(url)
            notes.setdefault(host, set()).add(note_id)
    found = [RemoteHost(name, len(urls), len(notes[name])) for name, urls in pictures.items()]
    return sorted(found, key=lambda host: (-host.pictures, host.name))


def notes_with_pictures(
    connection: Connection, user_id: int
) -> Iterator[tuple[int, Markup, list[str]]]:
    """Id, markup and addresses of each note that shows pictures of other servers."""
    for note_id, fields, said in connection.execute(_NOTES.where(Note.owner_id == user_id)):
        markup = Markup(said)
        found = dict.fromkeys(url for text in fields for url in remote_pictures(text, markup))
        urls = [url for url in found if host_of(url)]
        if urls:
            yield note_id, markup, urls


def host_of(url: str) -> str:
    """The host of a web address, with its port where it says one; empty for others."""
    try:
        parts = urlsplit(whole(url))
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return ""
    return host + port if parts.scheme in ("http", "https") and host else ""


def whole(url: str) -> str:
    """An address with its scheme: `//host/path` is one of https."""
    return f"https:{url}" if url.startswith("//") else url
