"""Good files to be spoilt, of every kind that comes in."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import sys
import warnings
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

from ...packages import PICTURE, Note, collection
from ..test_classic_cards import database
from ..test_crowdanki import deck as crowdanki_deck
from ..test_mnemosyne import ITEMS
from ..test_other_markdown import HASHCARDS, OBSIDIAN

zstd: Any = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

GOOD: list[Note] = [(n, f"g{n}", 1, " t ", f"Q{n}\x1fA{n}") for n in range(1, 60)]
MARKDOWN = """\
---
name: Good
tags: [one]
---

## first-card
Q: What is $x^2$?
A: A **square**, see `x * x`.

## second-card
C: The {{c1::mean}} of {{c2::a sample}}.
"""
CSV = 'front,back,tags\n"What, exactly?","It ""is""",one two\nsecond,\u00e9,\n'
LEGACY_META, MODERN_META = b"\x08\x02", b"\x08\x03"


def zipped(entries: dict[str, bytes] | list[tuple[str, bytes]], *, stored: bool = False) -> bytes:
    """A zip; a list may have a name twice."""
    pairs = list(entries.items()) if isinstance(entries, dict) else entries
    packed = io.BytesIO()
    way = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", way) as archive:
        warnings.simplefilter("ignore", UserWarning)
        for name, data in pairs:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, way)
    return packed.getvalue()


def apkg(data: bytes, *, name: str = "collection.anki2", **entries: bytes) -> bytes:
    return zipped({name: data, "media": b"{}", **entries})


def old(folder: Path, notes: Any = GOOD, **how: Any) -> bytes:
    """A package in the oldest form; `how` is what `packages.collection` takes."""
    return apkg(collection(folder / "c", notes, **how))


def scripted(script: str, notes: Any = GOOD) -> Any:
    return lambda folder: old(folder, notes, script=script)


def field(number: int, value: bytes | int) -> bytes:
    """A protobuf field."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


MODERN = """
CREATE TABLE notetypes (id integer PRIMARY KEY, name text, config blob);
CREATE TABLE fields (ntid integer, ord integer, name text, config blob);
CREATE TABLE templates (ntid integer, ord integer, name text, config blob);
CREATE TABLE decks (id integer PRIMARY KEY, name text, kind blob);
CREATE TABLE config (KEY text PRIMARY KEY, val blob);
INSERT INTO decks VALUES (1, 'Top' || char(31) || 'Sub', x'0a00');
INSERT INTO notetypes VALUES (1, 'Basic', x'0800');
INSERT INTO fields VALUES (1, 0, 'Front', x''), (1, 1, 'Back', x'');
INSERT INTO templates VALUES (1, 0, 'Card 1', x'{config}');
"""


def modern_collection(folder: Path, script: str = "", notes: Any = GOOD) -> bytes:
    config = field(1, b"{{Front}}") + field(2, b"{{Back}}")
    tables = MODERN.replace("{config}", config.hex())
    return collection(folder / "c", notes, version=18, models={}, script=tables + script)


def modern(
    folder: Path, script: str = "", *, media: bytes = b"", notes: Any = GOOD, **entries: bytes
) -> bytes:
    """A package in the newest form."""
    return zipped(
        {
            "meta": MODERN_META,
            "collection.anki21b": zstd.compress(modern_collection(folder, script, notes)),
            "media": zstd.compress(media),
            **entries,
        }
    )


def with_media(folder: Path, names: dict[str, str], data: dict[str, bytes] | None = None) -> bytes:
    """A package whose first note shows all these files, by entry."""
    shown = "".join(f'<img src="{name}">' for name in names.values() if '"' not in name)
    notes = [(1, "a", 1, "", f"Q{shown}\x1fA")]
    entries = {entry: (data or {}).get(entry, PICTURE) for entry in names}
    listed = json.dumps(names).encode()
    return apkg(collection(folder / "c", notes), media=listed, **entries)


def media_entry(name: bytes) -> bytes:
    return field(1, field(1, name) + field(2, len(PICTURE)))


def modern_with_media(folder: Path, name: bytes, packed: bytes) -> bytes:
    notes = [(1, "a", 1, "", "Q<img src='p.png'>\x1fA")]
    return modern(folder, media=media_entry(name), notes=notes, **{"0": packed})


def box(folder: Path) -> bytes:
    return zipped({"a.md": OBSIDIAN.encode(), "b/c.csv": CSV.encode(), "b/p.png": PICTURE})


def classic(folder: Path) -> bytes:
    return fresh(folder / "cs.db") or database(folder).read_bytes()


def fresh(path: Path) -> bytes:
    path.unlink(missing_ok=True)
    return b""


def crowdanki(folder: Path) -> bytes:
    return json.dumps(crowdanki_deck()).encode()


def deck_json(folder: Path, **changed: Any) -> bytes:
    whole = {
        "format": "interviewprep-deck",
        "version": 1,
        "decks": [{"name": "Own"}],
        "note_types": [
            {
                "key": "m",
                "name": "Pair",
                "kind": "basic",
                "markup": "markdown",
                "fields": ["Front", "Back", "Hint", "Note"],
                "templates": [],
            }
        ],
        "notes": [
            {
                "guid": f"j{n}",
                "note_type": "m",
                "deck": "Own",
                "fields": [f"q{n}", "a", "", ""],
                "tags": ["t"],
            }
            for n in range(5)
        ],
        "media": [],
    }
    return json.dumps({**whole, **changed}).encode()


def account_header(**changed: Any) -> bytes:
    whole = {
        "format": "interviewprep-archive",
        "version": 1,
        "made_at": "2026-05-04T10:00:00+00:00",
        "account": {"settings": {}},
    }
    return json.dumps({**whole, **changed}).encode()


def account_archive(folder: Path, **changed: bytes) -> bytes:
    whole = json.loads(deck_json(folder))
    entries = {
        "interviewprep-archive.json": account_header(),
        "content/decks.jsonl": lines(whole["decks"]),
        "content/note_types.jsonl": lines(whole["note_types"]),
        "content/notes.jsonl": lines(whole["notes"]),
        "media/p.png": PICTURE,
    }
    return zipped({**entries, **changed})


def lines(values: list[Any]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def mnemosyne(folder: Path) -> bytes:
    return ITEMS.encode()


def text(whole: str | bytes) -> Any:
    return lambda folder: whole if isinstance(whole, bytes) else whole.encode()


def sqlite(path: Path, script: str, *, encoding: str = "UTF-8") -> bytes:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA encoding = '{encoding}'")
    connection.executescript(script)
    connection.commit()
    connection.close()
    return path.read_bytes()


def patched(data: bytes, mark: bytes, offset: int, value: bytes, *, every: bool = False) -> bytes:
    """The data with `value` put at `offset` behind `mark`, the first or every one of them."""
    out, at = bytearray(data), data.find(mark)
    while at >= 0:
        out[at + offset : at + offset + len(value)] = value
        at = data.find(mark, at + 1) if every else -1
    return bytes(out)


LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def number(value: int, form: str = "<I") -> bytes:
    return struct.pack(form, value)


__all__ = ["HASHCARDS", "OBSIDIAN", "PICTURE"]
