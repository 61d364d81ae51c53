"""Choosing a mock, with and without scripts; throwing one away; a report on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import Server, sign_up
from .mocks_done import CODING, practise
from .places import LEARNER

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]


def signed_up(server: Server, page: Page) -> Page:
    page.goto(server.address)
    sign_up(page, LEARNER)
    return page


def test_the_list_of_prompts_is_narrowed_as_one_types(server: Server, page: Page) -> None:
    signed_up(server, page).goto(f"{server.address}/mocks/new?kind=coding")
    page.get_by_text("Your own choice").click()
    choices = page.locator("[data-filter-list] label:visible")
    every = choices.count()
    page.get_by_label("Filter").fill("covered INTERVALS")
    expect(choices).to_have_count(1)
    expect(choices).to_contain_text(CODING)
    page.keyboard.press("Enter")  # would begin a mock nobody has chosen yet
    page.get_by_label("Filter").fill("nothing is called so")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_label("Filter").fill("")
    expect(choices).to_have_count(every)
    assert page.url.endswith("kind=coding")


def test_a_mock_is_chosen_and_begun_without_scripts(
    server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    page = signed_up(server, new_context(java_script_enabled=False).new_page())
    page.get_by_role("link", name="Mocks").click()
    page.get_by_role("link", name="Start a mock").click()
    page.get_by_role("link", name=re.compile("^SQL")).click()
    page.get_by_role("navigation", name="Level").get_by_role("link", name="2").click()
    page.get_by_role("radio", name="20").check()
    page.get_by_role("radio", name="A surprise").check()
    page.get_by_label("Hide the difficulty until the end").check()
    page.get_by_role("button", name="Begin").click()
    assert re.search(r"/mocks/[0-9a-f-]{36}", page.url)
    page.goto(f"{server.address}/mocks/new?kind=sql")
    expect(page.get_by_role("radio", name="20")).to_be_checked()
    expect(page.get_by_label("Hide the difficulty until the end")).to_be_checked()


def test_a_mock_is_thrown_away_only_after_a_question(server: Server, page: Page) -> None:
    signed_up(server, page)
    database = server.database()
    practise(database, LEARNER, coding=1)
    database.close()
    page.goto(f"{server.address}/mocks")
    for answer, left in (("Cancel", 1), ("Throw away", 0)):
        page.get_by_role("button", name=re.compile("^Discard")).click()
        page.get_by_role("dialog").get_by_role("button", name=answer).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("heading", name="Not finished")).to_have_count(left)


def test_a_report_on_paper_is_unfolded_and_without_buttons(server: Server, page: Page) -> None:
    signed_up(server, page)
    database = server.database()
    done = practise(database, LEARNER)
    database.close()
    page.goto(f"{server.address}/mocks/{done.coding}/report")
    folded = page.locator("details:has(> summary:text-is('Model solution')) > div")
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    assert folded.evaluate("part => part.getBoundingClientRect().height") > 50
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    expect(page.get_by_role("link", name="Save as Markdown")).to_be_hidden()
