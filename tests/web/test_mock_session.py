"""Where the address of a mock leads, and what the page of a round carries, through a client."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.core.interviews.kinds import PANELS
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import load_learner
from interviewprep.services.stories import StoryText, write_story
from interviewprep.storage import Database, Mock, MockRound, User

from ..built_in_decks import add_built_in
from .conftest import Browser

NOW = datetime.now(UTC)
FRONTEND = Path(__file__).parents[2] / "interviewprep/frontend"
PANEL_MODULES = FRONTEND / "src/mock/panels/index.ts"


@pytest.fixture
def loop(database: Database, alice: Browser) -> uuid.UUID:
    """A loop of two rounds by alice, the first one running."""
    rounds = (("coding", 45), ("behavioral", 30))
    add_built_in(database)
    with database.writing() as session:
        user_id = session.scalars(select(User.id).where(User.email == "alice@example.org")).one()
        learner = load_learner(session.connection(), user_id)
        story = StoryText(title="A <story>", situation="It was late.")
        write_story(session, user_id, story, NOW)
        return start_mock(session, learner, Choice("loop", rounds=rounds), NOW).id


def set_states(database: Database, mock_id: uuid.UUID, *states: str) -> None:
    with database.writing() as session:
        rounds = session.scalars(
            select(MockRound).where(MockRound.mock_id == mock_id).order_by(MockRound.position)
        )
        for held, state in zip(rounds, states, strict=True):
            held.state = state
            held.ended_at = None if state in ("running", "paused", "waiting") else NOW


def data_of(page: Any) -> dict[str, Any]:
    found = re.search(r'id="mock-data"[^>]*>(.*?)</script>', page.text, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.mark.parametrize(
    ("states", "leads_to"),
    [
        (("running", "waiting"), "/rounds/0"),
        (("paused", "waiting"), "/rounds/0"),
        (("scoring", "waiting"), "/rounds/0/score"),
        (("revising", "waiting"), "/rounds/0/score"),
        (("done", "waiting"), "/rounds/1"),
        (("scoring", "running"), "/rounds/1"),
        (("done", "done"), "/end"),
    ],
)
def test_the_address_of_a_mock_leads_to_where_it_stands(
    database: Database, alice: Browser, loop: uuid.UUID, states: tuple[str, str], leads_to: str
) -> None:
    set_states(database, loop, *states)
    answer = alice.get(f"/mocks/{loop}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/mocks/{loop}{leads_to}"


def test_a_mock_that_has_ended_leads_to_its_report(
    database: Database, alice: Browser, loop: uuid.UUID
) -> None:
    set_states(database, loop, "done", "done")
    with database.writing() as session:
        session.scalars(select(Mock).where(Mock.id == loop)).one().ended_at = NOW
    assert alice.get(f"/mocks/{loop}").headers["Location"] == f"/mocks/{loop}/report"


def test_the_page_of_a_round_carries_its_state_and_ones_own_stories(
    alice: Browser, database: Database, loop: uuid.UUID
) -> None:
    coding = data_of(alice.get(f"/mocks/{loop}/rounds/0"))
    assert coding["state"]["round"]["label"] == "Coding"
    assert coding["urls"]["api"] == f"/api/v1/mocks/{loop}/rounds/0"
    assert coding["stories"] == []  # no stage of it tells one
    set_states(database, loop, "done", "running")
    behavioral = data_of(alice.get(f"/mocks/{loop}/rounds/1"))
    (story,) = behavioral["stories"]
    assert story["title"] == "A <story>"
    assert {"label": "Situation", "text": "It was late."} in story["parts"]


def test_a_waiting_round_shows_its_break_and_no_prompt(
    alice: Browser, database: Database, loop: uuid.UUID
) -> None:
    set_states(database, loop, "done", "waiting")
    page = alice.get(f"/mocks/{loop}/rounds/1")
    assert "Begin the next round" in page.text
    state = data_of(page)["state"]
    assert state["items"] == []
    until = datetime.fromisoformat(state["round"]["break_until"])
    assert until == NOW + timedelta(minutes=10)


def test_every_panel_that_a_stage_may_name_can_be_shown() -> None:
    record = (
        PANEL_MODULES.read_text(encoding="utf-8").split("PANELS: Record", 1)[1].split("};", 1)[0]
    )
    shown = set(re.findall(r'^  "?([a-z-]+)"?: \w+Panel,$', record, re.MULTILINE))
    assert shown == PANELS


def test_a_round_that_is_over_leads_on_and_one_that_is_not_there_is_not_found(
    alice: Browser, database: Database, loop: uuid.UUID
) -> None:
    set_states(database, loop, "scoring", "waiting")
    answer = alice.get(f"/mocks/{loop}/rounds/0")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/mocks/{loop}")
    assert alice.get(f"/mocks/{loop}/rounds/2").status_code == 404
    assert alice.get(f"/mocks/{uuid.uuid4()}").status_code == 404
