"""Every hostile file through a whole import: one sentence, or the damage said, and no harm."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewprep.services.importing import sweep_media
from interviewprep.storage import Database
from interviewprep.storage.media_store import MediaStore

from ...packages import PICTURE, collection
from ...services.conftest import add_learner
from .case import EITHER, HARMLESS, REFUSED, REPORTED, TORTURE, Case
from .every import CASES, SAMPLE
from .importing import NOW, Outcome, bring_in, everything, rows_of_others
from .made import GOOD, apkg

MOST_BYTES = 512 * 1024 * 1024
MOST_S = 120.0 if TORTURE else 60.0
OF_A_FAULT = ("made its reader fail", "what makes no sense", "Traceback", "Error(")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, empty_sqlite_file: Path) -> Path:
    """A folder with a database in which Bob has notes, media and a history, and Alice nothing."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copy(empty_sqlite_file, folder / "app.db")
    database = Database(f"sqlite:///{folder / 'app.db'}")
    add_learner(database, "alice@example.org")
    bob = add_learner(database, "bob@example.org").id
    notes = [*GOOD, (99, "p", 1, "", 'Q<img src="p.png">\x1fA')]
    begun = (
        "UPDATE cards SET type=2, queue=2, due=9, ivl=5, factor=2500, reps=3 WHERE nid < 20;"
        " INSERT INTO revlog (id, cid) VALUES (1767225600000, 1), (1767225700000, 2)"
    )
    data = collection(folder / "c", notes, script=begun)
    good = folder / "good.apkg"
    good.write_bytes(apkg(data, media=b'{"0": "p.png"}', **{"0": PICTURE + b"bob"}))
    found = bring_in(database, bob, good, good.name, MediaStore(folder / "media"))
    assert found.report is not None and found.report.added == len(notes)
    database.close()
    return folder


@pytest.fixture
def place(world: Path, tmp_path: Path) -> Iterator[tuple[Database, MediaStore]]:
    """The same world for every case."""
    shutil.copy(world / "app.db", tmp_path / "app.db")
    shutil.copytree(world / "media", tmp_path / "media")
    database = Database(f"sqlite:///{tmp_path / 'app.db'}")
    yield database, MediaStore(tmp_path / "media")
    database.close()


ALICE = 1


def test_there_are_enough_cases_of_every_class() -> None:
    kinds = {case.kind for case in CASES}
    assert len(SAMPLE) >= 100 and len(kinds) == 19
    assert {case.kind for case in SAMPLE} == kinds
    assert len({str(case) for case in CASES}) == len(CASES)


@pytest.mark.torture
@pytest.mark.parametrize("case", CASES if TORTURE else SAMPLE, ids=str)
def test_a_hostile_file_gets_a_sentence_or_comes_in_with_its_damage_said(
    case: Case, place: tuple[Database, MediaStore], tmp_path: Path
) -> None:
    database, store = place
    making = tmp_path / "making"
    making.mkdir()
    path = tmp_path / "upload"
    path.write_bytes(case.make(making))
    shutil.rmtree(making)
    size_bytes = path.stat().st_size
    before, others = everything(database), rows_of_others(database, ALICE)

    found = bring_in(database, ALICE, path, case.file_name, store)

    check_outcome(case, found)
    assert found.took_s < MOST_S
    assert max(found.peak_bytes, found.child_bytes) < MOST_BYTES
    check_rows(found, database, before, others)
    check_files(database, store, tmp_path)
    assert path.stat().st_size == size_bytes
    if TORTURE:
        peaks = f"{found.peak_bytes >> 20:4} and {found.child_bytes >> 20:4} MiB"
        print(f"{found.took_s:6.1f} s, {peaks}: {case}")


def check_outcome(case: Case, found: Outcome) -> None:
    if case.end == REFUSED:
        assert found.report is None, (found.report.added, found.codes) if found.report else None
        assert case.said in found.refusal
    elif case.end in (REPORTED, HARMLESS):
        assert found.refusal == ""
    if case.end == REPORTED:
        assert case.said in found.codes, found.codes
    if found.report is None:
        sentence = found.refusal
        assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 500, sentence
        assert sentence.isprintable(), sentence
        assert not any(words in sentence for words in OF_A_FAULT), sentence
    assert case.end in (REFUSED, REPORTED, HARMLESS, EITHER)


def check_rows(
    found: Outcome,
    database: Database,
    before: dict[str, set[str]],
    others: dict[str, list[object]],
) -> None:
    """Whatever came in is Alice's, and nothing that was there has changed."""
    after = everything(database)
    assert rows_of_others(database, ALICE) == others
    for name, rows in before.items():
        assert rows <= after[name], name
        if found.report is None:
            assert rows == after[name], name


def check_files(database: Database, store: MediaStore, folder: Path) -> None:
    """All files lie in the media store by the hashes of rows, once it has been swept."""
    ours = {"app.db", "app.db-wal", "app.db-shm", "app.db-writing", "upload"}
    here = {path.name for path in folder.iterdir()}
    assert here <= ours | {"media"}, here
    with database.reading_core() as connection:
        sweep_media(connection, store, NOW.timestamp() * 2)
    known = {row.split("'")[1] for row in everything(database)["media"]}
    assert {path.name for path in store.folder.rglob("*") if path.is_file()} == known
    assert list((store.folder / "work").iterdir()) == []
    assert not Path("/tmp/escaped.png").exists() and not Path("/tmp/escaped.md").exists()
