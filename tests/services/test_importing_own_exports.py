"""What went out of an account and comes back into it changes nothing, in whatever form it went."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.core.notes import NoteKind
from interviewprep.services.enrolling import enrol
from interviewprep.services.exporting import ExportFormat, choose_decks, write_export
from interviewprep.services.importing import (
    ImportReport,
    open_deck_file,
    plan_import,
    prepare_media,
    store_import,
)
from interviewprep.services.learner import load_learner
from interviewprep.storage import Card, Database, Memory, Note, NoteMedia
from interviewprep.storage.media_store import MediaStore

from ..anki_judge import made_by_anki
from .content import LATER, NOW, add_built_in, add_note, add_person, cards, remember

FORMS: dict[str, tuple[ExportFormat, dict[str, Any]]] = {
    "package": (ExportFormat.ANKI, {}),
    "legacy-package": (ExportFormat.ANKI, {"legacy": True}),
    "csv": (ExportFormat.CSV, {}),
    "markdown": (ExportFormat.MARKDOWN, {}),
    "markdown-zip": (ExportFormat.MARKDOWN, {"as_zip": True}),
    "json": (ExportFormat.JSON, {}),
}
each_form = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def account(database: Database) -> int:
    """A learner with a built-in deck and notes of all kinds, whose text has a form of its own."""
    with database.writing() as session:
        user_id = add_person(session, "alice")
        made = add_built_in(session, "Metrics", "What is *recall*?", "Of {{c1::all}}, `found`.")
        for number, note in enumerate(made):
            note.guid, note.details = f"metrics-{number}", {"level": "easy", "source": "A book"}
        enrol(session, user_id, made[0].deck_id, NOW)
        remember(session, user_id, cards(session, made[0])[0], due_in_days=4)
        add_note(session, user_id, "What is $a < b$?", "**bold**\n\n- one\n- two", tags="one two")
        add_note(session, user_id, "Say {{c1::a `b`}}", "", kind=NoteKind.CLOZE)
        add_note(session, user_id, "*term*", "definition", kind=NoteKind.BOTH_WAYS)
        for note in session.scalars(select(Note).where(Note.owner_id == user_id)):
            note.guid = f"mine-{note.id}"
            note.details = {"level": "hard"}
    return user_id


def exported(database: Database, user_id: int, store: MediaStore, folder: Path, form: str) -> Path:
    wanted, how = FORMS[form]
    with database.reading() as session:
        connection = session.connection()
        chosen = choose_decks(session, user_id, None)
        learner = load_learner(connection, user_id)
        report = write_export(
            connection, learner, chosen, store, folder / "out", wanted, NOW, **how
        )
    return (folder / "out").rename(folder / f"out{report.suffix}")


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.conflicts, report.unchanged


def planned(database: Database, user_id: int, store: MediaStore, path: Path) -> ImportReport:
    with open_deck_file(path, path.name, store, with_progress=True) as deck_file:
        media = prepare_media(deck_file, store)
        with database.reading_core() as connection:
            return plan_import(connection, user_id, deck_file, media).report


def brought(database: Database, user_id: int, store: MediaStore, path: Path) -> ImportReport:
    with open_deck_file(path, path.name, store, with_progress=True) as deck_file:
        media = prepare_media(deck_file, store)
        with database.writing_core() as connection:
            return store_import(connection, user_id, deck_file, media, LATER)


def everything(database: Database) -> list[str]:
    with database.reading_core() as connection:
        tables = (Note, Card, NoteMedia, Memory)
        return [
            repr(row)
            for table in tables
            for row in sorted(map(repr, connection.execute(select(table.__table__))))
        ]


@each_form
def test_ones_own_export_comes_back_unchanged(
    database: Database, store: MediaStore, tmp_path: Path, form: str
) -> None:
    alice = account(database)
    path = exported(database, alice, store, tmp_path, form)
    before = everything(database)
    assert counts(planned(database, alice, store, path)) == (0, 0, 0, 5)
    assert counts(brought(database, alice, store, path)) == (0, 0, 0, 5)
    assert everything(database) == before


@each_form
def test_what_was_changed_here_since_makes_the_file_another_text(
    database: Database, store: MediaStore, tmp_path: Path, form: str
) -> None:
    alice = account(database)
    path = exported(database, alice, store, tmp_path, form)
    with database.writing() as session:
        for note in session.scalars(select(Note)):
            note.content_hash = "other"
            if note.fields[0] in ("What is $a < b$?", "What is *recall*?"):
                note.fields = [note.fields[0], "another answer", *note.fields[2:]]
                note.edited_at = None
    report = planned(database, alice, store, path)
    assert counts(report) == (1, 1, 0, 3)
    assert counts(brought(database, alice, store, path)) == (1, 1, 0, 3)


@pytest.mark.parametrize("form", ["markdown", "markdown-zip"])
@pytest.mark.parametrize(
    ("edited_here", "renamed", "seen"),
    [(False, False, (0, 1, 0, 3)), (True, False, (0, 0, 1, 3)), (False, True, (2, 0, 0, 2))],
)
def test_a_note_of_anki_edited_as_markdown_stays_the_same_note(
    database: Database,
    store: MediaStore,
    tmp_path: Path,
    form: str,
    edited_here: bool,
    renamed: bool,
    seen: tuple[int, int, int, int],
) -> None:
    """Unless the text lies in another deck now: then it may be another note."""
    with database.writing() as session:
        alice = add_person(session, "alice")
        for number, guid in enumerate(("k<J*2a?x", "What is this", "C#m7(b5)", "mine-4")):
            note = add_note(session, alice, f"Question {number}?", f"Answer {number}")
            note.guid, note.edited_at = guid, None
        first = session.scalars(select(Note).where(Note.guid == "k<J*2a?x")).one()
        remember(session, alice, cards(session, first)[0], due_in_days=4)
        note_id = first.id
    path = exported(database, alice, store, tmp_path, form)
    with database.writing() as session:
        if edited_here:
            session.get_one(Note, note_id).fields = ["Question 0?", "Mine", "", ""]
            session.get_one(Note, note_id).edited_at = NOW
    rewrite(path, b"Answer 0", b"Answer nought")
    if renamed:
        rewrite(path, b"name: ", b"name: Other ")
        rewrite(path, b"mine-4", b"mine-five")
    assert counts(planned(database, alice, store, path)) == seen
    added, updated, conflicts, unchanged = seen
    kept = unchanged + conflicts
    assert counts(brought(database, alice, store, path)) == (added, updated, conflicts, kept)
    with database.reading() as session:
        note = session.get_one(Note, note_id)
        answer = "Mine" if edited_here else "Answer 0" if renamed else "Answer nought"
        assert (note.guid, note.fields[1]) == ("k<J*2a?x", answer)
        [card] = cards(session, note)
        assert session.get_one(Memory, (alice, card.id)).interval_days == 3
        assert card.retired_at is None
    if updated:
        assert counts(brought(database, alice, store, path)) == (0, 0, 0, 4)


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    """Put other words into an exported text, zip or not."""
    if path.suffix != ".zip":
        path.write_bytes(path.read_bytes().replace(before, after))
        return
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name).replace(before, after) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in held.items():
            archive.writestr(name, data)


def test_progress_with_a_built_in_card_comes_to_another_learner_of_it(
    database: Database, store: MediaStore, tmp_path: Path
) -> None:
    alice = account(database)
    path = exported(database, alice, store, tmp_path, "package")
    with database.writing() as session:
        bob = add_person(session, "bob")
    assert counts(brought(database, bob, store, path)) == (3, 0, 0, 2)
    with database.reading() as session:
        rows = session.execute(
            select(Note.guid, Memory.interval_days)
            .join(Card, Card.note_id == Note.id)
            .join(Memory, Memory.card_id == Card.id)
            .where(Memory.user_id == bob)
        )
        assert [tuple(row) for row in rows] == [("metrics-0", 3)]


@each_form
def test_decks_of_anki_with_pictures_come_back_unchanged(
    database: Database, store: MediaStore, tmp_path: Path, form: str
) -> None:
    with database.writing() as session:
        alice = add_person(session, "alice")
    made = made_by_anki(tmp_path, 1, legacy=False)
    count = brought(database, alice, store, made).added
    path = exported(database, alice, store, tmp_path, form)
    before = everything(database)
    assert counts(planned(database, alice, store, path))[:3] == (0, 0, 0)
    report = brought(database, alice, store, path)
    left_out = 1 if form.startswith("markdown") else 0  # one note has no question to write
    assert counts(report) == (0, 0, 0, count - left_out)
    assert everything(database) == before
