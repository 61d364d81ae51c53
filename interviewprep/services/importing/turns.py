"""Storing a large import in many short transactions, so that answers get in between.

SQLite has one writer. What an import adds lies in decks of its own that nobody sees, retired and
under a name that says so, until the last transaction shows them all at once. From the first write
to something that was there before, the transaction stays open to the end, as it does on PostgreSQL,
where nobody waits for it. A process that dies leaves hidden decks; the next import removes them.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from ...core.compact import compact_json
from ...storage import Database
from ...storage.database import BUSY_TIMEOUT_MS, CHECKPOINT_PAGES
from ...storage.doors import ImportDoor
from ...storage.syncing import sync

HIDDEN = "\x1fimporting\x1f"
"""How the names of hidden decks begin."""
_PAUSE_S = 0.001
_LEAST_TURN_S = 0.02
_TURNS_A_CHECKPOINT = 20
_REGARD_S = 2.0
"""How long an import makes room for others after one of them has written."""
_REGARDING_TURN_S = 0.005
_REGARDING_PAUSE = 0.25
_REGARDING_TURNS_A_CHECKPOINT = 8
_BUSY_TIMEOUT_MS = 60_000
_NOTES_AT_ONCE = 500
_IS_HIDDEN = "deck.retired_at IS NOT NULL AND substr(deck.name, 1, :length) = :hidden"
_HIDDEN_DECK = text(f"SELECT 1 FROM deck WHERE {_IS_HIDDEN} LIMIT 1")  # noqa: S608 - our own words
_HIDDEN_NOTES = text(
    "SELECT note.id FROM deck JOIN note ON note.deck_id = deck.id"  # noqa: S608 - our own words
    f" WHERE {_IS_HIDDEN} LIMIT :most"
)
_CARDS = "SELECT id FROM card WHERE note_id IN (SELECT value FROM json_each(:ids))"
_FORGET = [
    text(f"DELETE FROM review WHERE card_id IN ({_CARDS})"),  # noqa: S608 - our own words
    text(f"DELETE FROM memory WHERE card_id IN ({_CARDS})"),  # noqa: S608 - our own words
    text(f"DELETE FROM card_mark WHERE card_id IN ({_CARDS})"),  # noqa: S608 - our own words
    text("DELETE FROM card WHERE note_id IN (SELECT value FROM json_each(:ids))"),
    text("DELETE FROM note WHERE id IN (SELECT value FROM json_each(:ids))"),
]
_SHOWN = text(
    "SELECT DISTINCT sha256 FROM note_media WHERE note_id IN (SELECT value FROM json_each(:ids))"
)
_FORGET_MEDIA = text(
    "DELETE FROM media WHERE sha256 IN (SELECT value FROM json_each(:hashes))"
    " AND NOT EXISTS (SELECT 1 FROM note_media WHERE note_media.sha256 = media.sha256)"
)
_FORGET_DECKS = text(f"DELETE FROM deck WHERE {_IS_HIDDEN}")  # noqa: S608 - our own words
_SAID = {"hidden": HIDDEN, "length": len(HIDDEN)}


class Turns:
    """A transaction that may write, and the way to let others write in between."""

    def __init__(
        self, database: Database, connection: Connection, door: ImportDoor | None = None
    ) -> None:
        self._door = door
        self.connection = connection
        self.can_give_way = door is not None
        self._log = Path(f"{database.url.database}-wal")
        self._begun_s = time.monotonic()
        self._regards_until_s = 0.0
        self._turns_since_checkpoint = 0
        self._version = self._version_now() if door is not None else 0

    def give_way(self, meanwhile: Callable[[], None] | None = None) -> bool:
        """Commit what is written, let others write, and begin again; but not after a moment, as
        long as there is nothing to do meanwhile. Returns whether others could write."""
        assert self._door is not None
        now_s = time.monotonic()
        regards = now_s < self._regards_until_s
        turn_s = now_s - self._begun_s
        if meanwhile is None and turn_s < (_REGARDING_TURN_S if regards else _LEAST_TURN_S):
            return False
        self.connection.commit()
        self._door.leave()
        is_met = False
        try:
            if meanwhile is not None:
                meanwhile()
            self._make_room(turn_s, regards=regards)
        finally:
            is_met = self._door.enter()
        self.connection.begin()
        version = self._version_now()
        self._begun_s = time.monotonic()
        if is_met or version != self._version:
            self._regards_until_s = self._begun_s + _REGARD_S
        self._version = version
        return True

    def _make_room(self, turn_s: float, *, regards: bool) -> None:
        """Outside of a turn. Where others write, too, what this turn has written is seen onto the
        disk now, or the next answer's commit would have to wait for all of it."""
        self._turns_since_checkpoint += 1
        most = _REGARDING_TURNS_A_CHECKPOINT if regards else _TURNS_A_CHECKPOINT
        if regards and self._log.exists():
            sync(self._log)
        if self._turns_since_checkpoint >= most:
            self._turns_since_checkpoint = 0
            _set(self.connection, "wal_checkpoint(PASSIVE)")
        pause_s = turn_s * _REGARDING_PAUSE
        time.sleep(max(_PAUSE_S, pause_s) if regards else min(_PAUSE_S, pause_s))

    def _version_now(self) -> int:
        """Another number whenever another connection has written."""
        return int(self.connection.exec_driver_sql("PRAGMA data_version").scalar_one())


@contextmanager
def in_turns(database: Database) -> Iterator[Turns]:
    """Give what `store_import` writes with; commits at the end, and on an error leaves nothing.

    Imports into one SQLite file follow each other, whichever processes they are in.
    """
    if not database.is_sqlite:
        with database.writing_core() as connection:
            yield Turns(database, connection)
        return
    with _alone(database):
        remove_hidden(database)
        try:
            with _writing(database) as turns:
                yield turns
        except BaseException:
            remove_hidden(database)
            raise


def remove_hidden_left(database: Database) -> None:
    """Remove what imports left hidden whose process has died; nothing while one is going on."""
    if database.is_sqlite:
        try:
            with _alone(database, wait=False):
                remove_hidden(database)
        except BlockingIOError:
            return


def remove_hidden(database: Database) -> None:
    """Remove hidden decks with all that is in them, in turns. The caller is alone in importing."""
    with database.reading_core() as connection:
        found = connection.execute(_HIDDEN_DECK, _SAID).first()
    if found is None:
        return
    with _writing(database) as turns:
        connection = turns.connection
        while ids := list(
            connection.execute(_HIDDEN_NOTES, {**_SAID, "most": _NOTES_AT_ONCE}).scalars()
        ):
            notes = {"ids": compact_json(ids)}
            hashes = list(connection.execute(_SHOWN, notes).scalars())
            for forget in _FORGET:
                connection.execute(forget, notes)
            connection.execute(_FORGET_MEDIA, {"hashes": compact_json(hashes)})
            turns.give_way()
        connection.execute(_FORGET_DECKS, _SAID)


@contextmanager
def _writing(database: Database) -> Iterator[Turns]:
    """The disk is waited for once, at the end: what is hidden need not outlive a power cut. What
    the log holds goes into the database between turns, while others may write."""
    with database.write_engine.connect() as connection:
        _set(connection, "synchronous=NORMAL")
        _set(connection, "wal_autocheckpoint=0")
        _set(connection, f"busy_timeout={_BUSY_TIMEOUT_MS}")
        door = database.door.for_import()
        try:
            door.enter()
            try:
                connection.begin()
                yield Turns(database, connection, door)
                connection.commit()
            finally:
                connection.rollback()
                door.leave()
            log = Path(f"{database.url.database}-wal")
            if log.exists():
                sync(log)
        finally:
            door.close()
            _set(connection, f"busy_timeout={BUSY_TIMEOUT_MS}")
            _set(connection, "synchronous=FULL")
            _set(connection, f"wal_autocheckpoint={CHECKPOINT_PAGES}")


def _set(connection: Connection, what: str) -> None:
    """Set a pragma outside of a transaction, where alone some of them can be set."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA {what}").fetchall()


@contextmanager
def _alone(database: Database, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of imports into this file; the system lets go of it when a process dies.

    Raises `BlockingIOError` where somebody has it and `wait` is false.
    """
    name = database.url.database
    if not name or name == ":memory:":
        yield
        return
    path = Path(f"{name}-importing")
    with path.open("ab") as file:
        path.chmod(0o600)
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
