"""What a learner is told when an edition changes a built-in card, and how they report one."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

from interviewprep.services.learner import load_learner
from interviewprep.storage import Database
from tests.services.content import add_note, cards
from tests.services.shelf import CLOZE, PRECISION, RECALL, Shelf

from .conftest import Browser
from .test_decks import user_id

REVISED = RECALL.replace("## recall\n", "## recall\nrev: 2\n").replace("Found", "Retrieved")
NOTICE = "Changed since you last"
PROMPT = """## design-a-cache
kind: design
level: 1
title: A cache

### Prompt

Design a cache for profiles.

### Outline

The secret outline.
"""


@pytest.fixture
def shelf(database: Database, alice: Browser, tmp_path: Path) -> Shelf:
    """A shelf on which alice answered one card a month ago."""
    (tmp_path / "cards").mkdir()
    with database.reading_core() as connection:
        learner = load_learner(connection, user_id(database, "alice"))
    shelf = Shelf(tmp_path / "cards", database, learner, datetime.now(UTC) - timedelta(days=30))
    shelf.edition(RECALL)
    shelf.enrol()
    shelf.answer("recall")
    shelf.now += timedelta(days=1)
    shelf.answer("recall")
    shelf.now = datetime.now(UTC)
    return shelf


def queued(browser: Browser) -> dict[str, object]:
    [card] = browser.get("/api/v1/reviews/queue").get_json()["cards"]
    return dict(card)


def test_the_change_goes_with_the_card_once_and_returns_with_an_undo(
    shelf: Shelf, alice: Browser
) -> None:
    assert queued(alice)["change"] is None
    shelf.edition(REVISED)
    card = queued(alice)
    assert card["change"] == {"earlier_html": "<p>Found positives over all positives.</p>"}
    page = alice.get("/review").text
    assert f'<p id="changed" class="review-changed">{NOTICE} saw it</p>' in page
    assert f"{NOTICE} answered it." in alice.get(f"/cards/{card['card_id']}").text
    answer_id = str(uuid.uuid4())
    answer = {
        "id": answer_id,
        "card_id": card["card_id"],
        "version": card["version"],
        "grade": "again",
        "answered_at": shelf.now.isoformat(),
    }
    done = alice.post("/api/v1/reviews", json={"answers": [answer], "next": 5}).get_json()
    assert [one["status"] for one in done["results"]] == ["stored"]
    [repeat] = done["cards"]
    assert repeat["repeat_at"] is not None and repeat["change"] is None
    assert 'class="review-changed" hidden' in alice.get("/review").text
    assert NOTICE not in alice.get(f"/cards/{card['card_id']}").text
    undone = alice.post(f"/api/v1/reviews/{answer_id}/undo").get_json()
    assert undone["card"]["change"] == card["change"]


def test_an_answer_to_the_text_before_says_why_it_does_not_count(
    shelf: Shelf, alice: Browser
) -> None:
    card = queued(alice)
    shelf.edition(REVISED)
    answer = {
        "id": str(uuid.uuid4()),
        "card_id": card["card_id"],
        "version": card["version"],
        "grade": "good",
        "answered_at": shelf.now.isoformat(),
    }
    [result] = alice.post("/api/v1/reviews", json={"answers": [answer]}).get_json()["results"]
    assert result["status"] == "stale" and "The deck has a new answer" in result["reason"]
    assert queued(alice)["change"] is not None


def test_a_card_of_a_built_in_deck_is_reported_as_plain_text(shelf: Shelf, alice: Browser) -> None:
    shelf.edition(REVISED + "N: As a search engine does.\n")
    [card_id] = shelf.cards("recall")
    assert queued(alice)["report_url"] == f"/cards/{card_id}/report"
    assert f'href="/cards/{card_id}/report" data-card-report' in alice.get(f"/cards/{card_id}").text
    answer = alice.get(f"/cards/{card_id}/report")
    assert answer.mimetype == "text/plain"
    assert answer.text == (
        "Card: recall (rev 2)\n"
        "Deck: ml/metrics\n"
        f"Interview Prep {version('interviewprep')}\n"
        "\n"
        "Question:\n"
        "What is recall?\n"
        "\n"
        "Answer:\n"
        "Retrieved positives over all positives.\n"
        "\n"
        "Note:\n"
        "As a search engine does.\n"
        "\n"
        "What is wrong:\n"
    )


def test_an_item_of_a_cloze_is_reported_by_its_key_with_its_gap(
    shelf: Shelf, alice: Browser
) -> None:
    shelf.edition(CLOZE.replace("all positives}}", "all *positives*::which ones?}}"))
    first, second = shelf.cards("rates")
    text = alice.get(f"/cards/{second}/report").text
    assert "Card: rates#c2 (rev 1)\n" in text
    assert "Question:\nOf all *positives*, recall counts those […].\n" in text
    assert "Answer:\nfound\n" in text
    assert "Question:\nOf [which ones?], recall" in alice.get(f"/cards/{first}/report").text


def test_the_other_direction_of_a_term_asks_the_other_way_round(
    shelf: Shelf, alice: Browser
) -> None:
    shelf.edition("## recall-term\n\nT: Recall\nD: Found positives over all.\n")
    _, back = shelf.cards("recall-term")
    text = alice.get(f"/cards/{back}/report").text
    assert "recall-term#dt" in text
    assert "Question:\nFound positives over all.\n\nAnswer:\nRecall\n" in text


def test_the_report_of_a_prompt_gives_nothing_of_its_solution_away(
    shelf: Shelf, alice: Browser
) -> None:
    shelf.edition(PRECISION + PROMPT)
    [card_id] = shelf.cards("design-a-cache")
    text = alice.get(f"/cards/{card_id}/report").text
    assert "Card: design-a-cache (rev 1)\n" in text and "Design a cache for profiles." in text
    assert "secret" not in text


def test_a_card_of_ones_own_deck_is_not_reported(
    shelf: Shelf, database: Database, alice: Browser
) -> None:
    with database.writing() as session:
        note = add_note(session, user_id(database, "alice"), "Mine?")
        [card] = cards(session, note)
        card_id = card.id
    answer = alice.get(f"/cards/{card_id}/report")
    assert answer.status_code == 404 and "no part of a built-in deck" in answer.text
    assert "data-card-report" not in alice.get(f"/cards/{card_id}").text
