"""The built-in decks: the files of `cards/` stand in the database once, and follow their files.

A card keeps its row, and so every learner's history, for as long as its id stands in a file or in
another card's `was:`. One that has gone is retired, not deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.notes import DeckFile, DeckInfo
from ..errors import UnreadableDeck
from ..formats.markdown_deck import read
from ..formats.reading import ReadOptions
from ..storage import Deck
from ..storage import Note as NoteRow
from .moved_cards import follow_moved
from .revising import lock_learners, revise
from .search_index import index_notes
from .synced_notes import SyncReport, built_in_notes, retire_rows, sync_notes
from .taking_tracks import follow_tracks

READER_VERSION = 3
"""Raise it where the reader's result for the same file changes, so that decks are read again."""


def deck_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the id and the file of each deck below `cards/`, in the order of ids."""
    for path in sorted(folder.glob("*/**/*.md")):
        yield path.relative_to(folder).with_suffix("").as_posix(), path


def file_hash(path: Path) -> str:
    return hashlib.sha256(f"{READER_VERSION}\n".encode() + path.read_bytes()).hexdigest()


def stale_decks(session: Session, folder: Path) -> list[tuple[str, Path, str]]:
    """Return id, file and hash of the decks that the database does not hold as they are."""
    held = select(Deck.key, Deck.details).where(Deck.owner_id.is_(None), Deck.retired_at.is_(None))
    known = {row.key: row.details.get("hash") for row in session.execute(held)}
    found = [(key, path, file_hash(path)) for key, path in deck_files(folder)]
    return [one for one in found if known.get(one[0]) != one[2]]


def vanished_decks(session: Session, folder: Path) -> list[Deck]:
    """Return the built-in decks that the database still offers and whose file is gone."""
    kept = {key for key, _ in deck_files(folder)}
    offered = session.scalars(
        select(Deck).where(Deck.owner_id.is_(None), Deck.retired_at.is_(None))
    )
    return [deck for deck in offered if deck.key is not None and deck.key not in kept]


def sync_built_in(session: Session, folder: Path, now: datetime) -> SyncReport:
    """Bring the built-in decks up to date with their files; does nothing where all are.

    Raises `UnreadableDeck` for a broken file, and then changes nothing.
    """
    report = SyncReport()
    vanished, stale = vanished_decks(session, folder), stale_decks(session, folder)
    keys = {key for key, _, _ in stale}
    unsettled = [*vanished, *session.scalars(select(Deck).where(Deck.key.in_(keys)))]
    lock_learners(session, [deck.id for deck in unsettled])
    for deck in unsettled:
        deck.name = str(deck.key)  # names may change places, or go on in another file
    for deck in vanished:
        deck.retired_at = now
    session.flush()
    changed: list[int] = []
    seen: set[int] = set()
    known = built_in_notes(session) if stale else {}
    moving = {deck.id for deck in unsettled}
    for key, path, digest in stale:
        try:
            file = read(path, ReadOptions(media_folder=path.parent))
        except UnreadableDeck as error:
            raise UnreadableDeck(f"{path}: {error.message}") from error
        deck = _deck_row(session, path, key, file.decks[0], digest, now, report)
        moving.add(deck.id)
        _check_ids(session, path, file, moving, seen)
        changed += sync_notes(session, deck, file, now, report, known, seen)
        report.decks += 1
    for deck in vanished:
        left = select(NoteRow).where(NoteRow.deck_id == deck.id, NoteRow.retired_at.is_(None))
        report.retired += retire_rows(session, session.scalars(left).all(), now)
    revise(session.connection(), report.revisions, now)
    follow_moved(session, report.moves, {deck.id for deck in vanished}, now)
    if report.begun:
        follow_tracks(session, folder, report.begun, now)
    if changed:
        index_notes(session.connection(), changed)
    return report


def _check_ids(
    session: Session, path: Path, file: DeckFile, moving: Collection[int], seen: Collection[int]
) -> None:
    """Refuse an id that another file holds; one may only move there from a file that changed."""
    query = (
        select(NoteRow.id, NoteRow.guid, NoteRow.deck_id, Deck.key)
        .join(Deck, Deck.id == NoteRow.deck_id)
        .where(
            NoteRow.owner_id.is_(None),
            NoteRow.retired_at.is_(None),
            NoteRow.guid.in_([note.guid for note in file.notes]),
        )
    )
    for row in session.execute(query):
        if row.id in seen or row.deck_id not in moving:
            raise UnreadableDeck(
                f"{path}: the id {row.guid} belongs to a card of {row.key}.md; give this one"
                " another."
            )


def _deck_row(
    session: Session,
    path: Path,
    key: str,
    info: DeckInfo,
    digest: str,
    now: datetime,
    report: SyncReport,
) -> Deck:
    namesake = session.scalars(
        select(Deck).where(Deck.owner_id.is_(None), Deck.name == info.name, Deck.key != key)
    ).first()
    if namesake is not None:
        raise UnreadableDeck(
            f"{path}: {namesake.key}.md has the name “{info.name}” already; choose another."
        )
    deck = session.scalars(select(Deck).where(Deck.key == key)).one_or_none()
    if deck is None:
        deck = Deck(owner_id=None, key=key, name=key, created_at=now)
        session.add(deck)
    details = dict(info.details)
    deck.name = info.name
    deck.description = str(details.pop("description", ""))
    deck.category = str(details.pop("category", key.partition("/")[0]))
    deck.details = details | {"hash": digest}
    is_new = deck.id is None or deck.retired_at is not None
    deck.retired_at = None
    session.flush()
    if is_new:
        report.begun.append(deck.id)
    return deck
