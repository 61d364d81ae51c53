"""Notes and what they show as one JSON file, written piece by piece."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from interviewprep.core.compact import compact_json
from interviewprep.core.media_names import names_of, renamed
from interviewprep.core.notes import DeckInfo, NoteType
from interviewprep.core.outgoing import Outgoing, OutgoingNote
from interviewprep.core.read_warnings import WarningLog
from interviewprep.formats.deck_json import NAME, VERSION
from interviewprep.formats.reading import ReadOptions


def write(outgoing: Outgoing, path: Path, warnings: WarningLog) -> None:
    """Write the notes to `path`: decks, note types, notes, then media in base64."""
    names = names_of(outgoing.media)
    notes = (note_json(note, names) for note in outgoing.notes)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f'{{"format":"{NAME}","version":{VERSION}')
        _write_list(file, "decks", map(deck_json, outgoing.decks))
        _write_list(file, "note_types", map(note_type_json, outgoing.note_types.values()))
        _write_list(file, "notes", notes)
        _write_list(file, "media", _media(outgoing, names))
        file.write("\n}\n")
    size_bytes, most = path.stat().st_size, ReadOptions().most_bytes
    if size_bytes > most:
        warnings.add(
            "too-large-to-come-back",
            "",
            f"the file has {size_bytes:,} bytes and this program reads {most:,} of this format;"
            " an Anki package or the archive of the account has no such limit",
        )


def _write_list(file: IO[str], name: str, values: Iterable[Any]) -> None:
    file.write(f',\n"{name}":[')
    separator = "\n"
    for value in values:
        file.write(separator + compact_json(value))
        separator = ",\n"
    file.write("]")


def deck_json(info: DeckInfo) -> dict[str, Any]:
    return {"name": info.name, "details": dict(info.details), "limits": dict(info.limits)}


def note_type_json(kind: NoteType) -> dict[str, Any]:
    return {
        "key": kind.key,
        "name": kind.name,
        "kind": kind.kind.value,
        "markup": kind.markup.value,
        "fields": list(kind.fields),
        "templates": [
            {"name": part.name, "question": part.question, "answer": part.answer}
            for part in kind.templates
        ],
    }


def note_json(outgoing: OutgoingNote, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    note = outgoing.note
    new_names = {label: names[label, sha256] for label, sha256 in outgoing.media}
    return {
        "guid": note.guid,
        "note_type": note.note_type,
        "deck": note.deck,
        "fields": [renamed(text, new_names) for text in note.fields],
        "tags": list(note.tags),
        "card_decks": {str(ordinal): name for ordinal, name in sorted(note.card_decks.items())},
        "details": dict(note.details),
    }


def _media(outgoing: Outgoing, names: dict[tuple[str, str], str]) -> Iterator[dict[str, Any]]:
    for name, sha256 in sorted({name: pair[1] for pair, name in names.items()}.items()):
        data = outgoing.file_of(sha256).read_bytes()
        yield {"name": name, "size_bytes": len(data), "data": b64encode(data).decode("ascii")}
