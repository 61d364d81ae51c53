"""What one would apologise for: words that jump, shrink, or do not fit their button."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from interviewprep.storage import Card, Deck, Memory, Note

from .conftest import Server, sign_up
from .lived import live
from .places import LEARNER, show_question

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

FIRST_WORDS = """region => {
    const words = document.createTreeWalker(region, NodeFilter.SHOW_TEXT)
    do words.nextNode(); while (!words.currentNode.textContent.trim())
    const range = document.createRange()
    range.setStart(words.currentNode, 0)
    range.setEnd(words.currentNode, 1)
    const {left, top, height} = range.getBoundingClientRect()
    return [left, top, height].map(Math.round)
}"""
OVERFLOWING = """() => [...document.querySelectorAll('.grade')]
    .filter(button => button.scrollWidth > button.clientWidth
        || button.scrollHeight > button.clientHeight)
    .map(button => button.innerText)"""


@pytest.fixture
def phone(server: Server, new_context: Callable[..., BrowserContext]) -> Page:
    """A phone of somebody who has studied for two weeks."""
    page = new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    ).new_page()
    page.goto(server.address)
    sign_up(page, LEARNER)
    database = server.database()
    live(database, LEARNER)
    database.close()
    return page


def make_due(server: Server, words: str) -> int:
    """Make the cards due whose note has these words, and return the deck they are in."""
    database = server.database()
    with database.writing() as session:
        for memory in session.scalars(select(Memory)):
            memory.repeat_at = None
        rows = session.execute(
            select(Memory, Note.fields, Deck.id)
            .join(Card, Card.id == Memory.card_id)
            .join(Note, Note.id == Card.note_id)
            .join(Deck, Deck.id == Card.deck_id)
        ).all()
        earliest = min(memory.due_day for memory, *_ in rows if memory.due_day is not None)
        decks = set()
        for memory, fields, deck_id in rows:
            if words in fields[0]:
                memory.due_day = earliest.replace(year=earliest.year - 1)
                memory.last_day = memory.due_day
                decks.add(deck_id)
    database.close()
    return decks.pop()


def test_a_cloze_neither_moves_nor_shrinks_when_its_gap_is_filled(
    phone: Page, server: Server
) -> None:
    show_question(phone, server, make_due(server, "For targets"))
    before = phone.get_by_role("region", name="Question").evaluate(FIRST_WORDS)
    phone.keyboard.press("Space")
    expect(phone.get_by_role("region", name="Question")).to_be_hidden()
    answer = phone.get_by_role("region", name="Answer", exact=True)
    assert answer.evaluate(FIRST_WORDS) == before


@pytest.mark.parametrize("width", [390, 360])
def test_what_a_grade_leads_to_fits_its_button_on_a_phone(
    phone: Page, server: Server, width: int
) -> None:
    phone.set_viewport_size({"width": width, "height": 780})
    show_question(phone, server, make_due(server, "confusion matrix"))
    said = []
    for _ in range(6):
        phone.keyboard.press("Space")
        expect(phone.get_by_role("button", name=re.compile("^Good, "))).to_be_visible()
        assert phone.evaluate(OVERFLOWING) == []
        said += phone.locator(".grade-outcome").all_inner_texts()
        phone.keyboard.press("1")
    assert any("done for today" in words for words in said)
    assert any("ease" in words for words in said)


def test_both_pages_promise_the_same_minutes(phone: Page, server: Server) -> None:
    make_due(server, "e")
    phone.goto(f"{server.address}/")
    today = re.search(r"about (\d+) minutes", phone.locator("main").inner_text())
    assert today is not None
    show_question(phone, server)
    expect(phone.locator("#left")).to_have_text(f"about {today[1]} min")
