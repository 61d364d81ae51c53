"""The archive of an account: another account becomes what the first was, and nothing is lost."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from interviewprep.core.grades import Grade
from interviewprep.errors import UnreadableDeck
from interviewprep.services.answering import answer_batch
from interviewprep.services.enrolling import enrol
from interviewprep.services.exporting import ExportFormat, choose_own, write_export
from interviewprep.services.importing import (
    ImportReport,
    open_deck_file,
    prepare_media,
    store_import,
)
from interviewprep.services.learner import load_learner
from interviewprep.services.marks import flag, set_draft
from interviewprep.services.rebuilding import rebuild
from interviewprep.services.recording import Submission
from interviewprep.services.stories import StoryText, write_story
from interviewprep.storage import (
    Card,
    Database,
    Deck,
    DueLoad,
    Enrolment,
    Memory,
    Note,
    Review,
    User,
)
from interviewprep.storage.media_store import MediaStore
from interviewprep.storage.portable import PORTABLE, as_json

from .content import NOW, add_built_in, add_note, add_person, cards
from .interviews.mocks import add_prompt
from .interviews.past_mocks import add_mock


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def answer(database: Database, user_id: int, card_id: int, *grades: Grade, first: int = 0) -> None:
    with database.writing_core() as connection:
        learner = load_learner(connection, user_id)
        for number, grade in enumerate(grades, start=first):
            at = NOW + timedelta(days=number * 3)
            [done] = answer_batch(
                connection, learner, [Submission(uuid4(), card_id, number, grade, at, 900)], at
            )
            assert done.status == "stored", done.reason


def archived(database: Database, user_id: int, store: MediaStore, path: Path) -> Path:
    with database.reading() as session:
        connection = session.connection()
        learner, chosen = load_learner(connection, user_id), choose_own(session, user_id)
        write_export(connection, learner, chosen, store, path, ExportFormat.ARCHIVE, NOW)
    return path


def brought(database: Database, user_id: int, path: Path, store: MediaStore) -> ImportReport:
    with open_deck_file(path, "account.zip", store) as deck_file:
        media = prepare_media(deck_file, store)
        with database.writing_core() as connection:
            return store_import(connection, user_id, deck_file, media, NOW)


def learning(database: Database, user_id: int) -> dict[str, list[str]]:
    """All rows of a learner, their cards and decks by name instead of by number."""
    found: dict[str, list[str]] = {}
    with database.reading() as session:
        guids = {
            card_id: f"{guid}/{ordinal}"
            for card_id, guid, ordinal in session.execute(
                select(Card.id, Note.guid, Card.ordinal).join(Note, Note.id == Card.note_id)
            )
        }
        names = {row[0]: row[1] for row in session.execute(select(Deck.id, Deck.name))}
        for name, table in PORTABLE.items():
            for row in session.execute(select(table).where(table.c.user_id == user_id)):
                said = as_json(table, row._asdict())
                if "card_id" in said:
                    said["card_id"] = guids[said["card_id"]]
                if "deck_id" in said:
                    said["deck_id"] = names[said["deck_id"]]
                for changing in ("created_at", "new_from"):
                    said.pop(changing, None) if name == "enrolment" else None
                found.setdefault(name, []).append(json.dumps(said, sort_keys=True))
        load = select(DueLoad.due_day, DueLoad.cards).where(DueLoad.user_id == user_id)
        found["load"] = [str(tuple(row)) for row in session.execute(load) if row.cards]
    return {name: sorted(rows) for name, rows in found.items()}


@pytest.fixture
def alice(database: Database) -> int:
    """Somebody who has done a bit of everything."""
    with database.writing() as session:
        user_id = add_person(session, "alice")
        user = session.get_one(User, user_id)
        user.settings, user.time_zone, user.rollover_hour = {"new_per_day": 7}, "Asia/Tokyo", 3
        first = add_note(session, user_id, "What is recall?", tags="a b", deck="Own::Deck")
        drafted = cards(session, add_note(session, user_id, "A draft?"))[0].id
        built_in = add_built_in(session, "Evaluation", "What is AUC?", "And F1?")
        enrol(session, user_id, built_in[0].deck_id, NOW)
        set_draft(session, user_id, [drafted], is_draft=True)
        own, other = cards(session, first)[0].id, cards(session, built_in[0])[0].id
        flag(session, user_id, [own], 3)
        write_story(
            session, user_id, StoryText("A story", "when", competencies=("ownership",)), NOW
        )
    answer(database, user_id, own, Grade.GOOD, Grade.GOOD, Grade.AGAIN)
    answer(database, user_id, other, Grade.EASY)
    return user_id


def test_a_new_account_becomes_what_the_old_one_was(
    database: Database, store: MediaStore, tmp_path: Path, alice: int
) -> None:
    path = archived(database, alice, store, tmp_path / "a.zip")
    with database.writing() as session:
        bob = add_person(session, "bob")
    before = learning(database, alice)
    report = brought(database, bob, path, store)
    assert (report.added, report.reviews_added, report.warnings) == (2, 4, [])
    assert learning(database, bob) == before
    assert learning(database, alice) == before
    with database.reading() as session:
        user = session.get_one(User, bob)
        assert user.settings == {"new_per_day": 7}
        assert (user.time_zone, user.rollover_hour) == ("Asia/Tokyo", 3)
    with database.reading_core() as connection:
        assert rebuild(connection, check_only=True) == []
    again = brought(database, bob, path, store)
    assert (again.added, again.updated, again.reviews_added) == (0, 0, 0)
    assert learning(database, bob) == before


def test_a_card_that_moved_on_here_keeps_what_it_has(
    database: Database, store: MediaStore, tmp_path: Path, alice: int
) -> None:
    early = archived(database, alice, store, tmp_path / "early.zip")
    with database.reading() as session:
        card_id = session.scalars(
            select(Memory.card_id).where(Memory.user_id == alice, Memory.version == 3)
        ).one()
    answer(database, alice, card_id, Grade.GOOD, first=3)
    late = archived(database, alice, store, tmp_path / "late.zip")
    now_has = learning(database, alice)
    assert brought(database, alice, early, store).reviews_added == 0
    assert learning(database, alice) == now_has
    with database.writing() as session:
        bob = add_person(session, "bob")
    brought(database, bob, early, store)
    brought(database, bob, late, store)  # the log here is the beginning of the archive's
    assert learning(database, bob)["memory"] == now_has["memory"]
    assert learning(database, bob)["review"] == now_has["review"]
    assert learning(database, bob)["load"] == now_has["load"]


def test_two_histories_of_one_card_never_mix(
    database: Database, store: MediaStore, tmp_path: Path, alice: int
) -> None:
    path = archived(database, alice, store, tmp_path / "a.zip")
    with database.writing() as session:
        bob = add_person(session, "bob")
        built_in = session.scalars(
            select(Card.id).join(Note, Note.id == Card.note_id).where(Note.owner_id.is_(None))
        ).first()
        deck_id = session.get_one(Card, built_in).deck_id
        enrol(session, bob, deck_id, NOW)
    assert built_in is not None
    answer(database, bob, built_in, Grade.AGAIN)
    report = brought(database, bob, path, store)
    with database.reading() as session:
        rows = session.execute(
            select(Review.status, Review.grade)
            .where(Review.user_id == bob, Review.card_id == built_in)
            .order_by(Review.grade)
        ).all()
        assert [tuple(row) for row in rows] == [("stored", 1), ("stale", 4)]
        memory = session.get_one(Memory, (bob, built_in))
        assert memory.version == 1
        assert session.get(Enrolment, (bob, deck_id)) is not None
    assert report.reviews_added == 4
    with database.reading_core() as connection:
        assert rebuild(connection, check_only=True) == []


def test_mocks_come_with_all_that_belongs_to_them(
    database: Database, store: MediaStore, tmp_path: Path, alice: int
) -> None:
    with database.writing() as session:
        prompt = add_prompt(session, alice, NOW)
        add_mock(session, alice, [("coding", [prompt])], NOW, levels=[3, 2])
    path = archived(database, alice, store, tmp_path / "a.zip")
    with database.writing() as session:
        bob = add_person(session, "bob")
    brought(database, bob, path, store)
    mine, theirs = learning(database, alice), learning(database, bob)
    for name in ("mock", "mock_round", "round_item", "score"):
        assert len(theirs[name]) == len(mine[name]) > 0


def test_nothing_secret_is_in_it(
    database: Database, store: MediaStore, tmp_path: Path, alice: int
) -> None:
    path = archived(database, alice, store, tmp_path / "a.zip")
    with zipfile.ZipFile(path) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (b"password", b"token", b'hash"', b"example.org"):
        assert secret not in text


def changed(path: Path, name: str, line: Any) -> Path:
    """A copy of an archive with another entry of this name."""
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry, json.dumps(line) if entry.filename == name else data)
    return other


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        (
            "interviewprep-archive.json",
            {"format": "interviewprep-archive", "version": 2},
            "version 2",
        ),
        ("interviewprep-archive.json", {"format": "x", "version": 1}, "does not say what it is"),
        ("learning/tables/memory.jsonl", {"card_id": 1, "is_admin": True}, "no column 'is_admin'"),
        ("learning/tables/memory.jsonl", {"user_id": 1}, "no column 'user_id'"),
        ("learning/tables/memory.jsonl", {"card_id": "1"}, "card_id has a value that cannot be"),
        ("learning/tables/memory.jsonl", {}, "card_id is missing"),
        ("learning/tables/review.jsonl", [1], "not one JSON object"),
        (
            "learning/cards.jsonl",
            {"id": -1, "guid": "x", "ordinal": "y", "owner": "own"},
            "ordinal",
        ),
        ("content/notes.jsonl", {"guid": "x"}, "content/notes.jsonl, line 1"),
        ("content/note_types.jsonl", {"kind": "?"}, "content/note_types.jsonl, line 1"),
    ],
)
def test_an_archive_that_lies_changes_nothing(
    database: Database,
    store: MediaStore,
    tmp_path: Path,
    alice: int,
    name: str,
    line: Any,
    message: str,
) -> None:
    path = changed(archived(database, alice, store, tmp_path / "a.zip"), name, line)
    with database.writing() as session:
        bob = add_person(session, "bob")
    with pytest.raises(UnreadableDeck, match=message):
        brought(database, bob, path, store)
    assert learning(database, bob) == {"load": []}


def test_cards_of_others_are_out_of_reach(
    database: Database, store: MediaStore, tmp_path: Path, alice: int
) -> None:
    """Whatever an archive calls its own is looked for among one's own notes only."""
    with database.writing() as session:
        victim = add_person(session, "victim")
        note = add_note(session, victim, "secret")
        note.guid = "victims-guid"
        bob = add_person(session, "bob")
    with database.reading() as session:
        card = session.scalars(select(Card.id).where(Card.note_id == note.id)).one()
    line = {"id": card, "guid": "victims-guid", "ordinal": 0, "owner": "own"}
    path = archived(database, alice, store, tmp_path / "a.zip")
    brought(database, bob, changed(path, "learning/cards.jsonl", line), store)
    with database.reading() as session:
        reached = session.scalars(select(Review).where(Review.card_id == card)).all()
        assert reached == []
        assert session.scalars(select(Memory).where(Memory.card_id == card)).all() == []


def test_flipped_bytes_are_refused_or_harmless(
    sqlite_database: Database, tmp_path: Path, store: MediaStore
) -> None:
    database = sqlite_database
    with database.writing() as session:
        alice, bob = add_person(session, "alice"), add_person(session, "bob")
        first = add_note(session, alice, "What is recall?")
        card_id = cards(session, first)[0].id
    answer(database, alice, card_id, Grade.GOOD)
    good = archived(database, alice, store, tmp_path / "a.zip").read_bytes()
    before, chance, path = learning(database, alice), Random(7), tmp_path / "flipped.zip"
    refused = 0
    for _ in range(200):
        data = bytearray(good)
        data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            with open_deck_file(path, "account.zip", store) as deck_file:
                media = prepare_media(deck_file, store)
                with database.writing_core() as connection:
                    store_import(connection, bob, deck_file, media, NOW)
                    connection.rollback()
        except UnreadableDeck:
            refused += 1
    assert 0 < refused < 200
    assert learning(database, alice) == before
    assert learning(database, bob) == {"load": []}
