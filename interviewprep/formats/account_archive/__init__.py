"""The archive of a whole account: a zip of JSON lines and media that another instance can read."""

from __future__ import annotations

from pathlib import Path

from interviewprep.core.notes import DeckFile
from interviewprep.formats.reading import Format, ReadOptions

NAME, VERSION = "interviewprep-archive", 1
SUFFIX = ".zip"
HEADER = f"{NAME}.json"
"""The first entry, by which the file is recognised."""
DECKS, NOTE_TYPES, NOTES, RETIRED, CARDS, OTHER_DECKS = (
    "content/decks.jsonl",
    "content/note_types.jsonl",
    "content/notes.jsonl",
    "content/retired.jsonl",
    "learning/cards.jsonl",
    "learning/decks.jsonl",
)
MEDIA = "media/"
_LOCAL_HEADER_BYTES = 30


def table_entry(name: str) -> str:
    return f"learning/tables/{name}.jsonl"


def _recognises(name: Path, head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and head[_LOCAL_HEADER_BYTES:].startswith(HEADER.encode())


def _read(path: Path, options: ReadOptions) -> DeckFile:
    from interviewprep.formats.account_archive.reader import read

    return read(path, options)


FORMAT = Format("account", "Archives of an account", (SUFFIX,), _recognises, _read)
