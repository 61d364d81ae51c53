"""SQLite copies an Anki package by statements of its own: what it writes is what the rules say."""

from __future__ import annotations

import sqlite3
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from backports import zstd

from interviewprep.core.grades import Grade
from interviewprep.core.notes import NoteKind
from interviewprep.services.answering import answer_batch
from interviewprep.services.exporting import ExportFormat, choose_own, write_export
from interviewprep.services.exporting.attached import AttachedFill
from interviewprep.services.exporting.gathering import Gathering
from interviewprep.services.learner import load_learner
from interviewprep.services.marks import flag, set_draft, suspend
from interviewprep.services.recording import Submission
from interviewprep.services.undoing import undo
from interviewprep.storage import Database, MediaFile, Note, NoteMedia, Review
from interviewprep.storage.media_store import MediaStore

from ..anki_judge import made_by_anki
from ..packages import PICTURE
from .content import NOW, add_built_in, add_note, add_person, cards, remember
from .test_exporting_to_anki import brought

ANKI = ExportFormat.ANKI
TYPE = 6


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def tables(package: Path, folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a package, ids of cards and notes replaced by what they are the ids of."""
    with zipfile.ZipFile(package) as archive:
        data = zstd.decompress(archive.read("collection.anki21b"))
        names = zstd.decompress(archive.read("media"))
    file = folder / f"{package.stem}.db"
    file.write_bytes(data)
    connection = sqlite3.connect(file)
    connection.create_collation("unicase", lambda one, two: (one > two) - (one < two))
    notes = dict(connection.execute("SELECT id, guid FROM notes"))
    places = {row[0]: (notes[row[1]], row[2])
              for row in connection.execute("SELECT id, nid, ord FROM cards")}  # fmt: skip
    found: dict[str, list[tuple[Any, ...]]] = {
        "media": [(names,)],
        "notes": [row[1:] for row in connection.execute("SELECT * FROM notes ORDER BY guid")],
        "cards": sorted(
            (*places[row[0]], *row[2:]) for row in connection.execute("SELECT * FROM cards")
        ),
        "revlog": [
            (row[0], places[row[1]], *row[2:])
            for row in connection.execute("SELECT * FROM revlog ORDER BY id")
        ],
        "order": connection.execute(
            "SELECT guid FROM notes JOIN cards ON nid = notes.id WHERE type = 0 ORDER BY cards.id"
        ).fetchall(),
    }
    for name in ("notetypes", "fields", "templates", "decks", "config", "col"):
        found[name] = connection.execute(f"SELECT * FROM {name}").fetchall()
    connection.close()
    return found


def both_ways(
    database: Database, user_id: int, store: MediaStore, folder: Path, now: datetime, **how: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What comes out of a connection that reads, and out of one that could be writing."""
    said = []
    for name, opened in (("reading", database.reading), ("writing", database.writing)):
        with opened() as session:
            connection = session.connection()
            learner, chosen = load_learner(connection, user_id), choose_own(session, user_id)
            gathering = Gathering(connection, learner, chosen, now, with_progress=True)
            assert (AttachedFill.of(gathering) is not None) == (name == "reading")
            path = folder / f"{name}-{len(how)}.apkg"
            write_export(connection, learner, chosen, store, path, ANKI, now, **how)
        said.append(tables(path, folder))
    return said[0], said[1]


def assert_same(one: dict[str, Any], two: dict[str, Any]) -> None:
    for name in one:
        assert one[name] == two[name], name


@pytest.mark.parametrize("seed", [11, 12])
def test_what_came_from_anki_goes_out_the_same_both_ways(
    sqlite_database: Database, store: MediaStore, tmp_path: Path, seed: int
) -> None:
    with sqlite_database.writing() as session:
        alice = add_person(session, "alice")
    brought(sqlite_database, store, alice, made_by_anki(tmp_path, seed, notes=40))
    now = datetime.now(UTC)
    attached, general = both_ways(sqlite_database, alice, store, tmp_path, now)
    assert len(attached["notes"]) == 40
    assert attached["revlog"]
    assert {row[TYPE] for row in attached["cards"]} == {0, 1, 2, 3}
    assert_same(attached, general)
    bare, bare_general = both_ways(
        sqlite_database, alice, store, tmp_path, now, with_progress=False
    )
    assert not bare["revlog"]
    assert_same(bare, bare_general)


def test_what_was_done_here_goes_out_the_same_both_ways(
    sqlite_database: Database, store: MediaStore, tmp_path: Path
) -> None:
    database = sqlite_database
    with database.writing() as session:
        alice, bob = add_person(session, "alice"), add_person(session, "bob")
        made = [
            add_note(session, alice, f'Which \\ "{n}" is **it**? ü', tags="a b") for n in range(9)
        ]
        made.append(add_note(session, alice, "{{c1::One}} of {{c3::three}}", kind=NoteKind.CLOZE))
        both = add_note(session, alice, "a", "b", kind=NoteKind.BOTH_WAYS, deck="Other::Deck")
        add_note(session, bob, "Somebody else's")
        add_built_in(session, "Evaluation", "What is AUC?")
        ids = [cards(session, note)[0].id for note in made]
        remember(session, alice, cards(session, made[3])[0], due_in_days=-400, interval_days=0)
        remember(session, alice, cards(session, made[4])[0], due_day=None)
        remember(session, alice, cards(session, both)[1], due_in_days=9, ease_hundredths=131)
        digest = store.put_bytes(PICTURE)
        session.add(
            MediaFile(sha256=digest, size_bytes=1, content_type="image/png", created_at=NOW)
        )
        session.flush()
        for note in made[:2]:
            session.add(NoteMedia(note_id=note.id, label=f"{note.id}/p.png", sha256=digest))
        suspend(session, alice, [ids[4], ids[6]], is_suspended=True)
        flag(session, alice, [ids[3]], 5)
        set_draft(session, alice, [ids[7]], is_draft=True)
        session.get_one(Note, made[8].id).retired_at = NOW
    undone = uuid4()
    with database.writing_core() as connection:
        learner = load_learner(connection, alice)
        answers = [
            (ids[0], 0, Grade.GOOD, 0), (ids[0], 1, Grade.AGAIN, 3), (ids[1], 0, Grade.AGAIN, 3),
            (ids[2], 0, Grade.EASY, 3), (ids[9], 0, Grade.HARD, 1), (ids[5], 0, Grade.GOOD, 3),
        ]  # fmt: skip
        for card_id, version, grade, days in answers:
            at = NOW + timedelta(days=days, microseconds=123_789)
            each = undone if card_id == ids[5] else uuid4()
            [done] = answer_batch(
                connection, learner, [Submission(each, card_id, version, grade, at, 4_321)], at
            )
            assert done.status == "stored", done.reason
        undo(connection, learner, undone, NOW + timedelta(days=3, minutes=1))
    now = NOW + timedelta(days=3, minutes=2)
    attached, general = both_ways(database, alice, store, tmp_path, now)
    assert len(attached["notes"]) == 9
    assert [row[4] for row in attached["revlog"]]
    assert len({row[0] for row in attached["revlog"]}) == 5, "two were of one instant"
    assert {row[TYPE] for row in attached["cards"]} == {0, 1, 2, 3}
    assert_same(attached, general)


def test_reviews_of_one_instant_each_have_a_number(
    sqlite_database: Database, store: MediaStore, tmp_path: Path
) -> None:
    with sqlite_database.writing() as session:
        alice = add_person(session, "alice")
        own = cards(session, add_note(session, alice, "Which?"))[0]
        for n in range(5):
            session.add(
                Review(
                    user_id=alice,
                    id=UUID(int=n),
                    card_id=own.id,
                    deck_id=own.deck_id,
                    kind="imported",
                    at=NOW + timedelta(milliseconds=n // 4),
                    study_day=date(2026, 11, 20),
                    version=0,
                    scheduler="anki",
                    after={"interval_days": 1, "anki": [3, n, 0, 2500, 1]},
                )
            )
    with sqlite_database.reading() as session:
        learner = load_learner(session.connection(), alice)
        path = tmp_path / "out.apkg"
        chosen = choose_own(session, alice)
        write_export(session.connection(), learner, chosen, store, path, ANKI, NOW)
    first_ms = int(NOW.timestamp() * 1000)
    rows = tables(path, tmp_path)["revlog"]
    assert [row[0] for row in rows] == [first_ms + n for n in range(5)]
    assert sorted(row[4] for row in rows) == [0, 1, 2, 3, 4]
