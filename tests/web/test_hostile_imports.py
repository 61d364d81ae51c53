"""Hostile files over HTTP: no page fails, and nobody else's account notices."""

from __future__ import annotations

import io
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from interviewprep.storage import Database, ImportJob, User

from ..formats.hostile.case import TORTURE
from ..formats.hostile.every import CASES
from ..formats.hostile.flips import kinds
from ..formats.hostile.importing import rows_of_others
from .conftest import Browser
from .test_attacks import id_of

OF_A_FAULT = ("Something went wrong", "made its reader fail", "what makes no sense")
LARGEST_BYTES = 2_000_000
EVERY = 1 if TORTURE else 12
ALWAYS = frozenset(["media names: a name with a NUL"])
FLIPS_A_KIND = 20 if TORTURE else 1
PATIENCE_S = 120.0


@pytest.fixture
def files(tmp_path: Path) -> list[tuple[str, str, bytes]]:
    """What is sent: a name for the test, the name of the file, its bytes."""
    folder = tmp_path / "making"
    folder.mkdir()
    found = [
        (str(case), case.file_name, data)
        for number, case in enumerate(CASES)
        if (number % EVERY == 0 or str(case) in ALWAYS)
        and len(data := case.make(folder)) <= LARGEST_BYTES
    ]
    dice = random.Random(4)
    for kind in kinds(folder):
        turned = [kind.turned(dice) for _ in range(FLIPS_A_KIND)]
        small = (data for data in turned if len(data) <= LARGEST_BYTES)
        found += [(kind.name, kind.file_name, data) for data in small]
    return found


def until_done(ask: Callable[[], Any], is_over: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not is_over(found := ask()):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


# What Werkzeug's test client keeps of a long upload, it leaves to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.torture
def test_no_file_makes_a_page_fail_or_changes_anything_of_others(
    app: Flask,
    database: Database,
    alice: Browser,
    bob: Browser,
    files: list[tuple[str, str, bytes]],
) -> None:
    bob.post("/cards/new", {"new_deck": "Bob's", "kind": "basic", "field_0": "q", "field_1": "a"})
    mine = id_of(database, "alice@example.org")
    others, ends = rows_of_others(database, mine), Counter[str]()
    for name, file_name, data in files:
        job = send(alice, data, file_name)
        assert job["state"] in ("done", "failed"), name
        assert not any(words in str(job["error"]) for words in OF_A_FAULT), (name, job["error"])
        page = alice.get(f"/imports/{job['id']}")
        assert page.status_code == 200, name
        ends[job["state"]] += 1
        assert rows_of_others(database, mine) == others, name
    for path in ("/", "/decks", "/search", "/review", "/imports", "/exports", "/mocks"):
        assert alice.get(path).status_code == 200, path
    assert alice.get("/api/v1/reviews/queue?limit=100").status_code == 200
    print(f"{len(files)} hostile files over the API: {dict(ends)}")
    assert ends["done"] > 5 and ends["failed"] > 5
    with database.reading() as session:
        assert len(session.scalars(select(User)).all()) == 2
        owners = set(session.scalars(select(ImportJob.user_id)))
    assert owners == {mine}
    folder = app.extensions["settings"].uploads_dir  # the last file goes after its job has ended
    until_done(lambda: list(folder.iterdir()), lambda left: left == [])


def send(browser: Browser, data: bytes, file_name: str) -> dict[str, Any]:
    """Import over the API; return the job when it has ended."""
    answer = browser.post("/api/v1/imports", {"file": (io.BytesIO(data), file_name)})
    assert answer.status_code == 202, answer.text
    number = answer.json["id"]  # type: ignore[index]

    def ask() -> Any:
        found = browser.get(f"/api/v1/imports/{number}")
        assert found.status_code == 200
        return found.json

    return dict(until_done(ask, lambda job: job["state"] in ("done", "failed")))


def test_the_preview_of_a_hostile_file_shows_and_stores_nothing(
    database: Database, alice: Browser, files: list[tuple[str, str, bytes]]
) -> None:
    """Every third of them, through the form and its pages."""
    everyone = rows_of_others(database, 0)
    kept = {name: rows for name, rows in everyone.items() if name != ImportJob.__tablename__}
    for name, file_name, data in files[::3]:
        answer = alice.post("/imports", {"file": (io.BytesIO(data), file_name)})
        assert answer.status_code == 303, name
        address = answer.headers["Location"]
        page = until_done(
            lambda address=address: alice.get(address),  # type: ignore[misc]
            lambda page: "This page follows" not in page.text,
        )
        assert page.status_code == 200 and not any(w in page.text for w in OF_A_FAULT), name
        assert "<script>HIT" not in page.text and "onerror=HIT" not in page.text.replace("&", "")
        alice.post(f"{address}/cancel")
    after = rows_of_others(database, 0)
    assert {name: rows for name, rows in after.items() if name in kept} == kept
