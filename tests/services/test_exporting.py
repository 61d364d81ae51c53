"""What goes out of an account, on both engines: what one may see, and only that."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from interviewprep.core.notes import NoteKind
from interviewprep.errors import NotFound
from interviewprep.services import marks
from interviewprep.services.decks import share_deck
from interviewprep.services.enrolling import enrol
from interviewprep.services.exporting import (
    ChosenDecks,
    ExportFormat,
    ExportReport,
    choose_decks,
    choose_tree,
    write_export,
)
from interviewprep.services.importing import (
    ImportReport,
    open_deck_file,
    prepare_media,
    store_import,
)
from interviewprep.services.learner import load_learner
from interviewprep.storage import Database, Deck, MediaFile, Note, NoteMedia
from interviewprep.storage.media_store import MediaStore

from ..packages import PICTURE
from .content import NOW, add_built_in, add_note, add_person, cards

LATER = NOW + timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def written(
    session: Session,
    user_id: int,
    chosen: ChosenDecks,
    store: MediaStore,
    path: Path,
    wanted: ExportFormat = ExportFormat.JSON,
    **how: Any,
) -> ExportReport:
    connection = session.connection()
    learner = load_learner(connection, user_id)
    return write_export(connection, learner, chosen, store, path, wanted, NOW, **how)


def brought(
    database: Database, user_id: int, path: Path, store: MediaStore, **how: Any
) -> ImportReport:
    with open_deck_file(path, path.name, store) as deck_file:
        media = prepare_media(deck_file, store)
        with database.writing_core() as connection:
            return store_import(connection, user_id, deck_file, media, LATER, **how)


def guids(path: Path) -> list[tuple[str, str]]:
    whole = json.loads(path.read_text())
    return [(note["deck"], note["fields"][0]) for note in whole["notes"]]


def test_a_name_finds_ones_own_deck_first_and_its_subdecks(database: Database) -> None:
    with database.writing() as session:
        alice = add_person(session, "alice")
        add_built_in(session, "ML", "built in?")
        add_note(session, alice, "a", deck="ML::Metrics")
        add_note(session, alice, "b", deck="MLOps")
        found = choose_decks(session, alice, "ML")
        assert [deck.name for deck in found.decks] == ["ML::Metrics"]
        with pytest.raises(NotFound, match="no deck called “ml”"):
            choose_decks(session, alice, "ml")


def test_a_name_that_several_have_is_refused(database: Database) -> None:
    with database.writing() as session:
        alice, bob, carol = (add_person(session, name) for name in ("alice", "bob", "carol"))
        for user in (alice, bob):
            note = add_note(session, user, "a", deck="Same")
            share_deck(session, user, note.deck_id, is_shared=True)
        add_note(session, bob, "secret", deck="Private")
        with pytest.raises(NotFound, match="Several decks"):
            choose_decks(session, carol, "Same")
        with pytest.raises(NotFound, match="no deck called"):
            choose_decks(session, carol, "Private")
        assert len(choose_decks(session, bob, "Same").decks) == 1


def test_everything_is_what_one_owns_and_studies(
    database: Database, store: MediaStore, tmp_path: Path
) -> None:
    path = tmp_path / "all.json"
    with database.writing() as session:
        alice, bob = add_person(session, "alice"), add_person(session, "bob")
        studied = add_built_in(session, "Studied", "built in?")
        add_built_in(session, "Not studied", "never")
        enrol(session, alice, studied[0].deck_id, NOW)
        add_note(session, alice, "mine", deck="Own")
        shared = add_note(session, bob, "shared", deck="Bob")
        share_deck(session, bob, shared.deck_id, is_shared=True)
        report = written(session, alice, choose_decks(session, alice, None), store, path)
    assert guids(path) == [("Own", "mine"), ("Studied", "built in?")]
    assert (report.notes, report.suffix, report.warnings) == (2, ".json", [])


def test_cards_that_lie_in_decks_of_others_stay_there(
    database: Database, store: MediaStore, tmp_path: Path
) -> None:
    path = tmp_path / "deck.json"
    with database.writing() as session:
        alice, bob = add_person(session, "alice"), add_person(session, "bob")
        note = add_note(session, bob, "q", deck="Shared", kind=NoteKind.BOTH_WAYS)
        hidden = Deck(owner_id=bob, name="Secret name", created_at=NOW)
        session.add(hidden)
        session.flush()
        cards(session, note)[1].deck_id = hidden.id
        share_deck(session, bob, note.deck_id, is_shared=True)
        session.flush()
        written(session, alice, choose_tree(session, alice, note.deck_id), store, path)
        with pytest.raises(NotFound):
            choose_tree(session, alice, hidden.id)
    assert guids(path) == [("Shared", "q")]
    assert "Secret name" not in path.read_text()


def test_what_is_hidden_or_a_draft_stays(
    database: Database, store: MediaStore, tmp_path: Path
) -> None:
    path = tmp_path / "deck.json"
    with database.writing() as session:
        alice = add_person(session, "alice")
        kept = add_note(session, alice, "kept")
        for front in ("hidden", "draft"):
            card = cards(session, add_note(session, alice, front))[0]
            if front == "hidden":
                marks.hide(session, alice, [card.id], is_hidden=True)
            else:
                marks.set_draft(session, alice, [card.id], is_draft=True)
        written(session, alice, choose_tree(session, alice, kept.deck_id), store, path)
    assert guids(path) == [("Mine", "kept")]


@pytest.mark.parametrize("wanted", [ExportFormat.JSON, ExportFormat.CSV, ExportFormat.MARKDOWN])
def test_what_went_out_comes_into_another_account_with_the_same_notes(
    database: Database, store: MediaStore, tmp_path: Path, wanted: ExportFormat
) -> None:
    path = tmp_path / "out"
    with database.writing() as session:
        alice, bob = add_person(session, "alice"), add_person(session, "bob")
        first = add_note(session, alice, "What is $x$?", "=1+1", tags="a b::c")
        add_note(session, alice, "{{c1::y}} is", "", kind=NoteKind.CLOZE)
        add_note(session, alice, "term", "definition", kind=NoteKind.BOTH_WAYS)
        for number, guid in enumerate(("one", "two", "three")):
            first_id = first.id + number
            session.get_one(type(first), first_id).guid = guid
        session.flush()
        chosen = choose_decks(session, alice, "Mine")
        report = written(session, alice, chosen, store, path, wanted)
    named = path.rename(tmp_path / f"Mine{report.suffix}")
    assert report.warnings == []
    brought(database, bob, named, store)
    again = tmp_path / "again"
    with database.reading() as session:
        learner_decks = choose_decks(session, bob, "Mine")
        written(session, bob, learner_decks, store, again, wanted)
    assert again.read_text() == named.read_text()


def test_media_go_along_and_a_lost_file_is_named(
    database: Database, store: MediaStore, tmp_path: Path
) -> None:
    path = tmp_path / "deck.json"
    with database.writing() as session:
        alice = add_person(session, "alice")
        note = add_note(session, alice, "![](a.png) ![](b.png)")
        digests = [store.put_bytes(PICTURE), "f" * 64]
        for label, digest in zip(("a.png", "b.png"), digests, strict=True):
            file = MediaFile(sha256=digest, size_bytes=1, content_type="image/png", created_at=NOW)
            session.add(file)
            session.flush()
            session.add(NoteMedia(note_id=note.id, label=label, sha256=digest))
        session.flush()
        chosen = choose_decks(session, alice, "Mine")
        report = written(session, alice, chosen, store, path)
    assert report.media == 1
    assert [(w.code, w.where) for w in report.warnings] == [("missing-media", "b.png")]
    assert [each["name"] for each in json.loads(path.read_text())["media"]] == ["a.png"]


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'"]
)
def test_formulas_are_made_harmless_and_come_back_to_the_letter(
    database: Database, store: MediaStore, tmp_path: Path, sign: str
) -> None:
    path = tmp_path / "out.csv"
    said = [f"{sign}cmd|'/C calc'!A0", f"'{sign}1", f"''{sign}x", f"x{sign}y", f'"{sign}"']
    with database.writing() as session:
        alice, bob = add_person(session, "alice"), add_person(session, "bob")
        made = [add_note(session, alice, f"Q {n}", text) for n, text in enumerate(said)]
        stored = {note.guid: list(note.fields) for note in made}
        written(session, alice, choose_decks(session, alice, None), store, path, ExportFormat.CSV)
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))]
    assert brought(database, alice, path, store).unchanged == len(said)
    assert brought(database, bob, path, store).added == len(said)
    with database.reading() as session:
        rows = session.scalars(select(Note).where(Note.owner_id == bob))
        assert {note.guid: list(note.fields) for note in rows} == stored
