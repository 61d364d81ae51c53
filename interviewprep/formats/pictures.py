"""Files beside a text, by the names that its notes use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

from interviewprep.core.media_references import media_references
from interviewprep.core.notes import Media, Note, NoteType

LONGEST_PICTURE_BYTES = 16 * 1024 * 1024


def pictures_of(
    notes: Iterable[Note], types: Mapping[str, NoteType], folder: Path | None
) -> list[Media]:
    """The files that notes show and that lie in the folder; others are found missing later."""
    found: dict[str, Media] = {}
    for note in notes:
        for text in note.fields:
            for name in media_references(text, types[note.note_type].markup):
                if name not in found:
                    media = file_within(folder, name) or file_within(folder, unquote(name))
                    if media is not None:
                        found[name] = Media(name, media.size_bytes, media.read)
    return list(found.values())


def file_within(folder: Path | None, name: str) -> Media | None:
    """A file within the folder; nothing outside it, by whatever way."""
    if folder is None:
        return None
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return None
        size_bytes = path.stat().st_size
    except (OSError, ValueError):
        return None
    return None if size_bytes > LONGEST_PICTURE_BYTES else Media(name, size_bytes, path.read_bytes)
