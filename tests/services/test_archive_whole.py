"""The archive of a whole account: restored on an empty instance it is the same account again."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.core.reminders import ReminderSettings
from interviewprep.errors import UnreadableDeck
from interviewprep.services.exporting import ExportFormat, choose_own, write_export
from interviewprep.services.learner import load_learner
from interviewprep.services.rebuilding import rebuild
from interviewprep.services.reminding.asking import mark_asked, should_ask
from interviewprep.services.reminding.settings import save_settings, settings_of
from interviewprep.storage import Card, Database, Deck, Memory, Note, NoteMedia, Reminder, User
from interviewprep.storage.media_store import MediaStore
from interviewprep.storage.migrating import migrate

from ..anki_judge import made_by_anki
from .content import NOW, add_built_in, add_note, add_person
from .test_archive import archived, brought, learning
from .world import REMINDED, add_world

_NEVER_THE_SAME = {
    "enrolment": {"created_at", "new_from"},
    "mock": {"effects"},
    "card_mark": set(),
}


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Database]:
    """Another instance, with the same built-in decks."""
    database = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    migrate(database)
    with database.writing() as session:
        add_built_in(session, "Evaluation", "What is AUC?", "And F1?")
    yield database
    database.close()


def said(path: Path) -> dict[str, Any]:
    """All that an archive says, cards and decks by name instead of by number."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    rows = {
        name: [json.loads(line) for line in data.splitlines()]
        for name, data in files.items()
        if name.endswith("jsonl")
    }
    cards = {row["id"]: f"{row['guid']}/{row['ordinal']}" for row in rows["learning/cards.jsonl"]}
    decks = {row["id"]: row["name"] for row in rows["learning/decks.jsonl"]}
    found: dict[str, Any] = {
        name: hashlib.sha256(data).hexdigest()
        for name, data in files.items()
        if name.startswith("media/")
    }
    found["account"] = json.loads(files["interviewprep-archive.json"])["account"]
    for name, lines in rows.items():
        changing = _NEVER_THE_SAME.get(Path(name).stem, set())
        for row in lines:
            for key in changing | ({"id"} if "id" in row and type(row["id"]) is int else set()):
                row.pop(key, None)
            if "card_id" in row:
                row["card_id"] = cards[row["card_id"]]
            if "deck_id" in row:
                row["deck_id"] = decks[row["deck_id"]]
        found[name] = sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in lines)
    return found


def test_an_account_is_the_same_on_another_instance(
    database: Database, elsewhere: Database, store: MediaStore, tmp_path: Path
) -> None:
    alice = add_world(database, store, package=made_by_anki(tmp_path, 5))
    path = archived(database, alice, store, tmp_path / "a.zip")
    with elsewhere.writing() as session:
        other, dave = add_person(session, "alice-there"), add_person(session, "dave")
        theirs = add_note(session, dave, "Carol's question", deck="Carol's")
        with database.reading() as here:
            theirs.guid = here.scalars(
                select(Note.guid).join(Deck, Deck.id == Note.deck_id).where(Deck.name == "Carol's")
            ).one()
        session.get_one(Deck, theirs.deck_id).is_shared = True
    there = MediaStore(tmp_path / "media there")
    report = brought(elsewhere, other, path, there)
    assert report.warnings == []
    again = archived(elsewhere, other, there, tmp_path / "again.zip")
    before, after = said(path), said(again)
    assert before.keys() == after.keys()
    for name in before:
        assert after[name] == before[name], name
    assert "gone.png" in "".join(before)
    with elsewhere.reading_core() as connection:
        assert rebuild(connection, check_only=True) == []
    with elsewhere.reading() as session:
        user = session.get_one(User, other)
        assert (user.theme, user.time_zone) == ("dark", "Asia/Tokyo")
        gone = session.scalars(
            select(Note).where(Note.owner_id == other, Note.tags == " old ")
        ).one()
        assert gone.retired_at is not None
        assert session.scalars(select(NoteMedia.label).where(NoteMedia.note_id == gone.id)).all()
        deleted = session.scalars(select(Deck).where(Deck.name == "Deleted")).one()
        assert deleted.retired_at is not None
    once_more = brought(elsewhere, other, path, there)
    assert (once_more.added, once_more.updated, once_more.reviews_added) == (0, 0, 0)
    assert said(archived(elsewhere, other, there, tmp_path / "third.zip")) == after


def test_what_is_not_on_the_other_instance_is_named_note_by_note(
    database: Database, elsewhere: Database, store: MediaStore, tmp_path: Path
) -> None:
    alice, path = add_world(database, store), tmp_path / "a.zip"
    with database.reading() as session:
        connection = session.connection()
        learner, chosen = load_learner(connection, alice), choose_own(session, alice)
        report = write_export(connection, learner, chosen, store, path, ExportFormat.ARCHIVE, NOW)
        guid = session.scalars(
            select(Note.guid).join(Deck, Deck.id == Note.deck_id).where(Deck.name == "Carol's")
        ).one()
    [warning] = report.warnings
    assert (warning.code, warning.where) == ("note-of-others", f"note {guid}")
    assert "“Carol's”, a deck of somebody else's" in warning.message
    with elsewhere.writing() as session:
        other = add_person(session, "alice-there")
    restored = brought(elsewhere, other, path, store)
    [named] = [one for one in restored.warnings if one.code == "note-not-here"]
    assert named.where == f"note {guid}"
    assert re.search("not on this server: it lay in “Carol's”", named.message)


def test_a_note_that_lives_here_is_not_retired_by_an_archive(
    database: Database, store: MediaStore, tmp_path: Path
) -> None:
    alice = add_world(database, store)
    path = archived(database, alice, store, tmp_path / "a.zip")
    with database.writing() as session:
        bob = add_person(session, "bob")
        with database.reading() as here:
            guid = here.scalars(
                select(Note.guid).where(Note.owner_id == alice, Note.tags == " old ")
            ).one()
        living = add_note(session, bob, "Mine, and alive")
        living.guid = guid
    brought(database, bob, path, store)
    with database.reading() as session:
        note = session.scalars(select(Note).where(Note.owner_id == bob, Note.guid == guid)).one()
        assert note.retired_at is None
        assert note.fields[0] == "Mine, and alive"
        card = session.scalars(select(Card).where(Card.note_id == note.id)).one()
        assert card.retired_at is None
        assert session.get(Memory, (bob, card.id)) is not None
    assert learning(database, alice)["review"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"guid": ""}, "content/retired.jsonl, line 1: guid"),
        ({"note": {"guid": "x"}}, "content/retired.jsonl, line 1: its guid is empty or its note"),
        ({"cards": [{"ordinal": -1}]}, "content/retired.jsonl, line 1: cards.0"),
        ({"retired_at": "never"}, "content/retired.jsonl, line 1: retired_at"),
    ],
)
def test_retired_notes_that_cannot_be_are_refused(
    sqlite_database: Database,
    store: MediaStore,
    tmp_path: Path,
    change: dict[str, Any],
    message: str,
) -> None:
    alice = add_world(sqlite_database, store)
    path = archived(sqlite_database, alice, store, tmp_path / "a.zip")
    other = tmp_path / "changed.zip"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "content/retired.jsonl":
                data = json.dumps(json.loads(data.splitlines()[0]) | change).encode()
            new.writestr(entry, data)
    with sqlite_database.writing() as session:
        bob = add_person(session, "bob")
    with pytest.raises(UnreadableDeck, match=re.escape(message)):
        brought(sqlite_database, bob, other, store)
    assert learning(sqlite_database, bob) == {"load": []}


def with_reminders(path: Path, said: Any) -> Path:
    """A copy of an archive that says this of reminders."""
    other = path.with_name("other reminders.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "interviewprep-archive.json":
                header = json.loads(data)
                header["account"]["reminders"] = said
                data = json.dumps(header).encode()
            new.writestr(entry, data)
    return other


def test_reminders_go_along_without_the_secrets_of_the_server(
    database: Database, store: MediaStore, tmp_path: Path
) -> None:
    alice = add_world(database, store)
    path = archived(database, alice, store, tmp_path / "a.zip")
    with zipfile.ZipFile(path) as archive:
        account = json.loads(archive.read("interviewprep-archive.json"))["account"]
    assert account["reminders"].keys() == {"settings", "asked_at"}
    assert "calendar_feed" not in account["reminders"]["settings"]
    with database.writing() as session:
        bob, dave = add_person(session, "bob"), add_person(session, "dave")
        theirs = ReminderSettings(minute_of_day=600)
        save_settings(session, dave, theirs, NOW - timedelta(days=1))
        mark_asked(session, dave, NOW - timedelta(days=1))
    for user_id in (bob, dave):
        brought(database, user_id, path, store)
    with database.reading() as session:
        connection = session.connection()
        assert settings_of(connection, bob) == REMINDED
        assert not should_ask(connection, bob)
        row = session.get_one(Reminder, bob)
        assert (row.asked_at, row.changed_at, row.next_at) == (NOW, NOW, NOW)
        assert (row.feed_revision, row.silent, row.last_day) == (0, 0, None)
        assert settings_of(connection, dave) == theirs  # who decided here keeps it


@pytest.mark.parametrize(
    "reminders",
    [
        None,
        7,
        {},
        {"settings": [], "asked_at": 5},
        {"settings": {"is_on": 1, "weekdays": [[]]}, "asked_at": "soon"},
        {"settings": {"paused_until": "9999-12-31"}, "asked_at": "9999-12-31T23:59:59-23:59"},
    ],
)
def test_reminders_that_cannot_be_stay_off(
    sqlite_database: Database, store: MediaStore, tmp_path: Path, reminders: Any
) -> None:
    alice = add_world(sqlite_database, store)
    path = archived(sqlite_database, alice, store, tmp_path / "a.zip")
    with sqlite_database.writing() as session:
        bob = add_person(session, "bob")
    brought(sqlite_database, bob, with_reminders(path, reminders), store)
    with sqlite_database.reading() as session:
        assert settings_of(session.connection(), bob) == ReminderSettings()
        assert should_ask(session.connection(), bob)
