"""The preview of an import asks, the learner answers: note by note, in the browser's own forms."""

from __future__ import annotations

import http.server
import io
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from interviewprep.services.remote_pictures import fetch_picture
from interviewprep.storage import Database, Note
from interviewprep.web import remote_pictures

from ..packages import PICTURE, collection, package
from .conftest import Browser
from .test_imports import job_of, page_in_state, upload

A, B, C = (1, "a", 1, "", "Qa\x1fA"), (2, "b", 1, "", "Qb\x1fA"), (3, "c", 1, "", "Qc\x1fA")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., bytes]:
    def run(*notes: Any) -> bytes:
        data = collection(tmp_path / "c", notes, decks={"1": {"name": "Deck"}})
        return package(tmp_path / "deck.apkg", data).read_bytes()

    return run


def bring(browser: Browser, data: bytes, **choices: Any) -> str:
    """Upload a file and say yes to it; return the page of its report."""
    address = job_of(upload(browser, data))
    page_in_state(browser, address)
    assert browser.post(f"{address}/confirm", choices).status_code == 303
    return page_in_state(browser, address)


def texts(database: Database) -> list[str]:
    with database.reading() as session:
        living = select(Note.fields).where(Note.retired_at.is_(None))
        return sorted(fields[0] for fields in session.scalars(living))


def edit(database: Database, guid: str, text: str) -> None:
    with database.writing() as session:
        changed = {"fields": [text, "A"], "edited_at": datetime.now(UTC)}
        session.execute(update(Note).where(Note.guid == guid).values(changed))


def test_both_versions_of_a_note_are_shown_and_each_may_be_chosen(
    database: Database, alice: Browser, file: Any
) -> None:
    bring(alice, file(A, B, C))
    for guid in "abc":
        edit(database, guid, f"my {guid}")
    newer = file(*[(n, g, 1, "", f"new {g}\x1fA") for n, g in enumerate("abc", 1)])
    address = job_of(upload(alice, newer))
    page = page_in_state(alice, address)
    assert "You edited 3 notes that the file changes, too" in page
    for guid in "abc":
        assert f"<p><mark>my</mark> {guid}</p>" in page, "where they differ is marked"
        assert f"<p><mark>new</mark> {guid}</p>" in page
    wrong = alice.post(f"{address}/confirm", {"conflict-1": "hers"})
    assert wrong.status_code == 422
    form = {"on_conflict": "mine", "conflict-0": "theirs", "conflict-1": "both", "conflict-2": ""}
    alice.post(f"{address}/confirm", form)
    assert "The import is complete." in page_in_state(alice, address)
    assert texts(database) == ["my b", "my c", "new a", "new b"]


@pytest.mark.parametrize(
    ("choice", "left"), [({}, ["Qa", "Qb", "Qc"]), ({"on_missing": "retire"}, ["Qa"])]
)
def test_notes_that_the_file_no_longer_has_are_listed_and_go_only_if_asked(
    database: Database, alice: Browser, file: Any, choice: dict[str, str], left: list[str]
) -> None:
    bring(alice, file(A, B, C))
    address = job_of(upload(alice, file(A)))
    page = page_in_state(alice, address)
    assert "2 notes of earlier imports are not in this file" in page
    assert "<span>Qb<small>Deck</small></span>" in page
    assert alice.post(f"{address}/confirm", {"on_missing": "burn"}).status_code == 422
    alice.post(f"{address}/confirm", choice)
    report = page_in_state(alice, address)
    assert ("2 notes retired" in report) is bool(choice)
    assert texts(database) == left


def test_only_ticked_notes_go_and_none_but_those_of_the_list(
    database: Database, alice: Browser, file: Any
) -> None:
    bring(alice, file(A, B, C))
    address = job_of(upload(alice, file(A)))
    page_in_state(alice, address)
    with database.reading() as session:
        ids = {row.guid: str(row.id) for row in session.execute(select(Note.guid, Note.id))}
    other = {"on_missing": "some", "missing": ids["a"]}
    assert alice.post(f"{address}/confirm", other).status_code == 422
    alice.post(f"{address}/confirm", {"on_missing": "some", "missing": ids["c"]})
    page_in_state(alice, address)
    assert texts(database) == ["Qa", "Qb"]


def ended(browser: Browser, number: int) -> Any:
    for _ in range(400):
        found = browser.get(f"/api/v1/imports/{number}").get_json()
        if found["state"] not in ("reading", "storing"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_the_api_takes_the_same_decisions(database: Database, alice: Browser, file: Any) -> None:
    bring(alice, file(A, B))
    edit(database, "a", "my a")
    newer = file((1, "a", 1, "", "new a\x1fA"))
    sent = {"file": (io.BytesIO(newer), "x.apkg"), "on_conflict": "theirs", "on_missing": "retire"}
    job = alice.post("/api/v1/imports", sent).get_json()
    report = ended(alice, job["id"])["report"]
    assert (report["notes"]["updated"], report["missing"]) == (1, {"found": 1, "retired": 1})
    assert texts(database) == ["new a"]


def test_the_api_reads_a_text_as_it_is_told(database: Database, alice: Browser) -> None:
    sent = {
        "file": (io.BytesIO("Größe => size;maß => measure".encode("cp1250")), "words.txt"),
        "encoding": "windows-1250",
        "separator": " => ",
        "row_separator": "semicolon",
    }
    assert ended(alice, alice.post("/api/v1/imports", sent).get_json()["id"])["state"] == "done"
    assert texts(database) == ["Größe", "maß"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("progress", "half"),
        ("on_conflict", "hers"),
        ("on_missing", ""),
        ("encoding", "klingon"),
        ("separator", "abc"),
        ("row_separator", "x" * 100),
        ("nonsense", "1"),
    ],
)
def test_the_api_names_the_option_that_it_cannot_use(
    database: Database, alice: Browser, file: Any, field: str, value: str
) -> None:
    answer = alice.post("/api/v1/imports", {"file": (io.BytesIO(file(A)), "x.apkg"), field: value})
    assert (answer.status_code, answer.get_json()["error"]["field"]) == (422, field)
    assert texts(database) == []


def test_the_description_of_the_api_names_the_options(alice: Browser) -> None:
    described = alice.get("/api/v1/openapi.json").get_json()["paths"]["/api/v1/imports"]["post"]
    schema = described["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(schema["properties"]) == {
        "file",
        "progress",
        "on_conflict",
        "on_missing",
        "encoding",
        "separator",
        "row_separator",
        "first_line_is_heading",
    }
    assert schema["properties"]["progress"]["enum"] == ["keep", "new"]
    assert schema["required"] == ["file"]


class Pictures(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(PICTURE)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_pictures_elsewhere_are_links_until_their_learner_says_yes(
    database: Database,
    alice: Browser,
    bob: Browser,
    file: Any,
    elsewhere: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    report = bring(alice, file((1, "a", 1, "", f'Q <img src="http://{elsewhere}/p.png">\x1fA')))
    assert 'href="/imports/pictures"' in report
    page = alice.get("/imports/pictures").text
    assert elsewhere in page and "1 picture in 1 note" in page
    assert elsewhere not in bob.get("/imports/pictures").text
    nothing = alice.post("/imports/pictures", {})
    assert (nothing.status_code, "Tick the servers" in nothing.text) == (422, True)
    # As it runs for real, it never asks this machine.
    refused = alice.post("/imports/pictures", {"host": elsewhere}).text
    assert f"<code>http://{elsewhere}/p.png</code> it lies in a private network" in refused
    monkeypatch.setattr(
        remote_pictures, "fetch_picture", partial(fetch_picture, allow_private=True)
    )
    fetched = alice.post("/imports/pictures", {"host": elsewhere}).text
    assert "1 picture is in your decks now, in 1 note." in fetched
    assert "All pictures of your notes are here" in alice.get("/imports/pictures").text
    (text,) = texts(database)
    label = text.partition('src="')[2].partition('"')[0]
    card = alice.get("/api/v1/reviews/queue").get_json()["cards"][0]["front_html"]
    assert label in card and elsewhere not in card
    address = card.partition('src="')[2].partition('"')[0]
    with alice.get(address) as shown:
        assert shown.data == PICTURE
    assert bob.get(address).status_code == 404
