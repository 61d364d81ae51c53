"""Files of every format that has no progress: imported once, again, and corrected."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.services.importing import (
    ImportReport,
    open_deck_file,
    prepare_media,
    store_import,
)
from interviewprep.storage import Database, Note
from interviewprep.storage.media_store import MediaStore

from ..formats.test_classic_cards import TABLE
from ..formats.test_crowdanki import model, note
from ..packages import PICTURE
from .conftest import NOW, add_learner


def crowdanki(folder: Path, answer: str) -> Path:
    path = folder / "deck.json"
    notes = [note("a", "q", answer), note("b", "q2", "x")]
    whole = {"__type__": "Deck", "name": "Top", "note_models": [model()], "notes": notes}
    path.write_text(json.dumps(whole))
    return path


def classic(folder: Path, answer: str) -> Path:
    path = folder / "cards.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(TABLE)
    rows = [(1, 1, "q", answer, 0), (2, 1, "q2", "x", 1)]
    connection.executemany("INSERT INTO cards VALUES (?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path


def text(name: str, whole: str) -> Callable[[Path, str], Path]:
    def write(folder: Path, answer: str) -> Path:
        path = folder / name
        path.write_text(whole.replace("ANSWER", answer))
        return path

    return write


def archive(folder: Path, answer: str) -> Path:
    path = folder / "box.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.md", f"q ![](p.png)::{answer}\n")
        packed.writestr("b.csv", "q2,x\n")
        packed.writestr("p.png", PICTURE)
    return path


MNEMOSYNE = """<mnemosyne core_version="1">
<item id="1"><Q>q</Q><A>ANSWER</A></item><item id="2"><Q>q2</Q><A>x</A></item></mnemosyne>"""
MAKERS: dict[str, Callable[[Path, str], Path]] = {
    "crowdanki": crowdanki,
    "classic-cards": classic,
    "hashcards": text("x.md", "Q: q\nA: ANSWER\n---\nC: a [q2]\n"),
    "obsidian": text("x.md", "q::ANSWER\n\nq2:::x\n"),
    "archive": archive,
    "mnemosyne": text("x.xml", MNEMOSYNE),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_second_import_changes_nothing_and_a_corrected_one_updates(
    database: Database, tmp_path: Path, name: str
) -> None:
    user_id = add_learner(database).id
    store = MediaStore(tmp_path / "media")

    def bring(answer: str) -> ImportReport:
        path = MAKERS[name](tmp_path, answer)
        with open_deck_file(path, path.name, store) as deck_file:
            media = prepare_media(deck_file, store)
            with database.writing_core() as connection:
                return store_import(connection, user_id, deck_file, media, NOW)

    def counts(report: ImportReport) -> tuple[int, int, int, int]:
        return report.added, report.updated, report.unchanged, report.refused

    first = bring("an answer")
    assert (first.format, counts(first)) == (name, (2, 0, 0, 0))
    assert first.media_added == (1 if name == "archive" else 0)
    assert counts(bring("an answer")) == (0, 0, 2, 0)
    assert counts(bring("a better answer")) == (0, 1, 1, 0)
    with database.reading() as session:
        fields: list[Any] = list(session.scalars(select(Note.fields).order_by(Note.id)))
    assert len(fields) == 2
    assert any("a better answer" in part for part in fields[0])
