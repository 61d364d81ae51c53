"""A zip of deck files with pictures comes in, each file a deck; a hostile one does no harm."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
from pathlib import Path

import pytest

from interviewprep.formats import ReadOptions, recognise
from interviewprep.formats.archive.opened import is_safe

from ..packages import PICTURE, collection
from .contained import read_as, refusal, told


def zipped(folder: Path, files: dict[str, str | bytes], name: str = "box.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in files.items():
            archive.writestr(each, data)
    return path


def test_every_file_becomes_a_deck_with_its_own_pictures(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "box/ml/one.md": "Q: a ![](img/p.png)\nA: b\n",
        "box/ml/img/p.png": PICTURE,
        "box/two.md": "#flashcards\n\nx ![[p.png]]::y ![](../../../etc/passwd)\n",
        "box/p.png": PICTURE + b"2",
        "box/three.md": "C: An [agonist] binds.\n",
        "box/four.csv": 'q,"a <img src=""ml/img/p.png"">"\nr,b\n',
        "box/README.md": "Only words.\n",
        "box/unused.pdf": b"%PDF",
        "__MACOSX/box/._one.md": b"\0",
        "box/.obsidian/app.json": "{}",
    }
    found, notes = read_as("archive", zipped(tmp_path, files))
    assert [(n.deck, n.fields[0], n.place) for n in notes] == [
        ("box::four", "q", "box/four.csv, line 1"),
        ("box::four", "r", "box/four.csv, line 2"),
        ("box::ml::one", "a ![](box/ml/img/p.png)", "box/ml/one.md, line 1"),
        ("box::three", "An {{c1::agonist}} binds.", "box/three.md, line 1"),
        ("box::two", "x ![](box/p.png)", "box/two.md, line 3"),
    ]
    assert notes[0].fields[1] == 'a <img src="box/ml/img/p.png">'
    assert {m.name: m.read() for m in found.media} == {
        "box/ml/img/p.png": PICTURE,
        "box/p.png": PICTURE + b"2",
    }
    assert [pair for pair in told(found.warnings) if pair[0] != "no-front-matter"] == [
        ("left-out-file", "box/README.md"),
        ("unused-file", "box/unused.pdf"),
    ]


def test_one_file_alone_names_its_deck(tmp_path: Path) -> None:
    _, notes = read_as("archive", zipped(tmp_path, {"a/cards.md": "x::y\n", "a/p.png": PICTURE}))
    assert [n.deck for n in notes] == ["cards"]


def test_a_folder_of_crowdanki_comes_in_with_its_media(tmp_path: Path) -> None:
    deck = {
        "__type__": "Deck",
        "name": "Top",
        "note_models": [
            {
                "crowdanki_uuid": "m",
                "name": "M",
                "flds": [{"name": "F"}],
                "tmpls": [{"name": "C", "qfmt": "{{F}}", "afmt": "{{F}}"}],
            }
        ],
        "notes": [{"guid": "g", "fields": ['<img src="a.png">'], "note_model_uuid": "m"}],
        "media_files": ["a.png", "../b.png"],
    }
    files = {"Top/deck.json": json.dumps(deck), "Top/media/a.png": PICTURE, "b.png": PICTURE}
    found, notes = read_as("archive", zipped(tmp_path, files))
    assert [(n.guid, n.deck, n.fields) for n in notes] == [("g", "Top", ('<img src="a.png">',))]
    assert [m.name for m in found.media] == ["a.png"]


def test_a_package_of_anki_is_read_as_one_whatever_it_is_called(tmp_path: Path) -> None:
    data = collection(tmp_path / "c", [(1, "a", 1, "", "Q\x1fA")])
    path = zipped(tmp_path, {"0": b"", "collection.anki2": data, "media": "{}"})
    found, notes = read_as("archive", path)
    assert (found.format, [n.guid for n in notes]) == ("anki2", ["a"])


@pytest.mark.parametrize(
    "name",
    ["../a.md", "/a.md", "a/../../b.md", "c:\\a.md", "a\nb.md", "a\u202egnp.md", "x" * 256, "a//b"],
)
def test_names_that_lead_elsewhere_are_not_used(tmp_path: Path, name: str) -> None:
    assert not is_safe(name)
    found, notes = read_as("archive", zipped(tmp_path, {"ok.md": "x::y\n", name: "a::b\n"}))
    assert [n.fields[0] for n in notes] == ["x"]
    assert [code for code, _ in told(found.warnings)] == ["unsafe-name"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["box.zip"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a.md")
    link.external_attr = 0o120777 << 16
    path = zipped(tmp_path, {"ok.md": "x::y\n"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    found, notes = read_as("archive", path)
    assert (len(notes), told(found.warnings)) == (1, [("unsafe-name", "a.md")])


def with_entries_twice(folder: Path) -> Path:
    path = folder / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.md", "x::y\n")
        archive.writestr("b.md", "x::y\n")
    path.write_bytes(path.read_bytes().replace(b"b.md", b"a.md"))
    return path


def encrypted(folder: Path) -> Path:
    path = zipped(folder, {"a.md": "x::y\n"})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    return path


def lying_about_its_size(folder: Path) -> Path:
    path = zipped(folder, {"a.md": "x::y\n" * 1000})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)
    path.write_bytes(data)
    return path


def with_two_names(folder: Path) -> Path:
    path = zipped(folder, {"a.md": "x::y\n"})
    path.write_bytes(path.read_bytes().replace(b"a.md", b"b.md", 1))
    return path


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (with_entries_twice, "two entries called a.md"),
        (encrypted, "a.md in the zip is encrypted"),
        (lying_about_its_size, "a.md in the zip is damaged"),
        (with_two_names, "a.md in the zip is damaged"),
        (lambda folder: zipped(folder, {}), "The zip holds no deck"),
        (lambda folder: zipped(folder, {"a.png": PICTURE}), "The zip holds no deck"),
        (lambda folder: zipped(folder, {"a.md": "words"}), "a.md: line 1: this text stands"),
        (lambda folder: zipped(folder, {"a.md": "x" * 70_000_000}), "more than 67,108,864 bytes"),
        (
            lambda folder: zipped(folder, {f"{n}.md": "" for n in range(50_001)}),
            "has 50,001 entries and 50,000 are allowed",
        ),
    ],
)
def test_what_is_broken_is_refused_with_its_place(
    tmp_path: Path, make: object, message: str
) -> None:
    assert message in refusal(make(tmp_path))  # type: ignore[operator]


def test_bombs_together_are_counted_together(tmp_path: Path) -> None:
    bomb = "q::a\n" + " " * 30_000_000
    path = zipped(tmp_path, {f"{n}.md": bomb for n in range(20)})
    found, notes = read_as("archive", path)
    assert (len(notes), found.notes.refused) == (2, 0)  # type: ignore[attr-defined]
    assert found.notes.peak_bytes < 512 * 1024 * 1024  # type: ignore[attr-defined]
    assert [code for code, _ in told(found.warnings)].count("left-out-file") == 18


def test_a_zip_in_a_zip_is_no_deck(tmp_path: Path) -> None:
    inner = zipped(tmp_path, {"a.md": "x::y\n"}, "inner.zip").read_bytes()
    assert "The zip holds no deck" in refusal(zipped(tmp_path, {"inner.zip": inner}))


def test_damage_anywhere_ends_in_notes_or_one_sentence(tmp_path: Path) -> None:
    dice = random.Random(7)
    whole = zipped(tmp_path, {"a.md": "x::y\n" * 30, "b/c.csv": "q,a\n", "p.png": PICTURE})
    data = whole.read_bytes()
    path = tmp_path / "broken.zip"
    for _ in range(15):
        broken = bytearray(data)
        for _ in range(6):
            broken[dice.randrange(4, len(broken))] = dice.randrange(256)
        path.write_bytes(broken[: dice.choice([len(broken), len(broken) - 30])])
        try:
            refusal(path)
        except AssertionError as read:
            assert "it was read" in str(read)


def test_the_work_folder_of_the_caller_holds_nothing_but_numbers(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../evil.md", "a::b\n")
        archive.writestr("d/ok.md", "x ![](p.png)::y\n")
        archive.writestr("d/p.png", PICTURE)
    path = tmp_path / "box.zip"
    path.write_bytes(buffer.getvalue())
    deck_file = recognise(path).read(path, ReadOptions(work_folder=work))
    list(deck_file.notes)
    assert sorted(str(p.relative_to(work)) for p in work.rglob("*")) == ["staged", "staged/0"]
