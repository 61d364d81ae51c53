"""Anki packages for tests: written by Anki itself, or by hand where Anki would refuse to."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82"
)
# Anki runs in a process of its own: it raises warnings of its own, and these tests allow none.
_WRITER = """
import json, sys
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions
wanted = json.loads(sys.argv[1])
col = Collection(wanted["collection"])
picture = bytes.fromhex(wanted["picture"])
name = col.media.write_data("plot 0.png", picture)
count = wanted["notes"]
for n in range(count):
    kind = ("Basic", "Basic (and reversed card)", "Cloze")[n % 3]
    note = col.new_note(col.models.by_name(kind))
    if kind == "Cloze":
        note["Text"] = f"Number {n}: {{{{c1::recall}}}} is {{{{c3::TP / (TP + FN)::what?}}}}"
        note["Back Extra"] = f"<b>extra</b> {n}"
    else:
        note["Front"] = f"What is case {n}?" + (f'<img src="{name}">' if n == 0 else "")
        note["Back"] = f"Answer {n}" + wanted["suffix"]
    note.tags = ["sample", f"topic::{n % 2}"]
    if wanted["guids"]:
        note.guid = f"guid-{n}"
    col.add_note(note, col.decks.id(("Top", "Top::Sub")[n % 2]))
if wanted["reviews"]:
    col.decks.select(col.decks.id("Top"))
    for _ in range(wanted["reviews"]):
        card = col.sched.getCard()
        card.start_timer()
        col.sched.answerCard(card, 3)
if wanted["colpkg"]:
    col.export_collection_package(wanted["path"], True, wanted["legacy"])
else:
    options = ExportAnkiPackageOptions(
        with_scheduling=bool(wanted["reviews"]), with_media=True, legacy=wanted["legacy"],
        with_deck_configs=False,
    )
    col.export_anki_package(out_path=wanted["path"], options=options, limit=None)
    col.close()
"""


def write_with_anki(
    path: Path,
    *,
    legacy: bool = False,
    notes: int = 9,
    reviews: int = 0,
    suffix: str = "",
    guids: bool = True,
) -> Path:
    """A package by Anki: a third Basic, a third reversed, a third Cloze (c1 and c3), one picture.

    `notes` divisible by 6 makes 5/3 cards a note. With `guids` these are `guid-0`, `guid-1` …
    """
    folder = path.parent / f"{path.stem}-collection"
    folder.mkdir()
    wanted = {
        "collection": str(folder / "collection.anki2"),
        "path": str(path),
        "picture": PICTURE.hex(),
        "legacy": legacy,
        "notes": notes,
        "reviews": reviews,
        "suffix": suffix,
        "guids": guids,
        "colpkg": path.suffix == ".colpkg",
    }
    subprocess.run([sys.executable, "-c", _WRITER, json.dumps(wanted)], check=True)
    return path


Note = tuple[int, str, int, str, str]
"""Id, guid, id of the note type, tags and fields (joined by U+001F)."""
BASIC = {
    "name": "Basic",
    "type": 0,
    "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}],
    "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{Back}}"}],
}


def collection(
    path: Path,
    notes: Iterable[Note] = ((1, "a", 1, "", "Q\x1fA"),),
    *,
    cards: Iterable[tuple[int, int, int]] | None = None,
    models: Any = None,
    decks: Any = None,
    version: int = 11,
    script: str = "",
) -> bytes:
    """The bytes of a collection in the old schema; `cards` are note, deck and ordinal."""
    notes = list(notes)
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        CREATE TABLE col (id integer PRIMARY KEY, ver integer, models text, decks text);
        CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, tags text, flds text);
        CREATE TABLE cards (id integer PRIMARY KEY, nid integer, did integer, ord integer,
                            odid integer, type integer DEFAULT 0, due integer DEFAULT 0,
                            odue integer DEFAULT 0);
        CREATE TABLE revlog (id integer PRIMARY KEY);
        """
    )
    values = (
        1,
        version,
        json.dumps({"1": BASIC} if models is None else models),
        json.dumps({"1": {"name": "Default"}} if decks is None else decks),
    )
    connection.execute("INSERT INTO col VALUES (?, ?, ?, ?)", values)
    connection.executemany("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", notes)
    connection.executemany(
        "INSERT INTO cards (nid, did, ord, odid) VALUES (?, ?, ?, 0)",
        [(note[0], 1, 0) for note in notes] if cards is None else list(cards),
    )
    connection.executescript(script)
    connection.commit()
    connection.close()
    return path.read_bytes()


def package(
    path: Path, collection_bytes: bytes, *, name: str = "collection.anki2", **entries: bytes
) -> Path:
    """A zip with a collection and further entries; `media` is an empty list unless given."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, collection_bytes)
        for entry, data in {"media": b"{}", **entries}.items():
            archive.writestr(entry, data)
    return path
