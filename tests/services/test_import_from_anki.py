"""What Anki itself writes arrives, or is named in the report, note by note."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from interviewprep.services.importing import open_deck_file, prepare_media, store_import
from interviewprep.storage import Card, CardMark, Database, Deck, Enrolment, Memory, Note, NoteMedia
from interviewprep.storage.media_store import MediaStore

from ..packages import PICTURE
from .conftest import add_learner

_WRITER = """
import sys
from pathlib import Path
from anki.collection import Collection, ExportAnkiPackageOptions
folder, path, legacy, picture = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "1", sys.argv[4]
col = Collection(str(folder / "collection.anki2"))
(folder / "heart.png").write_bytes(bytes.fromhex(picture))
col.add_image_occlusion_notetype()
deck = col.decks.id("Heart::Parts")
col.decks.select(deck)
col.add_image_occlusion_note(
    notetype_id=col.models.by_name("Image Occlusion")["id"], image_path=str(folder / "heart.png"),
    occlusions="{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.4:oi=1}}<br>"
    "{{c2::image-occlusion:ellipse:left=.5:top=.5:rx=.1:ry=.2:oi=1}}",
    header="", back_extra="", tags=["io"])
cards = []
for n in range(6):
    note = col.new_note(col.models.by_name("Basic"))
    note["Front"], note["Back"] = f"Q{n}", "A"
    col.add_note(note, deck)
    cards.append(note.cards()[0].id)
col.sched.bury_cards([cards[0]], manual=True)
col.sched.suspend_cards([cards[1]])
col.set_user_flag_for_cards(3, [cards[2]])
col.sched.set_due_date([cards[3]], "5")
col.db.execute("update cards set type=1, queue=1, left=1001, due=? where id=?", 10**9 + 1, cards[4])
config = col.decks.add_config("Mine")
config["new"]["perDay"], config["rev"]["perDay"], config["new"]["delays"] = 7, 55, [2, 20]
col.decks.update_config(config)
said = col.decks.get(deck)
said["conf"] = config["id"]
col.decks.save(said)
options = ExportAnkiPackageOptions(
    with_scheduling=True, with_media=True, legacy=legacy, with_deck_configs=True)
col.export_anki_package(out_path=path, options=options, limit=None)
col.close()
"""


@pytest.fixture(params=["modern", "legacy"])
def marked(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "collection"
    folder.mkdir()
    path = tmp_path / "heart.apkg"
    legacy = "1" if request.param == "legacy" else "0"
    command = [sys.executable, "-c", _WRITER, str(folder), str(path), legacy, PICTURE.hex()]
    subprocess.run(command, check=True)
    return path


def test_state_options_and_masks_arrive_or_are_named(
    database: Database, marked: Path, tmp_path: Path
) -> None:
    alice = add_learner(database).id
    store = MediaStore(tmp_path / "media")
    with (
        open_deck_file(marked, marked.name, store, with_progress=True) as deck_file,
        database.writing_core() as connection,
    ):
        media = prepare_media(deck_file, store)
        now = datetime.now(UTC)
        report = store_import(connection, alice, deck_file, media, now)
    assert (report.added, report.cards_added, report.refused) == (7, 8, 0)
    with database.reading() as session:
        fronts = {
            card: fields[0]
            for card, fields in session.execute(
                select(Card.id, Note.fields).join(Note, Note.id == Card.note_id)
            )
        }
        marks = {
            fronts[mark.card_id]: (mark.is_suspended, mark.flag)
            for mark in session.scalars(select(CardMark))
        }
        begun = {fronts[one.card_id]: one.interval_days for one in session.scalars(select(Memory))}
        options = session.execute(
            select(Enrolment.options).join(Deck, Deck.id == Enrolment.deck_id)
        ).scalar_one()
        shown = session.scalars(select(NoteMedia.label)).all()
    assert marks == {"Q1": (True, 0), "Q2": (False, 3)}
    assert begun["Q3"] == 5 and set(begun) == {"Q3", "Q4"}
    assert options == {"new_per_day": 7, "reviews_per_day": 55}
    assert len(shown) == 1
    named = {(warning.code, bool(warning.where)) for warning in report.warnings}
    assert {("buried", True), ("learning-steps", True), ("deck-options", False)} <= named
    assert not {("buried", False), ("learning-steps", False)} & named, "said once, by name"
    assert ("image-occlusion", True) in named
