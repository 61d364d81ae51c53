"""The media of a deck file on their way into the store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from ...core.notes import DeckFile
from ...formats.staging import StagedMedia
from ...storage import MediaFile
from ...storage.media_intake import MediaIntake, media_intake, take_back_abandoned
from ...storage.media_store import HEAD_BYTES, MediaStore, content_type_of

_KNOWN = select(MediaFile.sha256).where(MediaFile.sha256.in_(bindparam("hashes", expanding=True)))

Reading = Callable[[], AbstractContextManager[Connection]]
"""Opens a connection to read with, such as `Database.reading_core`."""


@dataclass(frozen=True, slots=True)
class PreparedMedia:
    """One file that is in the store, or would be after an import."""

    sha256: str
    size_bytes: int
    content_type: str


class MediaOnTheirWay(dict[str, PreparedMedia]):
    """Media by the names notes use, which are stored once `settle` has returned."""

    def __init__(self, found: Mapping[str, PreparedMedia], finish: Callable[[], None]) -> None:
        super().__init__(found)
        self._finish: Callable[[], None] | None = finish

    def settle(self) -> None:
        """Wait until all files are stored; `store_import` does, before it returns."""
        finish, self._finish = self._finish, None
        if finish is not None:
            finish()


def prepare_media(
    deck_file: DeckFile, store: MediaStore | MediaIntake | None
) -> Mapping[str, PreparedMedia]:
    """Put the media of a file into the store and say what is what, by the names notes use.

    Comes before the transaction that speaks of them: disks are slow, and work on while notes are
    read. What is returned goes to `store_import`, which waits for them. `taken_in` gives what
    stands for the store and takes back what a failed import has put there. Without a store nothing
    is written, as for a preview.
    """
    found: dict[str, PreparedMedia] = {}
    staged: dict[str, StagedMedia] = {}
    for media in deck_file.media:
        if media.name in found:
            continue
        if isinstance(media, StagedMedia):
            head, sha256 = media.head(HEAD_BYTES), media.sha256
            staged.setdefault(sha256, media)
        else:
            data = media.read()
            head = data[:HEAD_BYTES]
            sha256 = store.put_bytes(data) if store else hashlib.sha256(data).hexdigest()
        found[media.name] = PreparedMedia(sha256, media.size_bytes, content_type_of(head))
    if store is not None and staged:
        files = {sha256: media.as_file for sha256, media in staged.items()}
        return MediaOnTheirWay(found, store.take_many(files).finish)
    return found


@contextmanager
def taken_in(store: MediaStore, reading: Reading) -> Iterator[MediaIntake]:
    """The store for one import, whose transaction ends within the block: where the block raises,
    what was put there is taken back, unless a row of somebody's speaks of it."""
    with media_intake(store) as intake:
        try:
            yield intake
        except BaseException:
            with reading() as connection:
                intake.take_back(_known_to(connection))
            raise


def sweep_abandoned(store: MediaStore, reading: Reading) -> int:
    """Take back what imports had put into the store whose process died, and remove what they had
    unpacked; return how many files of media."""
    store.sweep_work()
    with reading() as connection:
        return take_back_abandoned(store, _known_to(connection))


def sweep_media(connection: Connection, store: MediaStore, untouched_since_s: float) -> int:
    """Remove files that no row speaks of; return how many. See `MediaStore.sweep`."""
    return store.sweep(_known_to(connection), untouched_since_s)


def _known_to(connection: Connection) -> Callable[[list[str]], Iterable[str]]:
    return lambda hashes: connection.execute(_KNOWN, {"hashes": hashes}).scalars()
