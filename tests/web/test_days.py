"""The lid is closed, and tomorrow the page shows what is due."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import time_machine
from sqlalchemy import select

from interviewprep.storage import Database, User

from ..services.conftest import add_deck
from .conftest import Browser
from .test_accounts_settings import STUDY

EVENING = datetime.now(UTC).replace(hour=20, minute=0, second=0, microsecond=0)


def test_tomorrow_brings_what_sm_2_says(alice: Browser, database: Database) -> None:
    with database.reading() as session:
        owner = session.execute(select(User.id)).scalar_one()
    _, cards = add_deck(database, owner, cards=3)
    with time_machine.travel(EVENING, tick=False):
        answers = [
            {
                "id": str(uuid.uuid4()),
                "card_id": card,
                "version": 0,
                "grade": "good",
                "answered_at": EVENING.isoformat(),
            }
            for card in cards
        ]
        alice.post("/api/v1/reviews", json={"answers": answers})
        assert "Done for today" in alice.get("/").get_data(as_text=True)
        assert "3 cards come back tomorrow" in alice.get("/").get_data(as_text=True)
    with time_machine.travel(EVENING.replace(hour=23), tick=False):
        assert alice.get("/api/v1/reviews/queue").json["cards"] == []  # type: ignore[index]
    with time_machine.travel(EVENING + timedelta(hours=10), tick=False):  # six in the morning
        found = alice.get("/api/v1/reviews/queue").json
        assert found is not None
        assert found["counts"] == {"new": 0, "learning": 0, "due": 3}
        assert {card["card_id"] for card in found["cards"]} == set(cards)
        good = found["cards"][0]["outcomes"]["good"]["label"]
        assert good in ("5 d", "6 d", "7 d")
        assert "3 cards wait" in alice.get("/").get_data(as_text=True)


def test_who_has_taken_the_new_cards_of_a_day_is_offered_a_mock_or_an_exercise(
    alice: Browser, database: Database
) -> None:
    with database.reading() as session:
        owner = session.execute(select(User.id)).scalar_one()
    add_deck(database, owner, cards=2)
    alice.post("/account/study", {**STUDY, "new_per_day": "1"})
    assert "Begin a mock" not in alice.get("/").text
    [card] = alice.get("/api/v1/reviews/queue").json["cards"]  # type: ignore[index]
    answer = {"id": str(uuid.uuid4()), "card_id": card["card_id"], "version": 0}
    answer |= {"grade": "easy", "answered_at": datetime.now(UTC).isoformat()}
    alice.post("/api/v1/reviews", json={"answers": [answer]})
    page = alice.get("/").text
    assert "Your new card of today is taken." in page and "Add another deck" in page
    assert 'href="/mocks/new"' in page and "Begin a mock" in page and "Do an exercise" in page
