"""Good files of every kind with some bits turned: at random, and the same ones every time."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...packages import PICTURE, collection
from ..test_mnemosyne import LOG
from .made import (
    CSV,
    GOOD,
    HASHCARDS,
    MARKDOWN,
    MODERN_META,
    OBSIDIAN,
    account_archive,
    apkg,
    box,
    classic,
    crowdanki,
    deck_json,
    media_entry,
    mnemosyne,
    modern_collection,
    modern_with_media,
    with_media,
    zipped,
    zstd,
)

BEGUN = (
    "UPDATE cards SET type=2, queue=2, due=9, ivl=5, factor=2500, reps=3 WHERE nid < 20;"
    " INSERT INTO revlog (id, cid) VALUES (1767225600000, 1), (1767225700000, 2)"
)


@dataclass(frozen=True)
class Kind:
    """A good file. Bits are turned in `good`, and `packed` puts that where it belongs, so that a
    checksum of a zip does not hide what lies below it."""

    name: str
    file_name: str
    good: bytes
    packed: Callable[[bytes], bytes] = bytes

    def turned(self, dice: random.Random) -> bytes:
        data = bytearray(self.good)
        for _ in range(dice.choice((1, 1, 2, 4, 8))):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        return self.packed(bytes(data))


def kinds(folder: Path) -> Iterator[Kind]:
    pictured = [*GOOD, (99, "p", 1, "", 'Q<img src="p.png">\x1fA')]
    old = collection(folder / "c", pictured, script=BEGUN)
    new = modern_collection(folder, BEGUN + ";", pictured)
    listed, packed_picture = media_entry(b"p.png"), zstd.compress(PICTURE)
    yield Kind("anki2", "a.apkg", with_media(folder, {"0": "p.png"}))
    yield Kind("anki2, below the zip", "a.apkg", old, apkg)
    yield Kind("anki21, below the zip", "a.apkg", old, lambda d: apkg(d, name="collection.anki21"))
    yield Kind("anki21b", "a.apkg", modern_with_media(folder, b"p.png", packed_picture))
    yield Kind("anki21b, below the zip", "a.apkg", new, lambda d: _modern(zstd.compress(d)))
    yield Kind("anki21b, below the zip alone", "a.apkg", zstd.compress(new), _modern)
    yield Kind(
        "the list of media of anki21b",
        "a.apkg",
        listed * 5,
        lambda d: _modern(zstd.compress(new), zstd.compress(d), packed_picture),
    )
    yield Kind("colpkg", "a.colpkg", _modern(zstd.compress(new), zstd.compress(listed), b""))
    yield Kind("csv", "a.csv", (CSV * 9).encode())
    yield Kind("our Markdown", "a.md", MARKDOWN.encode())
    yield Kind("hashcards", "b.md", HASHCARDS.encode())
    yield Kind("Obsidian", "c.md", OBSIDIAN.encode())
    yield Kind("zip", "a.zip", box(folder))
    yield Kind("zip, below the zip", "a.zip", OBSIDIAN.encode(), lambda d: zipped({"a.md": d}))
    yield Kind("CrowdAnki", "a.json", crowdanki(folder))
    yield Kind("Mnemosyne", "a.xml", mnemosyne(folder))
    yield Kind("Mnemosyne's .cards", "a.cards", LOG.encode(), lambda d: zipped({"cards.xml": d}))
    yield Kind("the classic file", "a.db", classic(folder))
    yield Kind("our JSON", "a.json", deck_json(folder))
    yield Kind("an account", "a.zip", account_archive(folder))
    account = account_archive(folder)
    for entry in ("interviewprep-archive.json", "content/note_types.jsonl", "content/notes.jsonl"):
        with zipfile.ZipFile(io.BytesIO(account)) as archive:
            good = archive.read(entry)
        yield Kind(
            f"{entry} of an account",
            "a.zip",
            good,
            lambda d, entry=entry: account_archive(folder, **{entry: d}),  # type: ignore[misc]
        )


def _modern(packed: bytes, media: bytes = b"", picture: bytes = b"") -> bytes:
    entries = {"meta": MODERN_META, "collection.anki21b": packed, "media": media, "0": picture}
    return zipped(entries, stored=True)
