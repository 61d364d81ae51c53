"""From a file to the notes in it, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...core.notes import DeckFile
from ...errors import UnreadableDeck
from ...formats import ReadOptions, recognise
from ...storage.media_store import MediaStore

TEXT_FORM = ("encoding", "separator", "row_separator", "first_line_is_heading")
"""What a person may say about a text with columns: names of fields of `ReadOptions`."""


@contextmanager
def open_deck_file(
    path: Path,
    file_name: str,
    store: MediaStore,
    *,
    with_progress: bool = False,
    text_form: Mapping[str, Any] | None = None,
    media_folder: Path | None = None,
) -> Iterator[DeckFile]:
    """Recognise and read a file; `file_name` is what its owner calls it. `with_progress` asks for
    the schedule and the history that it may hold, too. `text_form` may hold `TEXT_FORM`, which say
    how a text with columns is to be read; `media_folder` has what lies beside the file.

    What the reader unpacks lies in a work folder of the store until the block ends. Raises
    `UnreadableDeck`, here or while the notes are iterated.
    """
    with store.work_folder() as folder:
        try:
            known = recognise(path, file_name)
            form = {name: (text_form or {}).get(name) or None for name in TEXT_FORM}
            options = ReadOptions(
                default_deck=Path(file_name).stem,
                work_folder=folder,
                with_progress=with_progress,
                media_folder=media_folder,
                encoding=form["encoding"],
                separator=form["separator"],
                row_separator=form["row_separator"],
                first_line_is_heading=form["first_line_is_heading"],
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
