"""A deck as JSON comes back as it was, and a file that lies is refused with one sentence."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviewprep.core.notes import DeckInfo, Markup, Note, NoteKind, NoteType, Template
from interviewprep.core.own_types import own_type
from interviewprep.core.read_warnings import WarningLog
from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions, recognise
from interviewprep.formats.deck_json.reader import read
from interviewprep.formats.deck_json.writing import write

from ..packages import PICTURE
from .outgoing import OWN_TYPES, outgoing, said

BASIC = own_type(NoteKind.BASIC, Markup.MARKDOWN).key
FOREIGN = NoteType(
    "9", "Verb", NoteKind.TEMPLATES, Markup.HTML, ("A", "B"), (Template("1", "{{A}}", "{{B}}"),)
)
TYPES = {**OWN_TYPES, "9": FOREIGN}
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
values = st.recursive(st.one_of(texts, st.integers(), st.booleans()), st.lists, max_leaves=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(texts, texts, st.dictionaries(texts, values, max_size=3)), max_size=4))
def test_all_notes_come_back_as_they_were(tmp_path: Path, rows: list[tuple[Any, ...]]) -> None:
    notes = [
        Note(f"g{n}", "9", "A::B", (front, back), ("t",), {1: "A"}, details)
        for n, (front, back, details) in enumerate(rows)
    ]
    decks = [DeckInfo("A", {"description": "d"}, {"new_per_day": 7}), DeckInfo("A::B")]
    path = tmp_path / "deck.json"
    write(outgoing(notes, TYPES, decks=decks), path, WarningLog())
    assert recognise(path).name == "json"
    back = read(path, ReadOptions())
    assert back.decks == decks
    assert back.note_types == TYPES
    assert said(back) == [(n.guid, "9", "A::B", n.fields, ("t",), dict(n.details)) for n in notes]
    assert [dict(note.card_decks) for note in back.notes] == [{1: "A"} for _ in notes]


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    files = {sha256(data).hexdigest(): data for data in (PICTURE, PICTURE + b"x")}
    for digest, data in files.items():
        (tmp_path / digest).write_bytes(data)
    one, two = files
    notes = [Note(guid, BASIC, "D", ("![](a.png)", "x", "", "")) for guid in ("one", "two")]
    media = {"one": (("a.png", one),), "two": (("a.png", two),)}
    path = tmp_path / "deck.json"
    write(outgoing(notes, media=media, folder=tmp_path), path, WarningLog())
    back = read(path, ReadOptions())
    held = {each.name: each.read() for each in back.media}
    shown = [note.fields[0].removeprefix("![](").removesuffix(")") for note in back.notes]
    assert [held[name] for name in shown] == [PICTURE, PICTURE + b"x"]


NOTE = {"guid": "g", "note_type": BASIC, "deck": "D", "fields": ["q", "a"]}
TYPE = {"key": BASIC, "name": "Basic", "kind": "basic", "markup": "markdown", "fields": []}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"version": 2}, "of version 2 and this program reads up to 1"),
        ({"notes": 5}, "“notes” is not a list"),
        ({"notes": [5]}, "notes, entry 1: an object is missing"),
        ({"notes": [{**NOTE, "guid": "x" * 201}]}, "“guid” is not a text of at most 200"),
        ({"notes": [{**NOTE, "note_type": "no"}]}, "its note type is not in the file"),
        ({"notes": [{**NOTE, "fields": ["x"] * 5}]}, "it has 5 fields and its type has 4"),
        ({"notes": [{**NOTE, "fields": [None]}]}, "“fields” is not a text"),
        ({"note_types": [{**TYPE, "kind": "templates"}]}, "a type of kind “templates” has none"),
        ({"note_types": [{**TYPE, "kind": "x"}]}, "“kind” or “markup” is none"),
        ({"media": [{"name": "a", "data": "%"}]}, "media, entry 1: its data is not base64"),
        ({"decks": [{"name": "a", "details": []}]}, "decks, entry 1: an object is missing"),
    ],
)
def test_what_is_not_as_it_should_be_is_named(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    whole = {"format": "interviewprep-deck", "version": 1, "note_types": [TYPE], "notes": [NOTE]}
    path = tmp_path / "deck.json"
    path.write_text(json.dumps({**whole, **changed}))
    with pytest.raises(UnreadableDeck, match=message):
        read(path, ReadOptions())


@pytest.mark.parametrize(
    "text",
    ['{"format":"interviewprep-deck",' + '"a":[' * 100_000, '{"format":"interviewprep-deck"',
     '{"format":"interviewprep-deck","version":' + "9" * 5000 + "}"],
)  # fmt: skip
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "deck.json"
    path.write_text(text)
    with pytest.raises(UnreadableDeck):
        read(path, ReadOptions())


def test_signs_no_database_takes_are_replaced(tmp_path: Path) -> None:
    note = {**NOTE, "fields": ["a\0\ud800b", "x"], "details": {"source": "\\u0000\0\ud800"}}
    whole = {"format": "interviewprep-deck", "version": 1, "note_types": [TYPE], "notes": [note]}
    path = tmp_path / "deck.json"
    path.write_text(json.dumps(whole))
    [found] = read(path, ReadOptions()).notes
    assert found.fields[0] == "a\ufffd?b"
    assert found.details == {"source": "\\u0000\ufffd?"}
