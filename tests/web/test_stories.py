"""The pages of the story bank."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from interviewprep.services.interviews.giving import choose_story
from interviewprep.services.interviews.running import finish_round
from interviewprep.services.interviews.scoring import save_scores
from interviewprep.services.interviews.sheets import Given
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import load_learner
from interviewprep.storage import Database, Deck, Story, User

from .conftest import Browser
from .people import text_of
from .walking_mocks import add_prompt

STORY: dict[str, Any] = {
    "title": "The dairy's tanks",
    "situation": "A dairy ordered its lorries too early.",
    "competencies": ["ownership", "communication"],
    "questions": ["proudest-project"],
}


def stored(database: Database) -> list[Story]:
    with database.reading() as session:
        return list(session.query(Story))


def write(browser: Browser, **changed: Any) -> str:
    """Write a story and return its page's address."""
    assert browser.post("/stories/new", {**STORY, **changed}).status_code == 303
    found = re.findall(r'href="(/stories/[0-9a-f-]{36})"', browser.get("/stories").text)
    return str(found[0])


def test_the_grid_marks_what_is_served_and_names_the_gaps(alice: Browser) -> None:
    empty = text_of(alice.get("/stories").text)
    assert "No story yet for: Motivation , Ownership ," in empty
    assert empty.count("No story yet: write one") == 3
    write(alice)
    page = alice.get("/stories").text
    gaps = text_of(page).split("No story yet for:")[1].split(".")[0]
    assert [gap.strip() for gap in gaps.split(",")] == [
        *("Motivation", "Learning", "Teamwork", "Ambiguity", "Delivery", "Integrity"),
        "Leadership",
    ]
    table = re.search(r"<tbody>(.*?)</tbody>", page, re.S)
    assert table is not None
    cells = ["serves" in cell for cell in re.findall(r"<td.*?</td>", table[1], re.S)]
    assert cells == [False, True, False, False, True, False, False, False, False]
    assert text_of(page).count("No story yet: write one") == 2


def test_a_gap_leads_to_a_form_with_it_ticked(alice: Browser) -> None:
    page = alice.get("/stories/new?competency=integrity&question=conflict&competency=luck").text
    assert re.findall(r'value="(\S+)" checked', page) == ["integrity", "conflict"]


def test_nothing_typed_is_lost_after_a_refusal(alice: Browser, database: Database) -> None:
    sent = {**STORY, "title": " ", "action": "I sat <there> for a week.", "next": "/decks?a=1"}
    answer = alice.post("/stories/new", sent)
    assert answer.status_code == 422
    assert "Give the story a title" in answer.text
    assert "I sat &lt;there&gt; for a week." in answer.text
    assert re.findall(r'value="(\S+)" checked', answer.text) == [
        "ownership",
        "communication",
        "proudest-project",
    ]
    assert 'name="next" value="/decks?a=1"' in answer.text
    assert stored(database) == []


def test_the_second_window_keeps_what_it_typed_and_may_replace(
    alice: Browser, database: Database
) -> None:
    address = write(alice)
    assert alice.post(address, {**STORY, "task": "First", "version": 1}).status_code == 303
    for version in (2**31 - 1, 10**30, -1, "x"):
        assert alice.post(address, {**STORY, "task": "Odd", "version": version}).status_code == 422
    late = alice.post(address, {**STORY, "task": "Second", "version": 1})
    assert late.status_code == 422
    assert "another window" in late.text
    assert "<dd>First</dd>" in late.text
    assert re.search(r'<textarea id="field-task".*?>\s*Second</textarea>', late.text, re.S)
    seen = re.search(r'name="version" value="(\d+)"', late.text)
    assert seen is not None
    assert alice.post(address, {**STORY, "task": "Second", "version": seen[1]}).status_code == 303
    (story,) = stored(database)
    assert (story.task, story.version) == ("Second", 3)


def test_after_saving_one_goes_back_to_where_one_came_from(alice: Browser) -> None:
    address = write(alice)
    for asked, expected in (("/decks", "/decks"), ("//evil.example", "/stories")):
        page = alice.get(f"{address}?next={asked}").text
        assert ('name="next"' in page) == (asked == expected)
        sent = {**STORY, "version": alice_version(page), "next": asked}
        assert alice.post(address, sent).location == expected


def alice_version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_a_story_is_deleted_after_a_question(alice: Browser, database: Database) -> None:
    address = write(alice)
    asked = alice.get(f"{address}/delete").text
    assert "Delete this story?" in asked and STORY["title"].replace("'", "&#39;") in asked
    assert len(stored(database)) == 1
    assert alice.post(f"{address}/delete").status_code == 303
    assert stored(database) == []


def test_the_page_says_how_long_the_story_takes(alice: Browser) -> None:
    address = write(alice, action="word " * 270)
    assert "277 words, 1:59 spoken. About two minutes, as it should be." in alice.get(address).text


def test_a_stranger_finds_no_story_of_others(alice: Browser, bob: Browser) -> None:
    address = write(alice)
    assert bob.get(address).status_code == 404
    assert STORY["title"].replace("'", "&#39;") not in bob.get("/stories").text


def test_a_story_is_improved_right_after_the_round_in_which_it_was_told(
    alice: Browser, database: Database
) -> None:
    address = write(alice)
    story_id = uuid.UUID(address.rpartition("/")[2])
    now = datetime.now(UTC)
    with database.writing() as session:
        user_id = session.scalars(select(User.id)).one()
        deck = Deck(owner_id=user_id, name="Questions", created_at=now)
        session.add(deck)
        session.flush()
        ids = {"owner_id": user_id, "deck_id": deck.id}
        details = {"kind": "behavioral", "competency": "ownership"}
        card_id = add_prompt(session, ids, "A repair", "### Prompt\n\nWhat?\n", details, now)
        learner = load_learner(session.connection(), user_id)
        mock_id = start_mock(session, learner, Choice("behavioral", card_id=card_id), now).id
        choose_story(session, learner, mock_id, 0, 0, story_id)
        finish_round(session, learner, mock_id, 0, now)
        given = {(0, row): Given(3, "Seen.") for row in range(4)}
        save_scores(session, user_id, mock_id, 0, given, now)
    scored = f"/mocks/{mock_id}/rounds/0/score"
    assert f'href="{address}?next={scored}"' in alice.get(scored).text
    sent = {**STORY, "result": "Half as many trips.", "version": 1, "next": scored}
    assert alice.post(address, sent).location == scored
