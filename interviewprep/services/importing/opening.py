"""From a file to the notes in it, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...core.notes import DeckFile
from ...errors import UnreadableDeck
from ...formats import ReadOptions, recognise
from ...storage.media_store import MediaStore


@contextmanager
def open_deck_file(
    path: Path, file_name: str, store: MediaStore, *, with_progress: bool = False
) -> Iterator[DeckFile]:
    """Recognise and read a file; `file_name` is what its owner calls it. `with_progress` asks for
    the schedule and the history that it may hold, too.

    What the reader unpacks lies in a work folder of the store until the block ends. Raises
    `UnreadableDeck`, here or while the notes are iterated.
    """
    with store.work_folder() as folder:
        try:
            known = recognise(path, file_name)
            options = ReadOptions(
                default_deck=Path(file_name).stem,
                work_folder=folder,
                with_progress=with_progress,
            )
            deck_file = known.read(path, options)
        except OSError as error:
            raise UnreadableDeck(
                f"The file cannot be opened ({error.strerror}); check its name and permissions."
            ) from error
        try:
            yield deck_file
        finally:
            close = getattr(deck_file.notes, "close", None)
            if close is not None:
                close()
