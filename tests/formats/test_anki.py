"""Anki packages as Anki and genanki write them, of every vintage, and the real ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from interviewprep.core.batching import batches_of
from interviewprep.core.cards import cards_of
from interviewprep.core.content_hashes import content_hash, fingerprint
from interviewprep.core.note_batches import REVIEW_COLUMNS, STANDING_COLUMNS
from interviewprep.core.notes import DeckFile, Note, NoteKind
from interviewprep.core.read_warnings import SHOWN_EACH
from interviewprep.formats import ReadOptions, recognise

from ..packages import BASIC, PICTURE, collection, package, write_with_anki


def read(path: Path, **options: Any) -> DeckFile:
    return recognise(path).read(path, ReadOptions(**options))


def ordinals_of(path: Path) -> dict[str, tuple[int, ...] | None]:
    found = {}
    for batch in batches_of(read(path), {}):
        for guid, layout in zip(batch.guids, batch.layouts, strict=True):
            found[guid] = layout.ordinals
    return found


@pytest.fixture(scope="module")
def vintages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same notes in a package of each vintage."""
    folder = tmp_path_factory.mktemp("vintages")
    return {
        "anki21b": write_with_anki(folder / "modern.apkg"),
        "anki21": write_with_anki(folder / "legacy.apkg", legacy=True),
        "colpkg": write_with_anki(folder / "whole.colpkg"),
    }


@pytest.mark.parametrize("vintage", ["anki21b", "anki21", "colpkg"])
def test_a_package_of_anki_is_read_whole(vintages: dict[str, Path], vintage: str) -> None:
    deck_file = read(vintages[vintage])
    assert deck_file.format == ("anki21b" if vintage == "colpkg" else vintage)
    assert deck_file.note_count == 9
    notes = {note.guid: note for note in deck_file.notes}
    assert sorted(notes) == [f"guid-{n}" for n in range(9)]
    assert notes["guid-3"] == Note(
        guid="guid-3",
        note_type=notes["guid-0"].note_type,
        deck="Top::Sub",
        fields=("What is case 3?", "Answer 3"),
        tags=("sample", "topic::1"),
        place="note 4",
    )
    assert {"Top", "Top::Sub"} <= {deck.name for deck in deck_file.decks}
    kinds = Counter(deck_file.note_types[note.note_type].kind for note in notes.values())
    assert kinds == {NoteKind.TEMPLATES: 6, NoteKind.CLOZE: 3}
    assert deck_file.warnings == []


@pytest.mark.parametrize("vintage", ["anki21b", "anki21", "colpkg"])
def test_media_come_with_their_bytes_and_names(vintages: dict[str, Path], vintage: str) -> None:
    (media,) = read(vintages[vintage]).media
    assert (media.name, media.size_bytes, media.read()) == ("plot 0.png", len(PICTURE), PICTURE)


@pytest.mark.parametrize("vintage", ["anki21b", "anki21", "colpkg"])
def test_cards_are_those_that_the_fields_make(vintages: dict[str, Path], vintage: str) -> None:
    deck_file = read(vintages[vintage])
    listed = ordinals_of(vintages[vintage])
    for note in deck_file.notes:
        made = cards_of(deck_file.note_types[note.note_type], note.fields)
        assert listed[note.guid] == tuple(card.ordinal for card in made), note


def test_all_vintages_hash_alike_what_is_alike(vintages: dict[str, Path]) -> None:
    media = {"plot 0.png": "0" * 64}
    hashes = [
        [hash_ for batch in batches_of(read(path), media) for hash_ in batch.hashes]
        for path in vintages.values()
    ]
    assert hashes[0] == hashes[1] == hashes[2]
    assert len(set(hashes[0])) == 9


def test_the_hash_of_the_reader_is_the_hash_of_the_rule(vintages: dict[str, Path]) -> None:
    deck_file = read(vintages["anki21"])
    hashes = {media.name: media.sha256 for media in deck_file.media}  # type: ignore[attr-defined]
    for batch in batches_of(deck_file, {}):
        for place, found in enumerate(batch.hashes):
            assert found == content_hash(
                batch.texts[place],
                batch.tags[place],
                fingerprint(deck_file.note_types[batch.types[place]]),
                batch.layouts[place].ordinals,
                [(label, hashes[name]) for label, name in batch.media.get(place, ())],
            )


def test_history_is_counted_beforehand_and_comes_when_it_is_wanted(tmp_path: Path) -> None:
    path = write_with_anki(tmp_path / "a.apkg", reviews=4)
    without = read(path)
    assert len(list(without.notes)) == 9
    assert list(without.notes.reviews()) == []  # type: ignore[attr-defined]
    assert without.progress is not None
    assert (without.progress.reviews, without.progress.begun) == (4, 4)
    wanted = read(path, with_progress=True)
    (batch,) = batches_of(wanted, {})
    assert batch.standings is not None
    assert len(batch.standings) == 4 * STANDING_COLUMNS
    (reviews,) = wanted.notes.reviews()  # type: ignore[attr-defined]
    assert sorted(reviews.cards) == sorted(batch.standings[::STANDING_COLUMNS])
    assert list(reviews.said[::REVIEW_COLUMNS]) == [3, 3, 3, 3]


def test_the_oldest_vintage_as_genanki_writes_it(tmp_path: Path) -> None:
    import genanki

    model = genanki.Model(
        1607392319,
        "Simple",
        fields=[{"name": "Question"}, {"name": "Answer"}],
        templates=[
            {"name": "Card 1", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr>{{Answer}}"}
        ],
    )
    deck = genanki.Deck(2059400110, "Geography::Capitals")
    deck.add_note(genanki.Note(model=model, fields=["Of France?", "Paris"], tags=["europe"]))
    path = tmp_path / "capitals.apkg"
    genanki.Package(deck).write_to_file(path)
    deck_file = read(path)
    (note,) = deck_file.notes
    assert deck_file.format == "anki2"
    assert (note.deck, note.fields, note.tags) == (
        "Geography::Capitals",
        ("Of France?", "Paris"),
        ("europe",),
    )
    (template,) = deck_file.note_types[note.note_type].templates
    assert template.answer == "{{FrontSide}}<hr>{{Answer}}"


def test_every_note_may_go_to_one_deck_whatever_the_file_says(vintages: dict[str, Path]) -> None:
    notes = list(read(vintages["anki21b"], deck="Mine").notes)
    assert {(note.deck, *note.card_decks) for note in notes} == {("Mine",)}


def test_cards_of_one_note_may_lie_in_several_decks(tmp_path: Path) -> None:
    two = BASIC["tmpls"][0]  # type: ignore[index]
    both = {**BASIC, "tmpls": [two, {**two, "name": "Card 2", "ord": 1, "qfmt": "{{Back}}"}]}
    data = collection(
        tmp_path / "c",
        cards=[(1, 1, 0), (1, 2, 1)],
        models={"1": both},
        decks={"1": {"name": "One"}, "2": {"name": "Two::Deep"}},
    )
    (note,) = read(package(tmp_path / "a.apkg", data)).notes
    assert (note.deck, note.card_decks) == ("One", {1: "Two::Deep"})


def test_a_card_in_a_filtered_deck_counts_as_in_its_own(tmp_path: Path) -> None:
    data = collection(
        tmp_path / "c",
        decks={"1": {"name": "Cram"}, "7": {"name": "Home"}},
        script="UPDATE cards SET odid = 7",
    )
    (note,) = read(package(tmp_path / "a.apkg", data)).notes
    assert note.deck == "Home"


def test_what_is_odd_about_notes_is_reported_by_their_number(tmp_path: Path) -> None:
    data = collection(
        tmp_path / "c",
        [
            (1, "a", 1, "", "Q\x1fA"),
            (2, "b", 99, "", "of an unknown type\x1fx"),
            (3, "", 1, "", "no guid\x1fx"),
            (4, "d", 1, "", "one field"),
            (5, "e", 1, "", "three\x1ffields\x1fhere"),
            (6, "f", 1, "", 'far away <img src="https://example.org/a.png">\x1fx'),
            (7, "g" * 201, 1, "", "long guid\x1fx"),
        ],
        cards=[*((n, 1, 0) for n in range(1, 8)), (99, 1, 0), (1, 1, 40), (6, 5, 0)],
    )
    deck_file = read(package(tmp_path / "a.apkg", data))
    notes = {note.guid: note.fields for note in deck_file.notes}
    assert notes == {
        "a": ("Q", "A"),
        "d": ("one field", ""),
        "e": ("three", "fields<br>here"),
        "f": ('far away <img src="https://example.org/a.png">', "x"),
    }
    said = {(warning.code, warning.where) for warning in deck_file.warnings}
    assert said == {
        ("refused-note", "note 2"),
        ("refused-note", "note 3"),
        ("refused-note", "note 7"),
        ("field-count", "note 4"),
        ("field-count", "note 5"),
        ("remote-picture", "note 6 (far away)"),
        ("card-without-note", ""),
        ("impossible-card", ""),
        ("unknown-deck", ""),
    }


def test_scripts_of_a_layout_are_named_as_left_out(tmp_path: Path) -> None:
    layout = {**BASIC["tmpls"][0], "qfmt": "{{Front}}<script>x</script>"}  # type: ignore[index]
    models = {"1": {**BASIC, "tmpls": [layout]}, "2": {**BASIC, "name": "Unused"}}
    deck_file = read(package(tmp_path / "a.apkg", collection(tmp_path / "c", models=models)))
    assert len(list(deck_file.notes)) == 1
    assert [(w.code, w.where) for w in deck_file.warnings] == [
        ("template-script", "note type Basic")
    ]


def test_many_warnings_of_a_kind_end_in_a_number(tmp_path: Path) -> None:
    notes = [(n, f"g{n}", 99, "", "x") for n in range(1, SHOWN_EACH + 11)]
    deck_file = read(package(tmp_path / "a.apkg", collection(tmp_path / "c", notes)))
    assert list(deck_file.notes) == []
    assert len(deck_file.warnings) == SHOWN_EACH + 1
    assert deck_file.warnings[-1].message == "10 more of the same kind"


def test_bytes_that_are_not_utf_8_cost_one_sign_not_the_file(tmp_path: Path) -> None:
    notes = [(n, f"g{n}", 1, "", f"Q{n}\x1fA") for n in range(1, 2_500)]
    script = "UPDATE notes SET flds = CAST(x'51ff1f41' AS TEXT), guid = 'odd' WHERE id = 1700"
    deck_file = read(package(tmp_path / "a.apkg", collection(tmp_path / "c", notes, script=script)))
    found = {note.guid: note.fields for note in deck_file.notes}
    assert len(found) == 2_499
    assert found["odd"] == ("Q\ufffd", "A")


def test_separators_of_our_own_in_a_note_do_no_harm(tmp_path: Path) -> None:
    notes = [(1, "a\x1eb", 1, " x\x1ey ", "Q\x1e\x00Q\x1fA"), (2, "c", 1, "", "Q\x1fA")]
    found = list(read(package(tmp_path / "a.apkg", collection(tmp_path / "c", notes))).notes)
    assert [note.guid for note in found] == ["a b", "c"]
    assert found[0].fields == ("Q \ufffdQ", "A")


def test_the_newest_collection_counts_and_the_dummy_beside_it_does_not(tmp_path: Path) -> None:
    dummy = collection(tmp_path / "d", [(1, "dummy", 1, "", "Please update\x1f")])
    real = collection(tmp_path / "c")
    path = package(tmp_path / "a.apkg", dummy, **{"collection.anki21": real, "meta": b"\x08\x02"})
    assert [note.guid for note in read(path).notes] == ["a"]


def test_names_of_media_are_labels_and_nothing_else(tmp_path: Path) -> None:
    data = collection(
        tmp_path / "c", [(1, "a", 1, "", '<img src="../../etc/passwd">\x1f[sound:/tmp/x.mp3]')]
    )
    listed = b'{"0": "../../etc/passwd", "1": "/tmp/x.mp3", "2": "nul\\u0000.png"}'
    path = package(tmp_path / "a.apkg", data, media=listed, **{"0": b"a", "1": b"b", "2": b"c"})
    work = tmp_path / "work"
    work.mkdir()
    deck_file = read(path, work_folder=work)
    assert {media.name for media in deck_file.media} == {
        "../../etc/passwd",
        "/tmp/x.mp3",
        "nul\ufffd.png",
    }
    assert all(media.path.parent == work / "media" for media in deck_file.media)  # type: ignore[attr-defined]
    (batch,) = batches_of(deck_file, {})
    assert {name for _, name in batch.media[0]} == {"../../etc/passwd", "/tmp/x.mp3"}


def test_a_file_that_the_list_names_and_the_zip_lacks_is_missing(tmp_path: Path) -> None:
    data = collection(tmp_path / "c", [(1, "a", 1, "", '<img src="b.png"><img src=a.png>\x1f')])
    deck_file = read(package(tmp_path / "a.apkg", data, media=b'{"0": "a.png"}'))
    (batch,) = batches_of(deck_file, {})
    assert (deck_file.media, batch.missing) == ([], {0: ("b.png", "a.png")})


REAL = {
    "system-design.apkg": ("anki2", 42, 42, 0),
    "mixed-anki21.apkg": ("anki21", 8, 13, 1),
    "sample-modern-progress.apkg": ("anki21b", 120, 200, 5),
    "sample-modern-new.apkg": ("anki21b", 120, 200, 5),
    "sample-legacy-progress.apkg": ("anki21", 120, 200, 5),
    "sample-legacy-new.apkg": ("anki21", 120, 200, 5),
    "sample-collection.colpkg": ("anki21b", 120, 200, 5),
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_deck_has_the_counts_that_its_readme_gives(real_decks: Path, name: str) -> None:
    path = real_decks / name
    if not path.exists():
        pytest.skip(f"{name} is not among the decks")
    deck_file = read(path)
    cards = sum(
        len(layout.ordinals or ())
        for batch in batches_of(deck_file, {})
        for layout in batch.layouts
    )
    assert (deck_file.format, deck_file.note_count, cards, len(deck_file.media)) == REAL[name]
    assert not [w for w in deck_file.warnings if w.code == "refused-note"]
