"""Scoring and the end of a mock in a real browser: by keyboard, without script, for everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from interviewprep.storage import Card, Deck, User

from ..services.interviews.mocks import Asked, add_open_mock, add_prompt, begin
from .conftest import Server, sign_in, sign_up
from .test_accessibility import Looker

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

EVIDENCE = "I named the cost first."
KEEP_A_SOUND = """([user, mock]) => new Promise((resolve, reject) => {
  const request = indexedDB.open("interviewprep-recordings", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("recordings");
  request.onerror = reject;
  request.onsuccess = () => {
    const change = request.result.transaction("recordings", "readwrite");
    const blob = new Blob([new Uint8Array(64)], { type: "audio/webm" });
    change.objectStore("recordings").put({ blob, seconds: 3, at: 0 }, `${user}/${mock}/0/0`);
    change.oncomplete = () => { request.result.close(); resolve(); };
  };
})"""


def add_mock(server: Server, kind: str = "system-design") -> UUID:
    database = server.database()
    now = datetime.now(UTC) - timedelta(hours=1)
    with database.writing() as session:
        user_id = session.scalars(select(User.id)).one()
        deck = session.scalars(select(Deck.id).where(Deck.name == "Model evaluation")).one()
        cards = session.scalars(select(Card.id).where(Card.deck_id == deck).limit(3)).all()
        for card_id in cards:
            begin(session, user_id, card_id, (now + timedelta(days=9)).date())
        missed = {"follow_ups": [{"n": 1, "answered": False}]}
        card_id = add_prompt(session, user_id, now)
        mock_id = add_open_mock(session, user_id, [(kind, [Asked(card_id, missed)])], now)
    database.close()
    return mock_id


def score_all(page: Page) -> None:
    """Choose the second level of each row by keyboard alone, and write a sentence."""
    rows = page.locator("fieldset.score-row")
    for place in range(rows.count()):
        row = rows.nth(place)
        row.get_by_role("radio").first.focus()
        page.keyboard.press("ArrowRight")
        expect(row.get_by_role("radio").nth(1)).to_be_checked()
        row.get_by_role("textbox").fill(EVIDENCE)


def test_the_pages_of_scoring_shut_nobody_out(
    server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    looker = Looker(new_context(reduced_motion="reduce").new_page())
    page = looker.page
    page.goto(server.address)
    sign_up(page)
    mock_id = add_mock(server)
    page.goto(f"{server.address}/mocks/{mock_id}/rounds/0/score")
    looker.look("score")
    score_all(page)
    page.reload()  # what was typed is still there
    expect(page.get_by_role("textbox").first).to_have_value(EVIDENCE)
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    page.get_by_role("button", name="Save the scores").click()
    expect(page.get_by_role("heading", name="Compare and revise")).to_be_visible()
    page.get_by_text("Revise your scores").click()
    looker.look("revise")
    page.get_by_role("button", name="Go on to the end").click()
    expect(page.get_by_role("heading", name="End this mock?")).to_be_visible()
    looker.look("end")
    page.get_by_role("button", name="End the mock").click()
    page.wait_for_url(f"{server.address}/mocks/{mock_id}/report")
    looker.look("report")
    assert not looker.wrong, "\n".join(looker.wrong)


def test_a_refused_form_leads_to_the_first_row_that_is_wrong(server: Server, page: Page) -> None:
    sign_up(page)
    page.goto(f"{server.address}/mocks/{add_mock(server)}/rounds/0/score")
    page.get_by_role("radio").first.check()
    page.get_by_role("textbox").first.fill(EVIDENCE)
    page.get_by_role("button", name="Save the scores").click()
    expect(page.get_by_role("alert")).to_contain_text("2 rows still need something")
    second = page.locator("fieldset.score-row").nth(1)
    expect(second.get_by_role("radio").first).to_be_focused()
    expect(page.get_by_role("textbox").first).to_have_value(EVIDENCE)


def test_all_of_it_works_without_script(
    server: Server, page: Page, new_context: Callable[..., BrowserContext]
) -> None:
    sign_up(page)
    mock_id = add_mock(server)
    plain = new_context(java_script_enabled=False).new_page()
    sign_in(plain, server)
    plain.goto(f"{server.address}/mocks/{mock_id}/rounds/0/score")
    score_all(plain)
    plain.get_by_role("button", name="Save the scores").click()
    plain.get_by_role("button", name="Go on to the end").click()
    plain.get_by_role("button", name="End the mock").click()
    plain.wait_for_url(f"{server.address}/mocks/{mock_id}/report")
    expect(plain.get_by_role("button", name="Undo")).to_be_visible()


def test_a_recording_of_this_device_can_be_heard_before_scoring(server: Server, page: Page) -> None:
    sign_up(page)
    mock_id = add_mock(server, "behavioral")
    address = f"{server.address}/mocks/{mock_id}/rounds/0/score"
    page.goto(address)
    expect(page.locator("audio")).to_have_count(0)
    user = page.locator("[data-recordings-of]").get_attribute("data-recordings-of")
    page.evaluate(KEEP_A_SOUND, [user, str(mock_id)])
    page.goto(address)
    expect(page.get_by_label("Your recording")).to_be_visible()
