"""Packages that are broken or hostile: one sentence that names the place, and nothing left."""

from __future__ import annotations

import os
import random
import struct
import sys
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions, recognise
from interviewprep.formats.anki.limits import MIB, Limits
from interviewprep.formats.anki.reader import read_package

from ..packages import collection, package

zstd: Any = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
SMALL = Limits(
    collection_bytes=4 * MIB,
    media_bytes=4 * MIB,
    media_file_bytes=2 * MIB,
    media_list_bytes=MIB,
    entries=100,
    notes=1_000,
    cpu_s=10,
)
GOOD = [(n, f"g{n}", 1, "", f"Q{n}\x1fA") for n in range(1, 200)]


def whole(path: Path) -> Path:
    return package(path, collection(path.with_suffix(".c"), GOOD))


def truncated(path: Path) -> Path:
    data = whole(path).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def not_a_zip(path: Path) -> Path:
    path.write_bytes(b"Rar!\x1a\x07\x00" + b"x" * 500)
    return path


def damaged_inside(path: Path) -> Path:
    data = bytearray(whole(path).read_bytes())
    data[200:220] = b"\xff" * 20
    path.write_bytes(data)
    return path


def encrypted(path: Path) -> Path:
    """The flag that says so is set, in both places."""
    data = bytearray(whole(path).read_bytes())
    data[6] |= 1
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    path.write_bytes(data)
    return path


def without_collection(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("media", "{}")
    return path


def twice_the_same_entry(path: Path) -> Path:
    whole(path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("media", b"{}")
    return path


def many_entries(path: Path) -> Path:
    return package(path, collection(path.with_suffix(".c")), **{f"e{n}": b"" for n in range(200)})


def from_the_future(path: Path) -> Path:
    return package(path, collection(path.with_suffix(".c"), version=99))


def from_long_ago(path: Path) -> Path:
    return package(path, collection(path.with_suffix(".c"), version=3))


def newer_package(path: Path) -> Path:
    return package(path, collection(path.with_suffix(".c")), meta=b"\x08\x09")


def with_broken_meta(path: Path) -> Path:
    return package(path, collection(path.with_suffix(".c")), meta=b"\xff" * 20)


def not_sqlite(path: Path) -> Path:
    return package(path, b"this is no database" * 400)


def with_broken_pages(path: Path) -> Path:
    data = bytearray(collection(path.with_suffix(".c"), GOOD))
    for at in range(4096, len(data), 4096):
        data[at : at + 40] = b"\xaa" * 40
    return package(path, bytes(data))


def empty_database(path: Path) -> Path:
    return package(path, b"")


def scripted(script: str) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        return package(path, collection(path.with_suffix(".c"), GOOD, script=script))

    return make


def endless_view(path: Path) -> Path:
    endless = (
        "DROP TABLE notes; CREATE VIEW notes AS WITH RECURSIVE n(i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, 'g' || i AS guid, 1 AS mid,"
        " '' AS tags, 'x' AS flds FROM n"
    )
    return scripted(endless)(path)


def zip_bomb(path: Path) -> Path:
    return package(path, b"\0" * (64 * MIB))


def lying_zip_bomb(path: Path) -> Path:
    """Sizes in both headers say 1000 bytes; the stream holds 64 MiB."""
    data = bytearray(zip_bomb(path).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + offset
        data[at : at + 4] = struct.pack("<I", 1_000)
    path.write_bytes(data)
    return path


def zstd_bomb(path: Path) -> Path:
    squeezer = zstd.ZstdCompressor()  # of a stream, so that no size is declared
    packed = squeezer.compress(b"\0" * (64 * MIB)) + squeezer.flush()
    return package(path, packed, name="collection.anki21b", meta=b"\x08\x03", media=b"")


def zstd_cut_off(path: Path) -> Path:
    packed = zstd.compress(collection(path.with_suffix(".c"), GOOD))
    return package(path, packed[: len(packed) // 2], name="collection.anki21b", media=b"")


def zstd_that_is_none(path: Path) -> Path:
    return package(path, b"not zstandard at all", name="collection.anki21b", media=b"")


def media_bomb(path: Path) -> Path:
    data = collection(path.with_suffix(".c"))
    return package(path, data, media=b'{"0": "a.png"}', **{"0": b"\0" * (8 * MIB)})


def many_large_media(path: Path) -> Path:
    listed = b"{" + b",".join(b'"%d": "%d.png"' % (n, n) for n in range(5)) + b"}"
    entries = {str(n): os.urandom(MIB) for n in range(5)}
    return package(path, collection(path.with_suffix(".c")), media=listed, **entries)


def media_list(data: bytes) -> Callable[[Path], Path]:
    return lambda path: package(path, collection(path.with_suffix(".c")), media=data)


def models(value: Any) -> Callable[[Path], Path]:
    return lambda path: package(path, collection(path.with_suffix(".c"), models=value))


def nested_models(path: Path) -> Path:
    script = "UPDATE col SET models = '" + "[" * 100_000 + "'"
    return package(path, collection(path.with_suffix(".c"), script=script))


def too_many_notes(path: Path) -> Path:
    notes = [(n, f"g{n}", 1, "", "Q\x1fA") for n in range(1, 3_000)]
    return package(path, collection(path.with_suffix(".c"), notes))


CASES: list[tuple[Callable[[Path], Path], str]] = [
    (truncated, "not a whole zip file"),
    (not_a_zip, "not a whole zip file"),
    (damaged_inside, "collection.anki2 in the package is damaged"),
    (encrypted, "collection.anki2 in the package is encrypted"),
    (without_collection, "holds no Anki collection"),
    (twice_the_same_entry, "two entries called media"),
    (many_entries, "202 entries"),
    (from_the_future, "has schema 99, newer"),
    (from_long_ago, "has schema 3, older"),
    (newer_package, "of version 9, newer"),
    (with_broken_meta, "meta in the package is damaged"),
    (not_sqlite, "is damaged; export it again"),
    (with_broken_pages, "malformed"),
    (empty_database, "no table col"),
    (scripted("DROP TABLE cards"), "no table cards"),
    (
        scripted("ALTER TABLE notes RENAME TO other; CREATE VIEW notes AS SELECT * FROM other"),
        "notes is not a plain table",
    ),
    (endless_view, "notes is not a plain table"),
    (
        scripted("DROP TABLE cards; CREATE VIRTUAL TABLE cards USING fts5(nid, did, ord, odid)"),
        "cards is not a plain table",
    ),
    (scripted("ALTER TABLE notes DROP COLUMN flds"), "flds"),
    (scripted("DELETE FROM col"), "has schema None"),
    (scripted("UPDATE col SET ver = 'eleven'"), "has schema eleven"),
    (scripted("UPDATE col SET ver = 18"), "no table notetypes"),
    (scripted("UPDATE col SET models = 'oops'"), "note types or decks of the collection"),
    (scripted("UPDATE col SET models = NULL"), "note types or decks of the collection"),
    (nested_models, "note types or decks of the collection"),
    (models([]), "note types or decks of the collection"),
    (models({"1": {"name": "x"}}), "note types or decks of the collection"),
    (models({"1": {"name": "x", "flds": [], "tmpls": []}}), "no fields or no templates"),
    (models({"1": 7}), "note types or decks of the collection"),
    (zip_bomb, "collection.anki2 in the package holds more than 4,194,304 bytes"),
    (lying_zip_bomb, "collection.anki2 in the package"),
    (zstd_bomb, "collection.anki21b in the package holds more than 4,194,304 bytes"),
    (zstd_cut_off, "collection.anki21b in the package is cut off"),
    (zstd_that_is_none, "collection.anki21b in the package is damaged"),
    (media_bomb, "0 in the package holds more than 2,097,152 bytes"),
    (many_large_media, "in the package holds more than"),
    (media_list(b"[1, 2]"), "media in the package is damaged"),
    (media_list(b'{"0": '), "media in the package is damaged"),
    (media_list(b"[" * 100_000), "media in the package is damaged"),
    (too_many_notes, "more than 1,000 notes"),
]


def refusal_of(path: Path, work: Path, limits: Limits = SMALL) -> str:
    work.mkdir()
    with pytest.raises(UnreadableDeck) as refused:
        list(read_package(path, ReadOptions(work_folder=work), limits).notes)
    return refused.value.message


@pytest.mark.parametrize(
    ("make", "said"), CASES, ids=lambda value: getattr(value, "__name__", None)
)
def test_a_bad_package_gets_one_sentence_that_names_the_place(
    tmp_path: Path, make: Callable[[Path], Path], said: str
) -> None:
    path = make(tmp_path / "bad.apkg")
    before = path.read_bytes()
    message = refusal_of(path, tmp_path / "work")
    assert said in message
    assert message.endswith(".") and "\n" not in message and len(message) < 300
    assert path.read_bytes() == before
    places = {each.parent for each in tmp_path.rglob("*") if each.is_file()}
    assert places <= {tmp_path, tmp_path / "work", tmp_path / "work" / "media"}


def test_the_same_sentence_comes_through_the_registry(tmp_path: Path) -> None:
    path = not_a_zip(tmp_path / "deck.apkg")
    with pytest.raises(UnreadableDeck, match="not a whole zip file"):
        recognise(path).read(path, ReadOptions())


def test_triggers_and_views_of_other_names_are_never_touched(tmp_path: Path) -> None:
    path = scripted(
        "CREATE VIEW other AS SELECT randomblob(1000000000) FROM notes;"
        " CREATE TRIGGER t AFTER UPDATE ON notes BEGIN DELETE FROM notes; END"
    )(tmp_path / "a.apkg")
    notes = read_package(path, ReadOptions(), SMALL).notes
    assert len(list(notes)) == len(GOOD)


def test_a_generated_column_may_not_call_what_we_do_not(tmp_path: Path) -> None:
    path = scripted(
        "DROP TABLE cards; CREATE TABLE cards (nid integer, did integer, odid integer,"
        " type integer, due integer, odue integer,"
        " ord integer GENERATED ALWAYS AS (length(hex(zeroblob(400000000)))) VIRTUAL)"
        "; INSERT INTO cards (nid, did, odid) VALUES (1, 1, 0)"
    )(tmp_path / "a.apkg")
    assert "collection" in refusal_of(path, tmp_path / "work")


def test_work_without_end_is_stopped_by_the_clock_of_the_processor(tmp_path: Path) -> None:
    notes = [(n, f"g{n}", 1, "", "{" * 60_000) for n in range(1, 60)]
    data = collection(tmp_path / "c", notes)
    path = package(tmp_path / "a.apkg", data)
    limits = Limits(cpu_s=0, note_chars=1_000_000)
    assert "longer than is allowed" in refusal_of(path, tmp_path / "work", limits)


def test_memory_has_an_end(tmp_path: Path) -> None:
    script = "UPDATE notes SET flds = printf('%.*c', 60000000, 'x') WHERE id = 7"
    path = scripted(script)(tmp_path / "a.apkg")
    limits = Limits(memory_bytes=128 * MIB, note_chars=100_000_000)
    message = refusal_of(path, tmp_path / "work", limits)
    assert "memory" in message or "reader fail" in message


def test_a_flipped_byte_ends_in_notes_or_in_one_sentence(tmp_path: Path) -> None:
    """A thousand times as many in the tests of hostile files; here a sample."""
    good = whole(tmp_path / "a.apkg").read_bytes()
    chance = random.Random(7)
    ends = {"read": 0, "refused": 0}
    for _ in range(40):
        data = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path = tmp_path / "flipped.apkg"
        path.write_bytes(data)
        try:
            list(read_package(path, ReadOptions(), SMALL).notes)
            ends["read"] += 1
        except UnreadableDeck:
            ends["refused"] += 1
    assert ends["refused"] > 0
    assert sum(ends.values()) == 40
