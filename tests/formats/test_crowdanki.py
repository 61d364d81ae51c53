"""CrowdAnki's JSON comes in whole: note types, nested decks, guids, tags and media."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interviewprep.core.notes import Markup, NoteKind
from interviewprep.errors import UnreadableDeck
from interviewprep.formats import ReadOptions
from interviewprep.formats.crowdanki.reader import deck_of

from ..packages import PICTURE
from .contained import read_as, refusal, told


def model(key: str = "m", kind: int = 0, question: str = "{{Front}}") -> dict[str, Any]:
    return {
        "__type__": "NoteModel",
        "crowdanki_uuid": key,
        "name": "Pair",
        "type": kind,
        "flds": [{"name": "Back", "ord": 1}, {"name": "Front", "ord": 0}],
        "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": question, "afmt": "{{Back}}"}],
        "css": ".card { color: red }",
    }


def note(guid: str, *fields: str, key: str = "m", **more: Any) -> dict[str, Any]:
    return {"guid": guid, "fields": list(fields), "note_model_uuid": key, "tags": ["t"], **more}


def deck(**changed: Any) -> dict[str, Any]:
    return {
        "__type__": "Deck",
        "name": "Top",
        "desc": "About",
        "note_models": [model(), model("z", 1, "{{cloze:Front}}")],
        "notes": [note("g,1", '<img src="a.png">', "b"), note("g2", "{{c1::x}}", "", key="z")],
        "media_files": ["a.png"],
        "deck_config_uuid": "c",
        "deck_configurations": [
            {"crowdanki_uuid": "c", "name": "Mine", "new": {"perDay": 7}, "rev": {"perDay": 200}}
        ],
        "children": [{"name": "Sub", "notes": [note("g3", "q", "a", flags=2)], "children": []}],
        **changed,
    }


def written(folder: Path, whole: Any) -> Path:
    path = folder / "deck.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def test_a_deck_comes_in_with_its_types_levels_tags_and_pictures(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.png").write_bytes(PICTURE)
    options = ReadOptions(media_folder=tmp_path)
    found, notes = read_as("crowdanki", written(tmp_path, deck()), options)
    assert [(n.guid, n.deck, n.fields, n.tags) for n in notes] == [
        ("g,1", "Top", ('<img src="a.png">', "b"), ("t",)),
        ("g2", "Top", ("{{c1::x}}", ""), ("t",)),
        ("g3", "Top::Sub", ("q", "a"), ("t",)),
    ]
    assert [(info.name, info.details, info.limits) for info in found.decks] == [
        ("Top", {"description": "About"}, {"new_per_day": 7}),
        ("Top::Sub", {}, {}),
    ]
    pair, cloze = found.note_types["m"], found.note_types["z"]
    assert (pair.kind, pair.markup, pair.fields) == (
        NoteKind.TEMPLATES,
        Markup.HTML,
        ("Front", "Back"),
    )
    assert (cloze.kind, cloze.templates[0].question) == (NoteKind.CLOZE, "{{cloze:Front}}")
    assert [(m.name, m.read()) for m in found.media] == [("a.png", PICTURE)]
    assert told(found.warnings) == [
        ("deck-options", "options Mine"),
        ("note-flag", "deck Top::Sub, note 1"),
    ]


@pytest.mark.parametrize("name", ["../secret", "media/../../secret", "/etc/passwd", "..", "", "l"])
def test_a_name_leads_nowhere_but_into_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "deck"
    folder.mkdir()
    (folder / "l").symlink_to(tmp_path / "secret")
    path = written(folder, deck(media_files=[name, 5, None]))
    found, notes = read_as("crowdanki", path, ReadOptions(media_folder=folder))
    assert (found.media, len(notes)) == ([], 3)


def test_a_note_of_an_unknown_type_or_without_guid_is_left_out_and_named(tmp_path: Path) -> None:
    whole = deck(notes=[note("", "a", "b"), note("g", "a", "b", key="no"), note("h", "a")])
    found, notes = read_as("crowdanki", written(tmp_path, whole))
    assert [(n.guid, n.fields) for n in notes] == [("h", ("a", "")), ("g3", ("q", "a"))]
    assert told(found.warnings)[:3] == [
        ("refused-note", "deck Top, note 1"),
        ("refused-note", "deck Top, note 2"),
        ("field-count", "deck Top, note 3"),
    ]
    assert found.notes.refused == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("whole", "message"),
    [
        ({"__type__": "Deck"}, "has neither notes nor decks"),
        (deck(notes=5), "deck Top: “notes” is not a list"),
        (deck(notes=[[]]), "deck Top, notes, entry 1: an object is missing"),
        (deck(notes=[note("g", 5)]), "deck Top, note 1: a field is not a text"),  # type: ignore[arg-type]
        (deck(notes=[note([], "a")]), "deck Top, note 1: “guid” is not a text"),  # type: ignore[arg-type]
        (deck(note_models=[{"crowdanki_uuid": "m"}]), "has no fields or no templates"),
        (deck(note_models=[{**model(), "flds": {}}]), "note_models, entry 1: “flds” is not a list"),
        (deck(children=[3]), "The file, children, entry 1: an object is missing"),
    ],
)
def test_what_is_not_as_it_should_be_is_named(tmp_path: Path, whole: Any, message: str) -> None:
    assert message in refusal(written(tmp_path, whole))


@pytest.mark.parametrize(
    "text",
    [
        '{"__type__": "Deck", "children": ' + "[" * 500_000,
        '{"__type__": "Deck", "notes": [',
        '{"__type__": "Deck", "name": ' + "9" * 10_000 + "}",
        '{"__type__": "Deck", "notes": [' + "[],[],[],[],[],[],[],[]," * 2_000_000 + "[]]}",
    ],
    ids=["nested", "cut off", "a long number", "millions of objects"],
)
def test_a_file_made_to_hurt_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "deck.json"
    path.write_text(text)
    assert refusal(path).endswith(".")


def test_decks_that_nest_without_end_are_refused(tmp_path: Path) -> None:
    whole: dict[str, Any] = {"name": "x", "__type__": "Deck"}
    for _ in range(150):
        whole = {"name": "x", "children": [whole], "__type__": "Deck"}
    assert "nest more than 100 deep" in refusal(written(tmp_path, whole))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*deck(), *model(), *note("g")]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from([*deck()]), values), st.booleans())
def test_nothing_but_a_refusal_is_ever_raised(changed: dict[str, Any], is_whole: bool) -> None:
    whole = deck(**changed) if is_whole else changed
    try:
        list(deck_of(whole, ReadOptions(), lambda name: None).notes)
    except UnreadableDeck as error:
        assert error.message.endswith(".")


def test_the_real_deck_has_the_counts_that_its_readme_gives(real_decks: Path) -> None:
    path = real_decks / "transformers-crowdanki.json"
    if not path.is_file():
        pytest.skip("transformers-crowdanki.json is not in the folder of real decks")
    found, notes = read_as("crowdanki", path)
    assert (len(notes), len({n.guid for n in notes}), found.note_count) == (10, 10, 10)
    assert notes[0].guid == "guid--6645811740357786220-5964"
    assert found.warnings == []
