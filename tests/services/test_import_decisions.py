"""What a learner decides where their deck and a newer file disagree, note by note."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from interviewprep.services.importing import (
    Decisions,
    ImportPlan,
    ImportReport,
    OnConflict,
    OnMissing,
    open_deck_file,
    plan_import,
    prepare_media,
    store_import,
)
from interviewprep.storage import Card, Database, Note
from interviewprep.storage.media_store import MediaStore

from ..packages import collection, package
from .conftest import add_learner

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
A, B, C = (1, "a", 1, "", "Qa\x1fAa"), (2, "b", 1, "", "Qb\x1fAb"), (3, "c", 1, "", "Qc\x1fAc")
RETIRE = OnMissing.RETIRE
Bring = Callable[..., ImportReport]


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def run(*notes: Any) -> Path:
        data = collection(tmp_path / "c", notes, decks={"1": {"name": "Deck"}})
        return package(tmp_path / "deck.apkg", data)

    return run


@pytest.fixture
def bring(database: Database, store: MediaStore) -> Bring:
    hours = iter(range(100))

    def run(user_id: int, path: Path, decisions: Decisions = Decisions()) -> ImportReport:  # noqa: B008
        with open_deck_file(path, path.name, store) as deck_file:
            media = prepare_media(deck_file, store)
            with database.writing_core() as connection:
                at = NOW + timedelta(hours=next(hours))
                return store_import(connection, user_id, deck_file, media, at, decisions=decisions)

    return run


@pytest.fixture
def preview(database: Database, store: MediaStore) -> Callable[[int, Path], ImportPlan]:
    def run(user_id: int, path: Path) -> ImportPlan:
        with open_deck_file(path, path.name, store) as deck_file, database.reading_core() as core:
            return plan_import(core, user_id, deck_file, prepare_media(deck_file, None))

    return run


def living(database: Database, user_id: int) -> list[str]:
    """The guids of a learner's notes that have a card in sight."""
    query = (
        select(Note.guid)
        .join(Card, Card.note_id == Note.id)
        .where(Note.owner_id == user_id, Note.retired_at.is_(None), Card.retired_at.is_(None))
    )
    with database.reading() as session:
        return sorted(session.scalars(query))


def ids(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {row.guid: row.id for row in session.execute(select(Note.guid, Note.id))}


def edit(database: Database, guid: str, text: str) -> None:
    with database.writing() as session:
        session.execute(
            update(Note).where(Note.guid == guid).values(fields=[text, "A"], edited_at=NOW)
        )


def test_a_note_that_the_newer_file_does_not_have_is_named_and_kept(
    database: Database, bring: Bring, preview: Any, file: Any
) -> None:
    alice = add_learner(database).id
    assert bring(alice, file(A, B, C)).missing == 0
    edit(database, "c", "mine")
    plan = preview(alice, file(A))
    assert plan.report.missing == 2
    assert [(note.title, note.deck, note.is_edited) for note in plan.missing] == [
        ("Qb", "Deck", False),
        ("mine", "Deck", True),
    ]
    report = bring(alice, file(A))
    assert (report.missing, report.retired) == (2, 0)
    assert [(warning.code, warning.where) for warning in report.warnings] == [
        ("missing-from-file", "Deck: Qb"),
        ("missing-from-file", "Deck: mine"),
    ]
    assert living(database, alice) == ["a", "b", "c"]
    assert report.as_json("x")["missing"] == {"found": 2, "retired": 0}


def test_missing_notes_are_retired_where_their_owner_says_so(
    database: Database, bring: Bring, file: Any
) -> None:
    alice, bob = add_learner(database).id, add_learner(database, "bob@example.org").id
    for learner in (alice, bob):
        bring(learner, file(A, B, C))
    report = bring(alice, file(A), Decisions(on_missing=RETIRE))
    assert (report.missing, report.retired) == (2, 2)
    assert (living(database, alice), living(database, bob)) == (["a"], ["a", "b", "c"])
    bring(alice, file(A, B))  # and come back with the next file that has them
    assert living(database, alice) == ["a", "b"]


def test_only_those_that_were_ticked_go(database: Database, bring: Bring, file: Any) -> None:
    alice = add_learner(database).id
    bring(alice, file(A, B, C))
    known = ids(database)
    ticked = [known["c"], known["a"], 987_654]  # neither what is in the file goes, nor a stranger
    report = bring(alice, file(A), Decisions(on_missing=RETIRE, only_missing=ticked))
    assert (report.missing, report.retired) == (2, 1)
    assert living(database, alice) == ["a", "b"]


def test_notes_of_another_source_are_not_missing(
    database: Database, bring: Bring, file: Any
) -> None:
    alice = add_learner(database).id
    bring(alice, file(A))
    bring(alice, file(C))  # another file with a deck of the same name
    report = bring(alice, file(A, B), Decisions(on_missing=RETIRE))
    assert (report.missing, report.retired) == (0, 0)
    assert living(database, alice) == ["a", "b", "c"]


def test_each_note_may_be_decided_for_itself(
    database: Database, bring: Bring, preview: Any, file: Any
) -> None:
    alice = add_learner(database).id
    bring(alice, file(A, B, C))
    for guid in "abc":
        edit(database, guid, f"my {guid}")
    newer = file(*[(n, guid, 1, "", f"new {guid}\x1fA") for n, guid in enumerate("abc", 1)])
    plan = preview(alice, newer)
    assert [(one.title, one.fields) for one in plan.conflicts] == [
        (f"my {guid}", (("Front", f"my {guid}", f"new {guid}"),)) for guid in "abc"
    ]
    chosen = {"a": OnConflict.THEIRS, "b": OnConflict.BOTH}
    report = bring(alice, newer, Decisions(OnConflict.MINE, chosen))
    assert (report.added, report.updated, report.unchanged, report.conflicts) == (1, 1, 1, 3)
    with database.reading() as session:
        texts = sorted(fields[0] for fields in session.scalars(select(Note.fields)))
    assert texts == ["my b", "my c", "new a", "new b"]
    # What was kept beside another note is not missing from the next file.
    assert bring(alice, newer, Decisions(OnConflict.MINE)).missing == 0


def test_a_difference_that_is_not_seen_is_shown_as_it_is_written(
    database: Database, bring: Bring, preview: Any, file: Any
) -> None:
    alice = add_learner(database).id
    bring(alice, file(A))
    edit(database, "a", "<b>Qa</b>")
    (conflict,) = preview(alice, file((1, "a", 1, "", "<i>Qa</i>\x1fA"))).conflicts
    assert conflict.fields == (("Front", "<b>Qa</b>", "<i>Qa</i>"),)
