"""Notes as one CSV file, for spreadsheets and for reading back: `docs/deck-format.md` section 13.

A first row of names, then one row a note, UTF-8 with `\\n`. Columns that no note needs are left
out, but for the seven that the format promises. Formulas are neutralised (`formulas.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from interviewprep.core import cloze
from interviewprep.core.notes import Markup, NoteKind, NoteType
from interviewprep.core.outgoing import Outgoing, OutgoingNote
from interviewprep.core.read_warnings import WarningLog
from interviewprep.formats.csv_text.formulas import neutral
from interviewprep.formats.csv_text.headers import further_column
from interviewprep.formats.csv_text.kinds import FINER_KINDS, kind_named

SUFFIX = ".csv"
_PROMISED = ("id", "kind", "front", "back", "note", "tags", "source")
_KINDS = {NoteKind.BASIC: "basic", NoteKind.BOTH_WAYS: "term", NoteKind.CLOZE: "cloze"}
_QUOTED = re.compile(r'[",\r\n#\\]|^\s|\s$')


def write(outgoing: Outgoing, path: Path, warnings: WarningLog) -> None:
    """Write the notes to `path`; what CSV cannot carry is told to `warnings`."""
    rows = [row for note in outgoing.notes if (row := _row(note, outgoing, warnings)) is not None]
    names = _columns(rows, several_decks=len(outgoing.decks) > 1)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_line(names))
        file.writelines(_line([neutral(row.get(name, "")) for name in names]) for row in rows)


def _columns(rows: Sequence[dict[str, str]], *, several_decks: bool) -> list[str]:
    used = {name for row in rows for name, value in row.items() if value}
    most = max((len(row) for row in rows), default=0)
    further = [name for number in range(3, most + 3) if (name := further_column(number)) in used]
    names = list(_PROMISED)
    if "hint" in used:
        names.insert(names.index("note"), "hint")
    if several_decks:
        names.insert(names.index("front"), "deck")
    return [*names, *(["markup"] if "markup" in used else []), *further]


def _row(note: OutgoingNote, outgoing: Outgoing, warnings: WarningLog) -> dict[str, str] | None:
    said, kind = note.note, outgoing.note_types[note.note.note_type]
    if kind.kind is NoteKind.PROMPT:
        warnings.add(
            "prompt-left-out",
            said.guid,
            "an exercise or interview prompt does not fit into a row; Markdown and JSON carry it",
        )
        return None
    if note.media:
        warnings.add("media-left-out", said.guid, "CSV holds no pictures and sounds, only names")
    row = {
        "id": said.guid,
        "deck": said.deck,
        "tags": " ".join(said.tags),
        "source": str(said.details.get("source", "")),
        "markup": "html" if kind.markup is Markup.HTML else "",
    }
    if kind.templates:
        warnings.add(
            "templates-left-out",
            said.guid,
            f"CSV carries the fields of “{kind.name}”, not its templates; an Anki package does",
        )
        stay = len(note.cards) - _cards_read_back(kind, said.fields)
        if stay > 0:
            warnings.add(
                "cards-left-out",
                said.guid,
                f"{stay} of its {len(note.cards)} cards cannot be told from a row of “{kind.name}”;"
                " an Anki package has them all",
            )
        return row | _foreign_cells(kind, said.fields)
    finer = said.details.get("kind")
    front, back, hint, more = (*said.fields, "", "", "", "")[:4]
    return row | {
        "kind": finer if finer in FINER_KINDS else _KINDS[kind.kind],
        "front": front,
        "back": back,
        "hint": hint,
        "note": more,
    }


def _cards_read_back(kind: NoteType, fields: Sequence[str]) -> int:
    """How many cards the reader makes of a row of a type with templates."""
    front = fields[0] if fields else ""
    read_as = kind_named(kind.name, has_cloze=bool(cloze.numbers(front)))
    if read_as is NoteKind.CLOZE:
        return len(cloze.numbers(front)) or 1
    return 2 if read_as is NoteKind.BOTH_WAYS else 1


def _foreign_cells(kind: NoteType, fields: Sequence[str]) -> dict[str, str]:
    """The first two fields as front and back, the others each in a column of its own."""
    front, back = (*fields, "", "")[:2]
    cells = {"kind": kind.name, "front": front, "back": back}
    return cells | {further_column(n): text for n, text in enumerate(fields[2:], start=3)}


def _line(cells: Iterable[str]) -> str:
    return ",".join(map(_cell, cells)) + "\n"


def _cell(text: str) -> str:
    if _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text
