"""A learner meets a card that an edition changed, and reports one, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from interviewprep.services.learner import load_learner
from interviewprep.storage import User

from ..services.shelf import PRECISION, RECALL, Shelf
from .conftest import Server, expect_question, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

NOTICE = "Changed since you last saw it"
REVISED = RECALL.replace("## recall\n", "## recall\nrev: 2\n").replace("Found", "Retrieved")
REFUSE = "navigator.clipboard.writeText = () => Promise.reject(new Error('no'))"


@pytest.fixture
def shelf(page: Page, server: Server, tmp_path: Path) -> Iterator[Shelf]:
    """A shelf of one deck, of which ada answered a card two weeks ago; the next edition changed
    that card today."""
    sign_up(page)
    database = server.database()
    with database.reading_core() as connection:
        user_id = connection.execute(select(User.id)).scalar_one()
        learner = load_learner(connection, user_id)
    (tmp_path / "cards").mkdir()
    begun = datetime.now(UTC) - timedelta(days=14)
    shelf = Shelf(tmp_path / "cards", database, learner, begun)
    shelf.edition(RECALL)
    shelf.enrol()
    for days in (0, 1, 7):
        shelf.now = begun + timedelta(days=days)
        shelf.answer("recall")
    shelf.now = datetime.now(UTC)
    shelf.edition(REVISED + PRECISION)
    yield shelf
    database.close()


def open_review(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/review")
    expect_question(page)


def test_the_change_is_told_once_with_both_answers_and_again_after_an_undo(
    shelf: Shelf, page: Page, server: Server
) -> None:
    open_review(page, server)
    notice = page.get_by_text(NOTICE)
    question = page.get_by_role("region", name="Question")
    expect(notice).to_be_visible()
    expect(question).to_contain_text("What is recall?")
    expect(question).to_have_accessible_description(NOTICE)
    page.keyboard.press("Space")
    expect(page.get_by_role("region", name="Now")).to_contain_text("Retrieved positives")
    expect(page.get_by_role("region", name="Before")).to_contain_text("Found positives")

    page.keyboard.press("3")
    expect(question).to_contain_text("What is precision?")
    expect(notice).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.get_by_role("region", name="Before")).to_have_count(0)

    page.keyboard.press("u")
    expect(question).to_contain_text("What is recall?")
    expect(notice).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("1")  # it comes back today, as any other card
    expect(notice).to_be_hidden()
    page.keyboard.press("Space")
    page.keyboard.press("4")
    expect(question).to_contain_text("What is recall?")
    expect(notice).to_be_hidden()
    page.keyboard.press("Space")
    page.keyboard.press("3")
    expect(page.get_by_role("heading", name="That is all for today")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="That is all for today")).to_be_visible()


def test_a_key_copies_the_report_and_nothing_is_sent(
    shelf: Shelf, page: Page, server: Server
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_review(page, server)
    asked: list[tuple[str, str | None]] = []
    page.on("request", lambda request: asked.append((request.method, request.post_data)))
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Report this card")
    expect(dialog.get_by_role("status")).to_have_text(re.compile("^Copied"))
    text = dialog.get_by_label("Text of the report").input_value()
    assert "Card: recall (rev 2)\nDeck: ml/metrics\nInterview Prep " in text
    assert "What is recall?" in text and "Retrieved positives" in text
    assert page.evaluate("navigator.clipboard.readText()").replace("\r", "") == text
    assert {method for method, _ in asked} == {"GET"}
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("Space")  # the review goes on
    expect(page.get_by_role("button", name=re.compile("^Good"))).to_be_visible()


def test_where_the_clipboard_is_refused_the_text_is_marked_to_be_copied(
    shelf: Shelf, page: Page, server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    phone = new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        storage_state=page.context.storage_state(),
    ).new_page()
    phone.add_init_script(REFUSE)
    open_review(phone, server)
    phone.get_by_label("More").tap()
    phone.get_by_role("button", name="Report this card").tap()
    dialog = phone.get_by_role("dialog", name="Report this card")
    expect(dialog.get_by_role("status")).to_contain_text("The text is marked")
    field = dialog.get_by_label("Text of the report")
    expect(field).to_be_focused()
    marked = phone.evaluate(
        "(field => field.value.slice(field.selectionStart, field.selectionEnd))"
        "(document.activeElement)"
    )
    assert marked == field.input_value() and "Card: recall" in marked
    dialog.get_by_role("button", name="Close").tap()
    expect(dialog).to_have_count(0)


def test_without_a_connection_the_report_says_what_the_page_knows(
    shelf: Shelf, page: Page, server: Server
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_review(page, server)
    page.context.set_offline(True)
    page.keyboard.press("Space")
    page.keyboard.press("r")
    field = page.get_by_label("Text of the report")
    expect(field).to_have_value(re.compile(r"Deck: Metrics\s+Question:\s+What is recall\?"))
    expect(field).to_have_value(re.compile("Answer:.*Retrieved positives", re.DOTALL))


def test_the_card_page_copies_the_report_too(shelf: Shelf, page: Page, server: Server) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    [card_id] = shelf.cards("precision")
    page.goto(f"{server.address}/cards/{card_id}")
    page.get_by_role("link", name="Report this card").press("Enter")
    dialog = page.get_by_role("dialog", name="Report this card")
    expect(dialog.get_by_role("status")).to_have_text(re.compile("^Copied"))
    assert "Card: precision (rev 1)" in page.evaluate("navigator.clipboard.readText()")
    assert page.url.endswith(f"/cards/{card_id}")
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("link", name="Report this card")).to_be_focused()
