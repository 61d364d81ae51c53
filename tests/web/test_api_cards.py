"""Decks and cards over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.services.enrolling import enrol
from interviewprep.storage import CardMark, Database
from tests.services.content import NOW, add_built_in, add_note, cards, remember

from .conftest import Browser
from .test_decks import user_id


def post(browser: Browser, path: str, body: Any) -> Any:
    headers = {"X-CSRFToken": browser.csrf()}
    return browser.client.post(f"/api/v1{path}", json=body, headers=headers)


def test_decks_are_listed_with_whose_they_are(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        add_built_in(session, "Evaluation", "q")
        add_note(session, user_id(database, "alice"), "q", deck="ML::A")
    answer = alice.get("/api/v1/decks").json
    assert answer is not None
    listed = [(deck["name"], deck["is_built_in"], deck["is_own"]) for deck in answer["decks"]]
    assert listed == [("Evaluation", True, False), ("ML::A", False, True)]
    assert [(deck["cards"], deck["is_studied"]) for deck in answer["decks"]] == [
        (1, False),
        (1, True),
    ]


def test_a_card_comes_rendered_with_where_it_stands(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        ada = user_id(database, "alice")
        card = cards(session, add_note(session, ada, "**q**", tags="x"))[0]
    answer = alice.get(f"/api/v1/cards/{card.id}").json
    assert answer is not None
    assert "<strong>q</strong>" in answer["front_html"]
    assert (answer["state"], answer["tags"]) == (None, ["x"])
    with database.writing() as session:
        remember(session, ada, card)
    answer = alice.get(f"/api/v1/cards/{card.id}").json
    assert answer is not None
    assert (answer["state"]["due_day"], answer["state"]["ease"]) == ("2026-11-20", 2.5)
    assert answer["state"]["due_at"] == "2026-11-20T04:00:00Z"


def test_marks_are_set_one_by_one(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        ada = user_id(database, "alice")
        note = add_built_in(session, "Evaluation", "q")[0]
        enrol(session, ada, note.deck_id, NOW)
        card = cards(session, note)[0].id
    answer = post(alice, f"/cards/{card}/marks", {"suspended": True})
    assert answer.json == {"suspended": True, "flag": 0, "tags": [], "note": ""}
    assert post(alice, f"/cards/{card}/marks", {"flag": 3}).json["suspended"] is True
    answer = post(alice, f"/cards/{card}/marks", {"suspended": False, "flag": 0})
    assert answer.status_code == 200
    with database.reading() as session:
        assert session.scalars(select(CardMark)).all() == []


@pytest.mark.parametrize("body", [{"flag": 8}, {"flag": "3"}, {"suspended": 1}, {"hidden": True}])
def test_a_mark_that_is_none_is_refused(
    database: Database, alice: Browser, body: dict[str, Any]
) -> None:
    with database.writing() as session:
        card = cards(session, add_note(session, user_id(database, "alice"), "q"))[0].id
    assert post(alice, f"/cards/{card}/marks", body).status_code == 422


def test_a_stranger_sees_and_marks_nothing(
    database: Database, alice: Browser, bob: Browser
) -> None:
    with database.writing() as session:
        card = cards(session, add_note(session, user_id(database, "alice"), "secret"))[0].id
    assert bob.get(f"/api/v1/cards/{card}").status_code == 404
    assert post(bob, f"/cards/{card}/marks", {"suspended": True}).status_code == 404
    listed = bob.get("/api/v1/decks").json
    assert listed == {"decks": []}
    with database.reading() as session:
        assert session.scalars(select(CardMark)).all() == []
