"""Packages of ours, judged by Anki: what it reads is what went in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from interviewprep.core.grades import Grade
from interviewprep.core.notes import NoteKind
from interviewprep.services.answering import answer_batch
from interviewprep.services.exporting import ExportFormat, choose_decks, write_export
from interviewprep.services.importing import open_deck_file, prepare_media, store_import
from interviewprep.services.learner import load_learner
from interviewprep.services.recording import Submission
from interviewprep.storage import Database, MediaFile, NoteMedia
from interviewprep.storage.media_store import MediaStore

from ..anki_judge import made_by_anki, read_by_anki
from ..packages import PICTURE
from .conftest import add_deck, add_learner
from .content import NOW, add_note, add_person, cards, remember


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def exported(
    session: Session, user_id: int, store: MediaStore, path: Path, **how: Any
) -> dict[str, Any]:
    learner = load_learner(session.connection(), user_id)
    chosen = choose_decks(session, user_id, None)
    now = datetime.now(UTC)
    wanted = ExportFormat.ANKI
    write_export(session.connection(), learner, chosen, store, path, wanted, now, **how)
    return read_by_anki(path)


def brought(database: Database, store: MediaStore, user_id: int, path: Path) -> None:
    with open_deck_file(path, path.name, store, with_progress=True) as deck_file:
        media = prepare_media(deck_file, store)
        with database.writing_core() as connection:
            report = store_import(connection, user_id, deck_file, media, datetime.now(UTC))
    assert report.refused == 0


def differences(one: Any, two: Any, where: str = "") -> list[str]:
    """Each place in which two values of JSON differ."""
    if isinstance(one, dict) and isinstance(two, dict) and one.keys() == two.keys():
        return [d for key in one for d in differences(one[key], two[key], f"{where}/{key}")]
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        pairs = enumerate(zip(one, two, strict=True))
        return [d for n, (a, b) in pairs for d in differences(a, b, f"{where}/{n}")]
    return [] if one == two else [f"{where}: {one!r} became {two!r}"]


@pytest.mark.parametrize(("seed", "legacy"), [(1, False), (2, True), (3, False)])
def test_what_anki_made_comes_back_to_anki_the_same(
    database: Database, store: MediaStore, tmp_path: Path, seed: int, legacy: bool
) -> None:
    made = made_by_anki(tmp_path, seed, legacy=legacy)
    before = read_by_anki(made)
    with database.writing() as session:
        alice = add_person(session, "alice")
    brought(database, store, alice, made)
    with database.reading() as session:
        after = exported(session, alice, store, tmp_path / "out.apkg", legacy=legacy)
    assert after["problems"] == before["problems"]
    assert after["media"] == before["media"]
    assert after["notes"].keys() == before["notes"].keys()
    found = differences(before["notes"], after["notes"])
    assert not found, "\n".join(found[:40])


@pytest.mark.parametrize("legacy", [False, True])
def test_our_own_notes_become_notes_that_anki_shows(
    database: Database, store: MediaStore, tmp_path: Path, legacy: bool
) -> None:
    with database.writing() as session:
        alice = add_person(session, "alice")
        asked = add_note(session, alice, "What is $a < b$?", "**bold**", tags="one two::three")
        add_note(
            session, alice, r"Say `\(x\)` {{c1::a $\frac{1}{2}$::hint}}", "", kind=NoteKind.CLOZE
        )
        add_note(session, alice, "term", "definition", kind=NoteKind.BOTH_WAYS, deck="Mine::Sub")
        card = cards(session, asked)[0]
        remember(session, alice, card, interval_days=31, ease_hundredths=236, lapses=1)
        session.flush()
        read = exported(session, alice, store, tmp_path / "out.apkg", legacy=legacy)
        bare = exported(
            session, alice, store, tmp_path / "bare.apkg", legacy=legacy, with_progress=False
        )
    # Anki has types of these names, which are others, and adds a sign to ours.
    kinds = sorted(note["type"].rstrip("+") for note in read["notes"].values())
    assert kinds == ["Basic", "Basic (and reversed card)", "Cloze"]
    note = read["notes"][asked.guid]
    assert note["fields"] == [r"What is \(a &lt; b\)?", "<strong>bold</strong>", "", ""]
    assert sorted(note["tags"]) == ["one", "two::three"]
    [first] = note["cards"]
    assert (first["deck"], first["type"], first["ivl"], first["factor"]) == ("Mine", 2, 31, 2360)
    assert (first["reps"], first["lapses"]) == (2, 1)
    assert [card["type"] for each in bare["notes"].values() for card in each["cards"]] == [0] * 4
    [cloze] = [each for each in read["notes"].values() if each["type"].startswith("Cloze")]
    assert cloze["fields"][0] == (r"Say <code>\(x\)</code> {{c1::a \(\frac{1}{2}\)::hint}}")
    assert set(read["decks"]) == {"Default", "Mine", "Mine::Sub"}


def test_files_of_one_name_and_names_anki_does_not_take(
    database: Database, store: MediaStore, tmp_path: Path
) -> None:
    shown = {"one": ("img/a.png", PICTURE), "two": ("img/a.png", PICTURE + b"x")}
    with database.writing() as session:
        alice = add_person(session, "alice")
        for name, (label, data) in shown.items():
            note = add_note(session, alice, f"{name} ![x]({label})")
            digest = store.put_bytes(data)
            session.add(
                MediaFile(sha256=digest, size_bytes=1, content_type="image/png", created_at=NOW)
            )
            session.flush()
            session.add(NoteMedia(note_id=note.id, label=label, sha256=digest))
        session.flush()
        read = exported(session, alice, store, tmp_path / "out.apkg")
    assert len(read["media"]) == 2
    for note in read["notes"].values():
        label = note["fields"][0].partition('src="')[2].partition('"')[0]
        expected = shown[note["fields"][0][:3]][1]
        assert read["media"][label] == sha256(expected).hexdigest()


def test_answers_given_here_are_history_in_anki(
    database: Database, store: MediaStore, tmp_path: Path
) -> None:
    learner = add_learner(database, "bob@example.org")
    _, [card_id] = add_deck(database, learner.id, cards=1)
    at = datetime.now(UTC) - timedelta(hours=3)
    with database.writing_core() as connection:
        for number, grade in enumerate((Grade.GOOD, Grade.AGAIN)):
            moment = at + timedelta(hours=number)
            answer = Submission(uuid4(), card_id, number, grade, moment, 4_000)
            [result] = answer_batch(connection, learner, [answer], moment)
            assert result.status == "stored"
    with database.reading() as session:
        read = exported(session, learner.id, store, tmp_path / "out.apkg")
    [note] = read["notes"].values()
    reviews = note["cards"][0]["reviews"]
    assert [(review[1], review[5]) for review in reviews] == [(3, 4_000), (1, 4_000)]
    assert reviews[0][0] == int(at.timestamp() * 1000)
