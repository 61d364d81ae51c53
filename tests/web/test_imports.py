"""Import in the browser and over the API: upload, preview, yes, report."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from interviewprep.services import import_jobs
from interviewprep.storage import Card, Database, ImportJob, MediaFile, Memory, Note, Review
from interviewprep.storage.uploads import reopen
from interviewprep.web import import_runner

from ..packages import PICTURE, collection, package
from .conftest import Browser

NOTES = (
    (1, "a", 1, "", 'Q <img src="p.png">\x1fA'),
    (2, "b", 1, "t", "<script>x</script>Q2\x1fA2"),
)


@pytest.fixture
def deck(tmp_path: Path) -> bytes:
    data = collection(tmp_path / "c", NOTES)
    media = b'{"0": "p.png"}'
    return package(tmp_path / "a.apkg", data, media=media, **{"0": PICTURE}).read_bytes()


def upload(browser: Browser, data: bytes, name: str = "deck.apkg") -> TestResponse:
    return browser.post("/imports", {"file": (io.BytesIO(data), name)})


def job_of(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def page_in_state(browser: Browser, address: str, *, past: str = "This page follows") -> str:
    """The page of a job, once it has stopped working."""
    for _ in range(200):
        text = browser.get(address).text
        if past not in text:
            return text
        time.sleep(0.05)
    raise AssertionError(f"the import never ended: {text}")


def count(database: Database, table: Any) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def uploads(app: Flask) -> list[Path]:
    folder = app.extensions["settings"].uploads_dir
    return list(folder.iterdir()) if folder.is_dir() else []


def test_a_deck_is_previewed_then_stored_then_reported(
    app: Flask, database: Database, alice: Browser, deck: bytes
) -> None:
    assert "Look inside" in alice.get("/imports").text
    address = job_of(upload(alice, deck))
    text = page_in_state(alice, address)
    assert "<dt>new</dt><dd>2</dd>" in text.replace("\n", "")
    assert "Q2" in text and "<script>x" not in text
    assert count(database, Note) == 0
    assert count(database, MediaFile) == 0
    alice.post(f"{address}/confirm", {})
    text = page_in_state(alice, address)
    assert "The import is complete." in text
    assert "study their deck from its own page" in text
    assert (count(database, Note), count(database, Card), count(database, MediaFile)) == (2, 2, 1)
    assert uploads(app) == []
    assert "2 added, 0 updated, 0 unchanged" in alice.get("/imports").text


def test_confirming_twice_stores_once(database: Database, alice: Browser, deck: bytes) -> None:
    address = job_of(upload(alice, deck))
    page_in_state(alice, address)
    for _ in range(3):
        assert alice.post(f"{address}/confirm", {}).status_code == 303
    page_in_state(alice, address)
    assert count(database, Note) == 2


def test_a_cancelled_import_leaves_nothing(
    app: Flask, database: Database, alice: Browser, deck: bytes
) -> None:
    address = job_of(upload(alice, deck))
    page_in_state(alice, address)
    assert alice.post(f"{address}/cancel").status_code == 303
    assert "was cancelled" in alice.get(address).text
    alice.post(f"{address}/confirm", {})
    assert (count(database, Note), uploads(app)) == (0, [])


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"PK\x03\x04 but no more", "deck.apkg", "not a whole zip file"),
        (b"", "deck.apkg", "is empty"),
        (b"\0\1\2" * 100, "deck.bin", "in no format that can be read here"),
        (b"\xff\xfe\0", "../../evil.apkg", "not a whole zip file"),
    ],
)
def test_a_bad_file_gets_one_sentence_and_leaves_nothing(
    app: Flask, database: Database, alice: Browser, data: bytes, name: str, said: str
) -> None:
    address = job_of(upload(alice, data, name))
    text = page_in_state(alice, address)
    assert "Nothing was imported" in text
    assert said in text
    assert ".." not in text
    assert (count(database, Note), uploads(app)) == (0, [])


FORM = {"encoding": "", "separator": "", "row_separator": ""}


def test_a_text_that_was_misread_is_read_again_as_its_learner_says(
    app: Flask, database: Database, alice: Browser
) -> None:
    data = "Größe => size\nmaß => measure\n".encode("cp1250")
    address = job_of(upload(alice, data, "words.txt"))
    text = page_in_state(alice, address)
    assert "The file cannot be read like this" in text
    assert "No separator was found" in text
    assert f"{address}/confirm" not in text
    form = {**FORM, "separator_other": " => "}
    assert alice.post(f"{address}/read-again", form).status_code == 303
    text = page_in_state(alice, address)
    assert "Größe" in text and "measure" in text
    assert '<option value="windows-1252" selected>' in text
    assert 'value=" =&gt; "' in text
    form = {**FORM, "encoding": "windows-1251", "separator": "other", "separator_other": "=>"}
    alice.post(f"{address}/read-again", form)
    assert "GrцЯe" in page_in_state(alice, address)
    alice.post(f"{address}/read-again", {**form, "encoding": "windows-1250"})
    page_in_state(alice, address)
    alice.post(f"{address}/confirm", {})
    assert "The import is complete." in page_in_state(alice, address)
    with database.reading() as session:
        texts = [note.fields for note in session.scalars(select(Note).order_by(Note.id))]
    assert [fields[:2] for fields in texts] == [["Größe", "size"], ["maß", "measure"]]
    assert uploads(app) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"encoding": "nonsense"}, "Choose one of the encodings offered."),
        ({"separator": "x"}, "Choose one of the separators offered."),
        ({"separator": "other", "separator_other": "abc"}, "A separator is tab"),
        ({"row_separator": "other"}, "A separator is tab"),
        ({"first_line_is_heading": "maybe"}, "whether the first line is a heading"),
    ],
)
def test_a_choice_that_is_none_is_refused_and_the_preview_stays(
    alice: Browser, wrong: dict[str, str], said: str
) -> None:
    address = job_of(upload(alice, b"a,b\nc,d\n", "words.csv"))
    page_in_state(alice, address)
    answer = alice.post(f"{address}/read-again", {**FORM, **wrong})
    assert (answer.status_code, said in answer.text) == (422, True)
    assert "<dt>new</dt><dd>2</dd>" in alice.get(address).text.replace("\n", "")


def test_a_first_line_that_looks_like_a_heading_is_proposed_as_one(
    database: Database, alice: Browser
) -> None:
    address = job_of(upload(alice, b"Frage;Antwort\nWas?;Das.\n", "words.csv"))
    text = page_in_state(alice, address)
    assert "<dt>new</dt><dd>1</dd>" in text.replace("\n", "")
    assert '<option value="yes" selected>' in text and "It is a heading and no card." in text
    alice.post(f"{address}/read-again", {**FORM, "first_line_is_heading": "no"})
    text = page_in_state(alice, address)
    assert "<dt>new</dt><dd>2</dd>" in text.replace("\n", "")
    alice.post(f"{address}/read-again", {**FORM, "first_line_is_heading": "yes"})
    page_in_state(alice, address)
    alice.post(f"{address}/confirm", {})
    assert "line 1: It is a heading and no card." in page_in_state(alice, address)
    assert count(database, Note) == 1


def test_a_package_has_no_form_for_texts(alice: Browser, deck: bytes) -> None:
    text = page_in_state(alice, job_of(upload(alice, deck)))
    assert "Encoding" not in text and "read-again" not in text


def test_no_file_is_said_beside_the_field(alice: Browser) -> None:
    answer = alice.post("/imports", {})
    assert answer.status_code == 422
    assert "Choose the file that holds the cards." in answer.text


def test_a_stranger_gets_nothing_of_an_import(
    database: Database, alice: Browser, bob: Browser, deck: bytes
) -> None:
    address = job_of(upload(alice, deck))
    page_in_state(alice, address)
    number = address.rpartition("/")[2]
    for ask in (
        bob.get(address),
        bob.post(f"{address}/confirm", {}),
        bob.post(f"{address}/cancel"),
        bob.get(f"/api/v1/imports/{number}"),
    ):
        assert ask.status_code == 404
    assert "deck.apkg" not in bob.get("/imports").text
    with database.reading() as session:
        assert session.scalars(select(ImportJob.state)).all() == ["ready"]


def test_only_so_many_imports_wait_at_once(alice: Browser, deck: bytes) -> None:
    for _ in range(import_jobs.MOST_OPEN):
        page_in_state(alice, job_of(upload(alice, deck)))
    answer = upload(alice, deck)
    assert answer.status_code == 422
    assert "5 imports that wait for you" in answer.text


@pytest.mark.parametrize(("progress", "kept"), [("keep", 1), ("new", 0), (None, 1)])
def test_the_choice_about_progress_is_asked_for(
    database: Database, alice: Browser, tmp_path: Path, progress: str | None, kept: int
) -> None:
    script = (
        "UPDATE cards SET type=2, queue=2, due=9, ivl=5, factor=2500, reps=3 WHERE nid=1;"
        " INSERT INTO revlog (id, cid) VALUES (1767225600000, 1)"
    )
    data = package(tmp_path / "a.apkg", collection(tmp_path / "c", NOTES, script=script))
    address = job_of(upload(alice, data.read_bytes()))
    assert "1 review, 1 card begun" in page_in_state(alice, address)
    alice.post(f"{address}/confirm", {} if progress is None else {"progress": progress})
    text = page_in_state(alice, address)
    assert "The import is complete" in text
    assert ("1 review of their history" in text) is bool(kept)
    assert (count(database, Memory), count(database, Review)) == (kept, 2 * kept)
    again = page_in_state(alice, job_of(upload(alice, data.read_bytes())))
    assert "There is nothing to change" in again and "adds progress" in again
    assert 'name="progress"' not in again


def test_another_word_for_the_choice_about_progress_is_refused(
    database: Database, alice: Browser, deck: bytes
) -> None:
    address = job_of(upload(alice, deck))
    page_in_state(alice, address)
    assert alice.post(f"{address}/confirm", {"progress": "half"}).status_code == 422
    assert count(database, Note) == 0


def test_the_choice_about_ones_own_edits_is_asked_for(
    database: Database, alice: Browser, deck: bytes, tmp_path: Path
) -> None:
    first = job_of(upload(alice, deck))
    page_in_state(alice, first)
    alice.post(f"{first}/confirm", {})
    page_in_state(alice, first)
    with database.writing() as session:
        session.execute(
            update(Note)
            .where(Note.guid == "b")
            .values(fields=["mine", ""], edited_at=datetime.now(UTC))
        )
    theirs = collection(tmp_path / "c", [NOTES[0], (2, "b", 1, "t", "theirs\x1fA2")])
    data = package(tmp_path / "b.apkg", theirs, media=b'{"0": "p.png"}', **{"0": PICTURE})
    second = job_of(upload(alice, data.read_bytes()))
    text = page_in_state(alice, second)
    assert "You edited 1 note that the file changes, too" in text
    assert alice.post(f"{second}/confirm", {"on_conflict": "hers"}).status_code == 422
    alice.post(f"{second}/confirm", {"on_conflict": "theirs"})
    page_in_state(alice, second)
    with database.reading() as session:
        assert session.scalars(select(Note.fields).where(Note.guid == "b")).one() == [
            "theirs",
            "A2",
        ]


def lost_job(database: Database, app: Flask, user_id: int, state: str, *, file: bool) -> int:
    """A job whose process has died a while ago."""
    moment = datetime.now(UTC) - timedelta(minutes=5)
    folder = app.extensions["settings"].uploads_dir
    folder.mkdir(exist_ok=True)
    if file:
        (folder / "left").write_bytes(b"x")
    with database.writing() as session:
        job = ImportJob(
            user_id=user_id,
            state=state,
            file_name="deck.apkg",
            stored_name="left",
            size_bytes=1,
            created_at=moment,
            heartbeat_at=moment,
        )
        session.add(job)
        session.flush()
        return job.id


@pytest.mark.parametrize("state", ["reading", "storing"])
@pytest.mark.parametrize("file", [True, False])
def test_a_job_whose_server_died_has_failed_and_says_so(
    app: Flask, database: Database, alice: Browser, deck: bytes, state: str, file: bool
) -> None:
    with database.reading() as session:
        user_id = session.scalars(select(import_jobs.ImportJob.user_id)).first() or 1
    job_id = lost_job(database, app, user_id, state, file=file)
    text = alice.get(f"/imports/{job_id}").text
    assert "so nothing was stored; try it again" in text
    assert ("Try again" in text) is file
    with database.reading() as session:  # looking at it has changed nothing
        assert session.get_one(ImportJob, job_id).state == state
    page_in_state(alice, job_of(upload(alice, deck)))
    with database.reading() as session:
        assert session.get_one(ImportJob, job_id).state == "failed"


def test_a_job_that_is_worked_on_is_not_lost(
    app: Flask, database: Database, alice: Browser
) -> None:
    job_id = lost_job(database, app, 1, "storing", file=True)
    locked = reopen(app.extensions["settings"].uploads_dir, "left")
    assert locked is not None
    try:
        assert "Storing the notes" in alice.get(f"/imports/{job_id}").text
    finally:
        locked.close()


def test_a_page_that_waits_loads_itself_again(
    app: Flask, database: Database, alice: Browser, deck: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_runner, "SHORT_WAIT_S", 0)
    runner = import_runner.runner_of(app)
    for _ in range(import_runner.AT_ONCE):
        runner.slot().acquire()
    address = job_of(upload(alice, deck))
    text = alice.get(address).text
    assert "Reading the file" in text
    assert '<noscript><meta http-equiv="refresh" content="1"></noscript>' in text
    for _ in range(import_runner.AT_ONCE):
        runner.slot().release()
    assert "http-equiv" not in page_in_state(alice, address)
    assert "waits for your yes" in page_in_state(alice, "/imports", past=">reading<")


def test_the_api_takes_a_file_and_reports(
    app: Flask, database: Database, alice: Browser, deck: bytes
) -> None:
    answer = alice.post("/api/v1/imports", {"file": (io.BytesIO(deck), "deck.apkg")})
    assert answer.status_code == 202
    number = answer.json["id"]
    for _ in range(200):
        found = alice.get(f"/api/v1/imports/{number}").json
        if found["state"] not in ("reading", "storing"):
            break
        time.sleep(0.05)
    assert (found["state"], found["error"]) == ("done", None)
    assert found["progress"] == {"done": 2, "total": 2}
    report = found["report"]
    assert (report["format"], report["decks"]) == ("anki2", ["Default"])
    assert report["notes"] == {"added": 2, "updated": 0, "unchanged": 0, "refused": 0}
    assert (report["cards"], report["media"], report["reviews"]) == (
        {"added": 2},
        {"added": 1},
        {"added": 0},
    )
    assert count(database, Note) == 2


def test_the_api_says_what_is_wrong_with_a_file(alice: Browser) -> None:
    answer = alice.post("/api/v1/imports", {"file": (io.BytesIO(b"PK\x03\x04"), "deck.apkg")})
    for _ in range(200):
        found = alice.get(f"/api/v1/imports/{answer.json['id']}").json
        if found["state"] != "reading":
            break
        time.sleep(0.05)
    assert found["state"] == "failed"
    assert "not a whole zip file" in found["error"]
    nothing = alice.post("/api/v1/imports", {})
    assert (nothing.status_code, nothing.json["error"]["field"]) == (422, "file")
