"""Export in the browser: what may be chosen, what is downloaded, what is said of the rest."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from interviewprep.core.notes import NoteKind
from interviewprep.storage import Database
from tests.services.content import add_built_in, add_note

from .conftest import Browser
from .test_decks import user_id


def sent(browser: Browser, **form: str) -> TestResponse:
    """The answer to a form, read to its end and closed, as a server does."""
    answer = browser.post("/exports", form)
    answer.get_data()
    answer.close()
    return answer


@pytest.fixture
def deck_id(database: Database, alice: Browser) -> int:
    with database.writing() as session:
        alice_id = user_id(database, "alice")
        add_note(session, alice_id, "Inside?", deck="Größe: ML::Sub")
        return add_note(session, alice_id, "=Is it?", deck="Größe: ML").deck_id


def test_a_deck_is_downloaded_under_its_name(alice: Browser, deck_id: int) -> None:
    answer = sent(alice, deck=str(deck_id), format="csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment;")
    assert "Gr%C3%B6%C3%9Fe-%20ML.csv" in said
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["front"], row["deck"]) for row in rows] == [
        ("'=Is it?", "Größe: ML"),
        ("Inside?", "Größe: ML::Sub"),
    ]


def test_everything_is_what_one_owns_or_studies(
    database: Database, alice: Browser, deck_id: int
) -> None:
    with database.writing() as session:
        other = add_built_in(session, "Evaluation", "What is AUC?")[0].deck_id
    assert len(json.loads(sent(alice, format="json").text)["notes"]) == 2
    alice.post(f"/decks/{other}/enrol")
    assert len(json.loads(sent(alice, format="json").text)["notes"]) == 3


def test_the_page_offers_own_and_studied_decks_and_the_one_asked_for(
    database: Database, alice: Browser, bob: Browser, deck_id: int
) -> None:
    with database.writing() as session:
        built_in = add_built_in(session, "Evaluation", "What is AUC?")[0].deck_id
    page = alice.get("/exports").text
    assert "Größe: ML · Sub" in page
    assert "Evaluation" not in page
    page = alice.get(f"/exports?deck={built_in}").text
    assert f'<option value="{built_in}" selected>Evaluation' in page
    assert alice.get("/exports?deck=0").status_code == 404
    assert alice.get("/exports?deck=²").status_code == 404
    assert alice.get(f"/exports?deck={'9' * 30}").status_code == 404
    assert bob.get(f"/exports?deck={deck_id}").status_code == 404
    assert "Größe" not in bob.get("/exports").text


def test_a_deck_of_somebody_else_is_not_found(bob: Browser, deck_id: int) -> None:
    answer = sent(bob, deck=str(deck_id), format="json")
    assert answer.status_code == 404
    assert "Is it?" not in answer.text


def test_what_stays_behind_is_said_on_the_next_page(
    database: Database, alice: Browser, deck_id: int
) -> None:
    with database.writing() as session:
        add_note(session, user_id(database, "alice"), "See {{c1::x}}", kind=NoteKind.CLOZE)
    answer = sent(alice, format="markdown")
    assert answer.headers["Content-Type"] == "application/zip"
    name = re.fullmatch(r"attachment; filename=(\S+)", answer.headers["Content-Disposition"])
    assert name and f"Not everything went into {name[1]}." in alice.get("/decks").text


@pytest.mark.parametrize("wanted", ["", "pdf", "CSV"])
def test_an_unknown_format_is_refused_beside_its_field(alice: Browser, wanted: str) -> None:
    answer = sent(alice, format=wanted)
    assert answer.status_code == 422
    assert "Choose what to write." in answer.text


def test_nothing_is_left_on_the_disk(app: Flask, alice: Browser, deck_id: int) -> None:
    sent(alice, format="json")
    media: Path = app.extensions["settings"].media_dir
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_the_ways_to_the_page(alice: Browser, deck_id: int) -> None:
    assert 'href="/exports"' in alice.get("/account").text
    assert 'href="/exports"' in alice.get("/account/delete").text
    assert f'href="/exports?deck={deck_id}"' in alice.get(f"/decks/{deck_id}").text
