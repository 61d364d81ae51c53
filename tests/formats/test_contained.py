"""Whatever a reader does in its process, the program gets notes or one sentence."""

from __future__ import annotations

import itertools
import random
import sqlite3
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from interviewprep.core.notes import Markup, NoteKind
from interviewprep.core.own_types import own_type
from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions
from interviewprep.formats.contained.limits import ReaderLimits
from interviewprep.formats.contained.reader import read_in_child

from ..packages import PICTURE
from .test_classic_cards import database
from .test_crowdanki import deck, written
from .test_mnemosyne import ITEMS, LOG
from .test_other_markdown import HASHCARDS, OBSIDIAN

BASIC = own_type(NoteKind.BASIC, Markup.HTML).key
HEAD = """
from interviewprep.core.notes import *
from interviewprep.core.own_types import own_type
BASIC = own_type(NoteKind.BASIC, Markup.HTML)
def deck(notes, **more):
    return DeckFile("made", [DeckInfo("D")], {BASIC.key: BASIC}, notes, **more)
def note(guid="g", fields=("q", "a", "", ""), **more):
    return Note(guid, BASIC.key, "D", fields, **more)
def read(path, options):
"""
_numbers = itertools.count()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Run a reader with this body in a child; the file is there and empty."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "file").touch()

    def read(body: str, limits: ReaderLimits | None = None, **options: object) -> object:
        name = f"reader_made_by_a_test_{next(_numbers)}"
        (tmp_path / f"{name}.py").write_text(HEAD + f"    {body}\n")
        found = read_in_child(name, tmp_path / "file", ReadOptions(**options), limits)  # type: ignore[arg-type]
        return found, list(found.notes)

    return read


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('a bug')", "made its reader fail"),
        ("import os; os._exit(0)", "made its reader fail"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "made its reader fail"),
        ("x = bytearray(10**9)", "needs more memory than is allowed"),
        ("x = []\n    while True: x.append('y' * 10**6 + str(len(x)))", "needs more memory"),
        ("while True: pass", r"took longer than is allowed|stopped after"),
        ("import time; time.sleep(60)", "stopped after 3 seconds"),
        ("import sys; sys.stdout.buffer.write(b'garbage' * 10**6)", "made its reader fail"),
        ("open(options.work_folder / 'x', 'wb').truncate(10**12)", "no room here to unpack"),
        ("def f(n): return f(n + 1)\n    f(0)", "nests too deeply"),
        ("return deck([note(str(n)) for n in range(11)])", "holds more than 10 notes"),
        ("return deck([note(str(n), ('x' * 900,)) for n in range(9)])", "characters of text"),
        ("return deck([], media=[Media('a', 1, lambda: b'x' * 3000)])", "media of the file"),
    ],
)
def test_a_reader_that_fails_ends_in_one_sentence(
    run: Callable[..., object], body: str, message: str
) -> None:
    limits = replace(ReaderLimits(), cpu_s=2, silence_s=3, text_chars=5_000, media_bytes=2_000)
    begun_s = time.monotonic()
    with pytest.raises(UnreadableDeck, match=message) as refused:
        run(body, limits, most_notes=10)
    assert refused.value.message.endswith(".")
    assert time.monotonic() - begun_s < 30


def test_notes_are_made_fit_to_be_stored(run: Callable[..., object]) -> None:
    body = (
        "return deck([note('a\\0b\\ud800', ('x\\0', 'y'), tags=('t\\0',), details={'k': ['\\0']}),"
        " note(''), note('c' * 201), note('d', ('x' * 50,)), note('e', tuple('12345'))],"
        " media=[Media('../../x', 3, lambda: b'abc')])"
    )
    found, notes = run(body, most_field_chars=40)  # type: ignore[misc]
    assert [(n.guid, n.fields, n.tags, n.details) for n in notes] == [
        ("a\ufffdb?", ("x\ufffd", "y", "", ""), ("t\ufffd",), {"k": ["\ufffd"]}),
        ("e", ("1", "2", "3", "4<br>5"), (), {}),
    ]
    assert found.notes.refused == 3
    assert [m.read() for m in found.media] == [b"abc"]


def test_the_folder_goes_with_the_notes(tmp_path: Path, run: Callable[..., object]) -> None:
    found, _ = run("return deck([note()], media=[Media('x', 3, lambda: b'abc')])")  # type: ignore[misc]
    path = found.media[0].path
    assert path.is_file()
    found.notes.close()
    assert not path.exists()


def archive(folder: Path) -> Path:
    path = folder / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.md", OBSIDIAN)
        packed.writestr("b.md", HASHCARDS)
        packed.writestr("c.csv", "q,a\n")
        packed.writestr("p.png", PICTURE)
    return path


def text(name: str, whole: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_text(whole, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("reader", "make"),
    [
        ("crowdanki", lambda folder: written(folder, deck())),
        ("classic_cards", database),
        ("mnemosyne", text("x.xml", ITEMS)),
        ("mnemosyne", text("y.xml", LOG)),
        ("hashcards", text("x.md", HASHCARDS)),
        ("obsidian_cards", text("y.md", OBSIDIAN)),
        ("archive", archive),
        ("csv_text", text("x.csv", 'a,"b\nc"\nd,é\n')),
    ],
)
def test_random_damage_ends_in_notes_or_a_refusal(
    tmp_path: Path, reader: str, make: Callable[[Path], Path]
) -> None:
    """In this process, for speed: what the child would take for a bug of its reader fails here."""
    dice = random.Random(len(reader))
    read = import_module(f"interviewprep.formats.{reader}.reader").read
    data = make(tmp_path).read_bytes()
    path, outcomes = tmp_path / "broken", set()
    for _ in range(150):
        broken = bytearray(data)
        for _ in range(dice.randint(1, 8)):
            broken[dice.randrange(len(broken))] = dice.choice((dice.randrange(256), 0, 60, 91, 44))
        path.write_bytes(broken[: dice.choice((len(data), dice.randrange(len(data))))])
        try:
            list(read(path, ReadOptions(work_folder=tmp_path)).notes)
            outcomes.add("read")
        except UnreadableDeck as refused:
            assert refused.message.endswith("."), refused.message
            outcomes.add("refused")
        except (sqlite3.Error, UnicodeDecodeError):  # which the child tells from its own faults
            outcomes.add("refused")
    assert "refused" in outcomes
