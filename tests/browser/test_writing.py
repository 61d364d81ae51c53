"""Decks and cards in a real browser, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import Server, sign_in, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]


def test_cards_appear_beside_the_form_as_they_are_written(page: Page, server: Server) -> None:
    sign_up(page)
    page.goto(f"{server.address}/cards/new")
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text("appear here as you write")
    page.get_by_label("Cloze").check()
    page.get_by_label("Front").fill("Recall is {{c1::TP}} over {{c2::$TP + FN$}}")
    expect(preview.get_by_role("heading", name="Card 2 of 2")).to_be_visible()
    expect(preview.locator("math").first).to_be_visible()
    page.get_by_role("button", name="Save card").click()
    page.get_by_role("link", name="look at the card").click()
    expect(page.get_by_text("card 1 (this one)")).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Text").fill("Recall is {{c1::TP}} over {{c2::P}}")
    expect(page.get_by_role("region", name="Preview")).to_contain_text("over P")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Its history is kept")).to_be_visible()
    assert page.get_by_role("article").inner_text().count("Recall is") == 2


def test_everything_works_without_scripts(
    page: Page, server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    sign_up(page)
    plain = new_context(java_script_enabled=False).new_page()
    sign_in(plain, server)
    plain.get_by_role("link", name="Decks", exact=True).click()
    plain.get_by_label("New deck").fill("ML::Metrics")
    plain.get_by_role("button", name="Make").click()
    plain.get_by_role("link", name="Write a card").first.click()
    for number in range(3):
        plain.get_by_label("Front").fill(f"What is metric {number}?")
        plain.get_by_label("Back").fill("A number.")
        plain.get_by_role("button", name="Save card").click()
    plain.goto(f"{server.address}/search?q=metric")
    plain.get_by_label("Choose What is metric 1?").check()
    plain.get_by_role("button", name="Suspend").click()
    expect(plain.get_by_text("1 card suspended.")).to_be_visible()
    plain.get_by_label("All that were found").check()
    plain.get_by_role("button", name="Delete").click()
    expect(plain.get_by_role("heading", name="Delete 3 cards?")).to_be_visible()
    plain.get_by_role("button", name="Delete").click()
    expect(plain.get_by_text("3 cards deleted.")).to_be_visible()
    expect(plain.get_by_text("Nothing found")).to_be_visible()
    plain.get_by_role("link", name="Decks", exact=True).click()
    plain.get_by_role("link", name="Metrics", exact=True).click()
    plain.get_by_text("Options, name, sharing").click()
    plain.get_by_role("link", name="Delete this deck").click()
    plain.get_by_role("button", name="Delete the deck").click()
    expect(plain.get_by_text("“ML::Metrics” is gone")).to_be_visible()
