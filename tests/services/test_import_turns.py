"""Large imports into one SQLite file take turns with all who answer, and are seen all at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from interviewprep.services.importing import (
    ImportReport,
    in_turns,
    open_deck_file,
    prepare_media,
    remove_hidden_left,
    store_import,
    taken_in,
)
from interviewprep.services.importing.turns import HIDDEN, Turns
from interviewprep.services.visibility import visible_decks
from interviewprep.storage import (
    Base,
    Card,
    Database,
    Deck,
    MediaFile,
    Memory,
    Note,
    NoteMedia,
    Review,
)
from interviewprep.storage.media_store import MediaStore
from interviewprep.storage.migrating import migrate

from ..packages import write_with_anki
from .conftest import NOW, add_deck, add_learner

NOTES, REVIEWS = 1_100, 12
CONTENT = (Deck, Note, Card, Memory, Review, NoteMedia, MediaFile)


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("turns") / "large.apkg"
    write_with_anki(path, notes=NOTES, reviews=REVIEWS)
    return path


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Empty databases of SQLite, with Alice in them."""
    made: list[Database] = []

    def run(name: str = "one") -> Database:
        database = Database(f"sqlite:///{tmp_path / name}.db")
        migrate(database)
        add_learner(database)
        made.append(database)
        return database

    yield run
    for database in made:
        database.close()


def bring(database: Database, path: Path, store: MediaStore, look: Any = None) -> ImportReport:
    """Import for Alice in turns; `look` is called whenever others may write."""
    with (
        open_deck_file(path, path.name, store, with_progress=True) as deck_file,
        taken_in(store, database.reading_core) as intake,
    ):
        media = prepare_media(deck_file, intake)
        with in_turns(database) as turns:
            give_way = turns.give_way

            def watched(meanwhile: Any = None) -> bool:
                return give_way(lambda: [each() for each in (meanwhile, look) if each] and None)

            turns.give_way = watched  # type: ignore[method-assign]
            return store_import(turns.connection, 1, deck_file, media, NOW, turns=turns)


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.reading_core() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def sizes(database: Database) -> list[int]:
    with database.reading() as session:
        return [session.scalar(select(func.count()).select_from(each)) or 0 for each in CONTENT]


def test_others_write_in_between_and_see_nothing_until_all_is_there(
    make: Any, deck: Path, tmp_path: Path
) -> None:
    database, store = make(), MediaStore(tmp_path / "media")
    seen: list[int] = []

    def look() -> None:
        bob = add_learner(database, f"bob{len(seen)}@example.org")
        add_deck(database, bob.id, cards=2, name="Bob's", enrolled=(bob.id,))
        with database.reading() as session:
            assert session.scalars(visible_decks(1)).all() == []
            seen.append(session.scalar(select(func.count()).where(Note.owner_id == 1)) or 0)

    report = bring(database, deck, store, look)
    assert report.added == NOTES
    assert seen == sorted(seen)
    assert sorted(set(seen)) == [0, 500, 1_000, NOTES]
    with database.reading() as session:
        decks = session.scalars(visible_decks(1)).all()
        assert len(decks) == 2
        assert sorted(session.scalars(select(Deck.name).where(Deck.owner_id == 1))) == [
            "Top",
            "Top::Sub",
        ]
        own = select(func.count()).select_from(Card).join(Note).where(Note.owner_id == 1)
        assert session.scalar(own) == report.cards_added
    assert list((tmp_path / "media").rglob("work/*")) == []


def test_in_turns_or_in_one_transaction_the_same_comes_in(
    make: Any, deck: Path, tmp_path: Path
) -> None:
    one, other = make("one"), make("other")
    bring(one, deck, MediaStore(tmp_path / "media1"))
    store = MediaStore(tmp_path / "media2")
    with open_deck_file(deck, deck.name, store, with_progress=True) as deck_file:
        media = prepare_media(deck_file, store)
        with other.writing_core() as connection:
            store_import(connection, 1, deck_file, media, NOW)
    assert sizes(one)[3] > 0
    assert everything(one) == everything(other)
    again = bring(one, deck, MediaStore(tmp_path / "media1"))
    assert (again.added, again.unchanged, again.reviews_added) == (0, NOTES, 0)
    assert everything(one) == everything(other)


def test_a_deck_of_that_name_made_meanwhile_keeps_it(make: Any, deck: Path, tmp_path: Path) -> None:
    database = make()

    def look() -> None:
        with suppress(StopIteration), database.writing() as session:
            if not session.scalars(select(Deck)).first():
                return  # the import has not begun yet
            if session.scalars(select(Deck).where(Deck.name == "Top")).first() is None:
                session.add(Deck(owner_id=1, name="Top", created_at=NOW))

    bring(database, deck, MediaStore(tmp_path / "media"), look)
    with database.reading() as session:
        names = session.scalars(select(Deck.name).where(Deck.owner_id == 1)).all()
    assert sorted(names) == ["Top", "Top (2)", "Top::Sub"]


def test_what_is_there_is_changed_in_one_transaction(make: Any, deck: Path, tmp_path: Path) -> None:
    """A deck of one's own can be seen, so nobody gets in once it has been written to."""
    database = make()
    add_deck(database, 1, cards=1, name="Top", enrolled=(1,))
    turns: list[int] = []
    report = bring(database, deck, MediaStore(tmp_path / "media"), lambda: turns.append(1))
    assert (report.added, turns) == (NOTES, [1])  # before the first note is read


def test_an_import_that_fails_on_the_way_leaves_nothing(
    make: Any, deck: Path, tmp_path: Path
) -> None:
    database, store = make(), MediaStore(tmp_path / "media")
    before = everything(database)
    calls: list[int] = []

    def look() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        bring(database, deck, store, look)
    after = everything(database)
    assert {**after, "note_type": []} == {**before, "note_type": []}
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


KILLED = """
import os, signal, sys
from pathlib import Path
from datetime import datetime, UTC
from interviewprep.services.importing import turns
from interviewprep.storage import Database
from interviewprep.storage.media_store import MediaStore
from tests.services.test_import_turns import bring
left = int(sys.argv[4])
def look():
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
bring(Database(sys.argv[1]), Path(sys.argv[2]), MediaStore(Path(sys.argv[3])), look)
"""


@pytest.mark.parametrize("turn", [2, 3, 5, 8])
def test_a_kill_between_two_turns_leaves_nothing_to_be_seen_and_the_next_start_sweeps(
    make: Any, deck: Path, tmp_path: Path, turn: int
) -> None:
    database, folder = make(), tmp_path / "media"
    arguments = [str(database.url), str(deck), str(folder), str(turn)]
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False)
    assert done.returncode in (-9, 0)
    with database.reading() as session:
        decks = session.scalars(visible_decks(1)).all()
        hidden = session.scalars(select(Deck.name).where(Deck.owner_id == 1)).all()
    if done.returncode == 0:  # it had no such turn
        assert len(decks) == 2
        return
    assert decks == []
    assert hidden
    assert all(name.startswith(HIDDEN) for name in hidden)
    remove_hidden_left(database)
    assert sizes(database) == [0] * len(CONTENT)
    assert bring(database, deck, MediaStore(folder)).added == NOTES


def test_what_a_living_import_has_hidden_is_left_alone(
    make: Any, deck: Path, tmp_path: Path
) -> None:
    database = make()
    report = bring(
        database, deck, MediaStore(tmp_path / "media"), lambda: remove_hidden_left(database)
    )
    assert report.added == NOTES
    assert sizes(database)[1] == NOTES


def test_postgresql_needs_no_turns(database: Database) -> None:
    with in_turns(database) as turns:
        assert isinstance(turns, Turns)
        assert turns.can_give_way == database.is_sqlite
