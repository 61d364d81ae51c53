"""Scoring a round and ending a mock, as forms that need no script."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from interviewprep.services.drafts import list_drafts
from interviewprep.services.interviews.sheets import load_sheet
from interviewprep.storage import Database, Memory, Mock, MockRound, Review, Score, User

from ..services.conftest import add_deck
from ..services.interviews.mocks import Asked, add_open_mock, add_prompt, begin, score, tag_cards
from .conftest import Browser
from .people import text_of

NOW = datetime.now(UTC) - timedelta(hours=1)
MISSED = {"follow_ups": [{"n": 1, "answered": False}, {"n": 2, "answered": None}]}
HIDDEN = ("SECRET-OUTLINE", "Replay of a day", "Two million", "Names the first bottleneck")


def alice_id(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(User.id).order_by(User.id)).first() or 0


def make(database: Database, state: str = "scoring", rounds: int = 1) -> uuid.UUID:
    user_id = alice_id(database)
    with database.writing() as session:
        card_id = add_prompt(session, user_id, NOW)
        asked = [("system-design", [Asked(card_id, MISSED)])] * rounds
        return add_open_mock(session, user_id, asked, NOW, state=state)


def levels(*given: str, evidence: str = "I asked for the volume.", **other: str) -> dict[str, str]:
    found = {f"level-0-{row}": level for row, level in enumerate(given) if level}
    return {**found, **{f"evidence-0-{row}": evidence for row in range(3)}, **other}


def state_of(database: Database, mock_id: uuid.UUID, position: int = 0) -> str:
    with database.reading() as session:
        return session.get_one(MockRound, (alice_id(database), mock_id, position)).state


def test_levels_stand_side_by_side_and_the_answer_only_after_the_first_scores(
    alice: Browser, database: Database
) -> None:
    mock_id = make(database)
    path = f"/mocks/{mock_id}/rounds/0/score"
    page = alice.get(path).get_data(as_text=True)
    assert all(level in page for level in ("guesses", "asks late", "asks first", "bounds it"))
    assert "Design a place where people leave notes." in page
    assert not any(secret in page for secret in HIDDEN)
    answer = alice.post(path, levels("3", "2", "none"))
    assert (answer.status_code, answer.location) == (303, f"{path}#answers")
    page = alice.get(path).get_data(as_text=True)
    assert all(secret in page for secret in HIDDEN)
    assert "Leaning no hire" in page and "2.57" in page
    assert page.count("I asked for the volume.") == 6  # beside the rubric, and in the form


def test_revised_scores_are_kept_beside_and_done_leads_to_the_end(
    alice: Browser, database: Database
) -> None:
    mock_id = make(database)
    path = f"/mocks/{mock_id}/rounds/0/score"
    alice.post(path, levels("3", "3", "3"))
    alice.post(path, levels("3", "3", "4", do="save"))
    assert state_of(database, mock_id) == "revising"
    answer = alice.post(path, levels("3", "2", "4", do="done"), follow_redirects=True)
    assert answer.request.path == f"/mocks/{mock_id}/end"
    assert state_of(database, mock_id) == "done"
    with database.reading() as session:
        rows = load_sheet(session, alice_id(database), mock_id, 0).items[0].rows
        assert [(row.first.level, row.level) for row in rows if row.first] == [
            (3, 3),
            (3, 2),
            (3, 4),
        ]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (levels("3", "", "3"), "Choose a level, or say that it was not seen."),
        (levels("3", "9", "3"), "Choose a level"),
        (levels("3", "three", "3"), "Choose a level"),
        (levels("3", "2", "3", evidence=" "), "Add a sentence of evidence"),
        ({"level-0-0": "3", "evidence-0-0": "x" * 2001}, "at most 2,000 characters"),
        ({}, "3 rows still need something"),
        ({"level-x-0": "3", "level-0": "3", "level-0-²": "3", "level-": "1"}, "3 rows still need"),
        ({"level-99999-0": "3", "do": "done"}, "3 rows still need something"),
    ],
)
def test_a_form_that_is_refused_says_where_and_keeps_what_was_typed(
    alice: Browser, database: Database, sent: dict[str, str], said: str
) -> None:
    mock_id = make(database)
    answer = alice.post(f"/mocks/{mock_id}/rounds/0/score", sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text_of(page)
    assert sent.get("evidence-0-0", "").strip() in page
    assert not any(secret in page for secret in HIDDEN)
    if sent.get("level-0-0") == "3":
        assert 'name="level-0-0" value="3" checked' in page
    with database.reading() as session:
        assert session.scalars(select(Score)).all() == []
    assert state_of(database, mock_id) == "scoring"


def test_pages_lead_on_to_where_the_mock_stands(alice: Browser, database: Database) -> None:
    running = make(database, "running")
    answer = alice.get(f"/mocks/{running}/rounds/0/score")
    assert (answer.status_code, answer.location) == (303, f"/mocks/{running}")
    answer = alice.post(f"/mocks/{running}/rounds/0/score", levels("3", "3", "3"))
    assert (answer.status_code, answer.location) == (303, f"/mocks/{running}")
    for method in (alice.get, alice.post):
        answer = method(f"/mocks/{running}/end")
        assert (answer.status_code, answer.location) == (303, f"/mocks/{running}")
    with database.reading() as session:
        assert session.get_one(Mock, (alice_id(database), running)).ended_at is None


def test_after_a_round_of_a_loop_comes_the_next_or_the_end(
    alice: Browser, database: Database
) -> None:
    mock_id = make(database, rounds=2)
    with database.writing() as session:
        session.get_one(MockRound, (alice_id(database), mock_id, 1)).state = "waiting"
    path = f"/mocks/{mock_id}/rounds/0/score"
    alice.post(path, levels("3", "3", "3"))
    page = alice.get(path).get_data(as_text=True)
    assert "Go on to the next round" in page and f"/mocks/{mock_id}/end" in page
    answer = alice.post(path, levels("3", "3", "3", do="done"))
    assert answer.location == f"/mocks/{mock_id}"
    page = alice.get(f"/mocks/{mock_id}/end").get_data(as_text=True)
    assert "One round was not held" in text_of(page)


def ready(database: Database) -> tuple[uuid.UUID, int, list[int]]:
    """Return a scored mock, its prompt, and two cards that come back and are offered."""
    user_id = alice_id(database)
    _, cards = add_deck(database, user_id, cards=2)
    with database.writing() as session:
        tag_cards(session, cards, "scoping")
        begin(session, user_id, cards[0], (NOW + timedelta(days=9)).date())
        prompt = add_prompt(session, user_id, NOW)
        given = [("system-design", [Asked(prompt, MISSED)])]
        mock_id = add_open_mock(session, user_id, given, NOW)
        score(session, user_id, mock_id, (1, 3, 3), NOW)
    return mock_id, prompt, cards


def test_the_end_says_everything_before_it_is_done(alice: Browser, database: Database) -> None:
    mock_id, _, _ = ready(database)
    said = text_of(alice.get(f"/mocks/{mock_id}/end").get_data(as_text=True))
    for words in (
        "Leaning no hire",
        "A place for notes",
        "Graded hard, by its score",
        "Question 0?",
        "Scope, scored 1",
        "Question 1?",
        "How would you test it?",
    ):
        assert words in said
    with database.reading() as session:
        assert [row.kind for row in session.scalars(select(Review))] == ["set"]


def test_ending_does_it_once_and_keeps_the_drafts_that_were_ticked(
    alice: Browser, database: Database
) -> None:
    mock_id, prompt, cards = ready(database)
    page = alice.get(f"/mocks/{mock_id}/end").get_data(as_text=True)
    key = page.split('name="drafts" value="')[1].split('"')[0]
    for _ in range(2):
        answer = alice.post(f"/mocks/{mock_id}/end", {"drafts": key})
        assert (answer.status_code, answer.location) == (303, f"/mocks/{mock_id}/report")
    user_id = alice_id(database)
    with database.reading() as session:
        assert [each.question for each in list_drafts(session, user_id)] == [
            "How would you test it?"
        ]
        assert session.get_one(Memory, (user_id, prompt)).version == 1
        assert session.get_one(Memory, (user_id, cards[0])).version == 2
        assert len(session.scalars(select(Review).where(Review.kind == "mock")).all()) == 2
    assert alice.get(f"/mocks/{mock_id}/report").status_code == 200
    assert alice.get(f"/mocks/{mock_id}/end").location == f"/mocks/{mock_id}"
    assert alice.get(f"/mocks/{mock_id}/rounds/0/score").location == f"/mocks/{mock_id}/report"


def test_a_draft_that_was_not_ticked_is_not_made(alice: Browser, database: Database) -> None:
    mock_id, _, _ = ready(database)
    alice.post(f"/mocks/{mock_id}/end", {"drafts": "follow-up-of-nobody"})
    with database.reading() as session:
        assert list_drafts(session, alice_id(database)) == []
