"""Fetched pictures become files of the deck, and notes name them instead of their addresses."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...core.media_references import with_local_pictures
from ...core.notes import Markup
from ...storage import Database, MediaFile, Note, NoteMedia
from ...storage import NoteType as NoteTypeRow
from ...storage.media_store import MediaStore
from ..notes import forget_renderings
from .fetching import SHOWN_TYPES, Limits, NotFetched, Picture, fetch_picture
from .finding import host_of, notes_with_pictures, whole

AT_ONCE = 4
MOST_AT_A_TIME = 200
_UNUSUAL = re.compile(r"[^\w.-]+")
_LONGEST_STEM = 60
Fetch = Callable[[str], Picture]


@dataclass(slots=True)
class Fetched:
    """How it went. `failed` has address and reason of each picture that could not be had, `left`
    counts those that there was no time for."""

    pictures: int = 0
    notes: int = 0
    left: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Stored:
    sha256: str
    label: str
    size_bytes: int
    content_type: str


def fetch_pictures(
    database: Database,
    store: MediaStore,
    user_id: int,
    hosts: Collection[str],
    now: datetime,
    *,
    seconds: float,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    fetch: Fetch = fetch_picture,
) -> Fetched:
    """Fetch what the learner's own notes show from these hosts, for about so many seconds.

    Opens transactions of its own, for the network is slow: each group of pictures is stored, with
    the notes that show them, before the next is asked for. So whatever ends it, what has been
    fetched is there whole, and the rest can be asked for again.
    """
    result = Fetched()
    with database.reading_core() as connection:
        wanted: dict[str, list[int]] = {}
        for note_id, _, urls in notes_with_pictures(connection, user_id):
            for url in urls:
                if host_of(url) in hosts:
                    wanted.setdefault(url, []).append(note_id)
    urls, until, total_bytes = list(wanted), time.monotonic() + seconds, 0
    touched: set[int] = set()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for at in range(0, min(len(urls), MOST_AT_A_TIME), AT_ONCE):
            if time.monotonic() >= until or total_bytes >= limits.total_bytes:
                break
            group = urls[at : at + AT_ONCE]
            stored: dict[str, _Stored] = {}
            for url, picture in zip(group, pool.map(_tried(fetch), group), strict=True):
                if isinstance(picture, str):
                    result.failed.append((url, picture))
                    continue
                total_bytes += len(picture.data)
                sha256 = store.put_bytes(picture.data)
                label = _label(url, sha256, picture.content_type)
                stored[url] = _Stored(sha256, label, len(picture.data), picture.content_type)
            if stored:
                notes = {note_id for url in stored for note_id in wanted[url]}
                touched |= _store(database.writing, user_id, sorted(notes), stored, now)
                result.pictures += len(stored)
    result.notes = len(touched)
    result.left = len(urls) - result.pictures - len(result.failed)
    return result


def _tried(fetch: Fetch) -> Callable[[str], Picture | str]:
    def run(url: str) -> Picture | str:
        try:
            return fetch(whole(url))
        except NotFetched as error:
            return error.message

    return run


def _store(
    writing: Callable[[], AbstractContextManager[Session]],
    user_id: int,
    note_ids: Iterable[int],
    stored: dict[str, _Stored],
    now: datetime,
) -> set[int]:
    """Write the local names into the notes as they are now. That is no edit of the learner's: a
    file that comes again finds them unchanged."""
    labels = {url: one.label for url, one in stored.items()}
    touched = set()
    with writing() as session:
        rows = session.execute(
            select(Note, NoteTypeRow.markup)
            .join(NoteTypeRow, NoteTypeRow.id == Note.note_type_id)
            .where(Note.id.in_(list(note_ids)), Note.owner_id == user_id)
        ).all()
        for note, markup in rows:
            fields = [with_local_pictures(text, Markup(markup), labels) for text in note.fields]
            if fields == note.fields:
                continue
            shown = "\n".join(fields)
            note.fields, note.changed_at = fields, now
            touched.add(note.id)
            for one in stored.values():
                if one.label in shown:
                    _show(session, note.id, one, now)
        session.flush()
        forget_renderings(session, sorted(touched))
    return touched


def _show(session: Session, note_id: int, one: _Stored, now: datetime) -> None:
    if session.get(MediaFile, one.sha256) is None:
        session.add(
            MediaFile(
                sha256=one.sha256,
                size_bytes=one.size_bytes,
                content_type=one.content_type,
                created_at=now,
            )
        )
        session.flush()
    if session.get(NoteMedia, (note_id, one.label)) is None:
        session.add(NoteMedia(note_id=note_id, label=one.label, sha256=one.sha256))


def _label(url: str, sha256: str, content_type: str) -> str:
    """A name like that of the address, and no two files of one name."""
    stem = PurePosixPath(unquote(urlsplit(whole(url)).path)).stem
    clean = _UNUSUAL.sub("-", stem).strip("-.")[:_LONGEST_STEM] or "picture"
    return f"{clean}-{sha256[:10]}.{SHOWN_TYPES[content_type]}"
