"""Mock interviews for the browser's tests: started through the service, looked at in the tables."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select

from interviewprep.core.prompts import Prompt
from interviewprep.services.interviews.prompts import list_prompts
from interviewprep.services.interviews.rounds import prompt_of
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import load_learner
from interviewprep.storage import Mock, MockRound, RoundItem, RoundText, User

from .conftest import Server

ADA = "ada@example.org"


def begin(server: Server, kind: str, email: str = ADA, title: str = "", **choice: Any) -> uuid.UUID:
    """Start a mock for the account and return its id; `title` names the prompt to ask."""
    database = server.database()
    with database.writing() as session:
        user_id = session.execute(select(User.id).where(User.email == email)).scalar_one()
        learner = load_learner(session.connection(), user_id)
        if title:
            found = list_prompts(session.connection(), user_id)
            choice["card_id"] = next(one.card_id for one in found if one.title == title)
        mock_id = start_mock(session, learner, Choice(kind, **choice), datetime.now(UTC)).id
    database.close()
    return mock_id


def open_round(page: Page, server: Server, mock_id: uuid.UUID) -> None:
    """Go to wherever the mock stands, which is to be a round."""
    page.goto(f"{server.address}/mocks/{mock_id}")
    page.wait_for_selector("html[data-ready=yes]")


def stage(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def go_on(page: Page, to: str) -> None:
    """Turn to the next stage, by key, and wait until it is there."""
    page.keyboard.press("Alt+n")
    expect(page.get_by_role("heading", level=1, name=to, exact=True)).to_be_visible()


def prompts_of(server: Server, mock_id: uuid.UUID, position: int = 0) -> list[Prompt]:
    """Return the prompts of a round with all their parts."""
    database = server.database()
    with database.reading() as session:
        items = session.scalars(
            select(RoundItem)
            .where(RoundItem.mock_id == mock_id, RoundItem.round == position)
            .order_by(RoundItem.position)
        )
        found = [prompt_of(item) for item in items]
    database.close()
    return found


def round_of(server: Server, mock_id: uuid.UUID, position: int = 0) -> dict[str, Any]:
    """Return what is stored of a round: its own columns, and the first item's."""
    database = server.database()
    with database.reading() as session:
        held = session.scalars(
            select(MockRound).where(MockRound.mock_id == mock_id, MockRound.position == position)
        ).one()
        item = session.scalars(
            select(RoundItem).where(
                RoundItem.mock_id == mock_id, RoundItem.round == position, RoundItem.position == 0
            )
        ).one()
        found = {
            "state": held.state,
            "stage": held.stage,
            "stages": held.stages,
            "hints": item.hints,
            "facts": item.facts,
            "follow_ups": item.follow_ups,
            "questions": item.questions,
            "change_shown_at": item.change_shown_at,
            "submitted_at": item.submitted_at,
            "outcomes": item.outcomes,
            "story_id": item.story_id,
        }
    database.close()
    return found


def text_of(server: Server, mock_id: uuid.UUID, name: str = "notes", *, position: int = 0) -> str:
    """Return what is stored of a text, empty where nothing is."""
    database = server.database()
    with database.reading() as session:
        found = session.scalars(
            select(RoundText.text).where(
                RoundText.mock_id == mock_id,
                RoundText.round == position,
                RoundText.name == name,
            )
        ).first()
    database.close()
    return found or ""


def let_pass(server: Server, mock_id: uuid.UUID, passed: timedelta) -> None:
    """Let the stretch that runs have begun so much earlier, as if that time had passed."""
    database = server.database()
    with database.writing() as session:
        held = session.scalars(
            select(MockRound).where(MockRound.mock_id == mock_id, MockRound.state == "running")
        ).one()
        *before, (at, began, _) = held.segments
        earlier = datetime.fromisoformat(began) - passed
        held.segments = [*before, [at, earlier.isoformat(), None]]
        session.scalars(select(Mock).where(Mock.id == mock_id)).one().version += 1
    database.close()
