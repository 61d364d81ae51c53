"""The review endpoints, from outside: what they store and what they say."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from interviewprep.services.tokens import create_token
from interviewprep.storage import Database, Memory, Rendering, Review, User
from interviewprep.web.api.endpoints import LARGEST_BODY_BYTES

from ..services.conftest import add_deck
from .conftest import Browser, add_user, signed_in


def answer(card_id: int, grade: str = "good", version: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "card_id": card_id,
        "version": version,
        "grade": grade,
        "answered_at": datetime.now(UTC).isoformat(),
        "duration_ms": 3000,
        **more,
    }


@pytest.fixture
def cards(database: Database, alice: Browser) -> list[int]:
    with database.reading() as session:
        owner = session.execute(select(User.id)).scalar_one()
    return add_deck(database, owner, cards=5)[1]


def count(database: Database, table: Any) -> int:
    with database.reading() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_the_queue_carries_html_and_what_each_grade_leads_to(
    alice: Browser, cards: list[int], database: Database
) -> None:
    found = alice.get("/api/v1/reviews/queue?limit=2").json
    assert found is not None
    assert found["counts"] == {"new": 5, "learning": 0, "due": 0}
    assert [card["card_id"] for card in found["cards"]] == cards[:2]
    first = found["cards"][0]
    assert first["front_html"] == "<p>Question 0?</p>"
    assert first["deck"]["name"] == "Basics"
    assert first["outcomes"]["again"]["label"] == "10 min"
    assert set(first["outcomes"]) == {"again", "hard", "good", "easy"}
    assert count(database, Rendering) == 2  # made now, kept for the next time


def test_answers_are_stored_once_and_bring_the_next_card(
    alice: Browser, cards: list[int], database: Database
) -> None:
    one = answer(cards[0])
    first = alice.post("/api/v1/reviews", json={"answers": [one], "next": 1})
    again = alice.post("/api/v1/reviews", json={"answers": [one], "next": 1})
    assert first.json is not None and again.json is not None
    assert first.json["results"][0] | {"due_at": ""} == {
        "id": one["id"],
        "status": "stored",
        "version": 1,
        "due_at": "",
        "reason": None,
        "due_day_changed": False,
    }
    assert again.json["results"][0]["status"] == "repeated"
    assert first.json["cards"][0]["card_id"] == cards[1]
    assert first.json["counts"] == {"new": 4, "learning": 0, "due": 0}
    assert (count(database, Review), count(database, Memory)) == (1, 1)


def test_undo_gives_the_card_back(alice: Browser, cards: list[int]) -> None:
    one = answer(cards[0], "again")
    alice.post("/api/v1/reviews", json={"answers": [one]})
    undone = alice.post(f"/api/v1/reviews/{one['id']}/undo").json
    again = alice.post(f"/api/v1/reviews/{one['id']}/undo").json
    assert undone is not None and again is not None
    assert (undone["status"], undone["version"], undone["due_at"]) == ("stored", 2, None)
    assert undone["card"]["card_id"] == cards[0] and undone["card"]["version"] == 2
    assert undone["counts"] == {"new": 5, "learning": 0, "due": 0}
    assert (again["status"], again["version"]) == ("repeated", 2)


def test_the_newest_answer_is_taken_back_from_any_device(alice: Browser, cards: list[int]) -> None:
    first, second = answer(cards[0]), answer(cards[1], "easy")
    alice.post("/api/v1/reviews", json={"answers": [first, second]})
    found = [alice.post("/api/v1/reviews/undo").json for _ in range(2)]
    assert {one["id"] for one in found if one} == {first["id"], second["id"]}
    assert found[1] is not None and found[1]["counts"]["new"] == 5
    assert alice.post("/api/v1/reviews/undo").status_code == 404


def test_an_unknown_undo_is_not_found(alice: Browser, cards: list[int]) -> None:
    refused = alice.post(f"/api/v1/reviews/{uuid.uuid4()}/undo")
    assert refused.status_code == 404
    assert refused.json is not None and refused.json["error"]["code"] == "not-found"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"grade": "excellent"}, "answers.0.grade"),
        ({"grade": 3}, "answers.0.grade"),
        ({"version": -1}, "answers.0.version"),
        ({"id": "7"}, "answers.0.id"),
        ({"answered_at": "2026-01-01T10:00:00"}, "answers.0.answered_at"),
        ({"card_id": 2**70}, "answers.0.card_id"),
        ({"surprise": 1}, "answers.0.surprise"),
    ],
)
def test_a_bad_answer_is_refused_with_its_place_and_nothing_is_stored(
    alice: Browser, cards: list[int], database: Database, change: dict[str, Any], field: str
) -> None:
    refused = alice.post("/api/v1/reviews", json={"answers": [answer(cards[0]) | change]})
    assert refused.status_code == 422
    assert refused.json is not None and refused.json["error"]["field"] == field
    assert count(database, Review) == 0


@pytest.mark.parametrize("answered_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_clock_far_out_of_its_mind_loses_no_answer(
    alice: Browser, cards: list[int], database: Database, answered_at: str
) -> None:
    sent = answer(cards[0], answered_at=answered_at, promised_due_day="9999-12-31")
    taken = alice.post("/api/v1/reviews", json={"answers": [sent]})
    assert taken.json is not None and taken.json["results"][0]["status"] == "stored"
    with database.reading() as session:
        [at] = session.scalars(select(Review.at))
    assert abs(datetime.now(UTC) - at) < timedelta(days=61)


def test_a_body_beyond_reason_is_refused_unread(
    alice: Browser, cards: list[int], database: Database
) -> None:
    sent = answer(cards[0], padding="x" * LARGEST_BODY_BYTES)
    refused = alice.post("/api/v1/reviews", json={"answers": [sent]})
    assert refused.status_code == 413
    assert refused.json is not None
    assert refused.json["error"]["message"].startswith("That is larger than this server takes;")
    assert count(database, Review) == 0


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_is_believed_however_its_scheme_is_written(
    app: Flask, alice: Browser, cards: list[int], database: Database, scheme: str
) -> None:
    with database.writing() as session:
        owner = session.execute(select(User.id)).scalar_one()
        token = create_token(session, owner, datetime.now(UTC)).token
    headers = {"Authorization": f"{scheme} {token}"}
    client = app.test_client()
    sent = {"answers": [answer(cards[0])]}
    stored = client.post("/api/v1/reviews", json=sent, headers=headers)
    assert stored.json is not None and stored.json["results"][0]["status"] == "stored"
    assert count(database, Review) == 1
    assert client.get("/api/v1/decks", headers={"Authorization": token}).status_code == 401


def test_messages_of_the_api_begin_their_words_as_usual(alice: Browser, cards: list[int]) -> None:
    refused = alice.post("/api/v1/reviews", json={"answers": [answer(cards[0]) | {"id": None}]})
    assert refused.json is not None
    assert "cannot be used: UUID input should be" in refused.json["error"]["message"]


@pytest.mark.parametrize("value", ["0", 0.5, True, None, [1], 2**31])
def test_numbers_are_not_bent_out_of_what_was_sent(
    alice: Browser, cards: list[int], database: Database, value: Any
) -> None:
    refused = alice.post("/api/v1/reviews", json={"answers": [answer(cards[0], version=value)]})
    assert refused.status_code == 422
    assert count(database, Review) == 0


def test_a_whole_number_may_be_written_as_a_decimal(alice: Browser, cards: list[int]) -> None:
    taken = alice.post("/api/v1/reviews", json={"answers": [answer(cards[0], version=0.0)]})
    assert taken.json is not None and taken.json["results"][0]["status"] == "stored"


def test_writing_needs_a_csrf_token_and_a_session(
    alice: Browser, cards: list[int], database: Database, anonymous: Browser
) -> None:
    body = {"answers": [answer(cards[0])]}
    forged = alice.client.post("/api/v1/reviews", json=body)
    assert (forged.status_code, forged.json["error"]["code"]) == (400, "csrf")  # type: ignore[index]
    assert anonymous.post("/api/v1/reviews", json=body).status_code == 401
    assert anonymous.client.post("/api/v1/reviews", json=body).status_code == 401
    assert anonymous.get("/api/v1/reviews/queue").status_code == 401
    assert count(database, Review) == 0


def test_strangers_cannot_answer_or_undo(
    app: Flask, database: Database, alice: Browser, cards: list[int]
) -> None:
    bob = signed_in(app, add_user(database, "robert@example.org"))
    mine = answer(cards[0])
    alice.post("/api/v1/reviews", json={"answers": [mine]})
    tried = bob.post("/api/v1/reviews", json={"answers": [answer(cards[1])]}).json
    assert tried is not None and tried["results"][0]["status"] == "refused"
    assert bob.post(f"/api/v1/reviews/{mine['id']}/undo").status_code == 404
    assert count(database, Review) == 1


def test_the_description_names_every_endpoint(anonymous: Browser) -> None:
    found = anonymous.get("/api/v1/openapi.json").json
    assert found is not None
    assert found["openapi"] == "3.1.0"
    paths = set(found["paths"])
    assert {"/api/v1/reviews", "/api/v1/reviews/queue", "/api/v1/reviews/{id}/undo"} <= paths


def test_the_session_names_the_account_opaquely(alice: Browser, bob: Browser) -> None:
    mine, again, his = (who.get("/api/v1/session").json for who in (alice, alice, bob))
    assert mine is not None and again is not None and his is not None
    assert mine["user"] == again["user"] != his["user"]
    assert "alice" not in mine["user"]
    moved = alice.client.post(
        "/api/v1/reviews", json={"answers": []}, headers={"X-CSRFToken": mine["csrf"]}
    )
    assert moved.status_code == 422  # the token was good; the empty list was not


def test_the_pages_of_the_day_show_what_waits(alice: Browser, cards: list[int]) -> None:
    start = alice.get("/").get_data(as_text=True)
    assert "5 cards wait" in start and "Basics" in start
    review = alice.get("/review").get_data(as_text=True)
    assert "Question 0?" in review
    for card in cards:
        alice.post("/api/v1/reviews", json={"answers": [answer(card, "easy")]})
    assert "Done for today" in alice.get("/").get_data(as_text=True)
