"""A candidate and a friend without an account, each in a browser of their own; the story bank."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from interviewprep.storage import Score

from .conftest import Server, eventually, sign_up
from .mocks import begin, open_round, prompts_of, round_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

GRAVE = ("serious", "critical")
SOON_MS = 8_000


def seat_at(page: Page, server: Server, mock_id: Any, friend: Page) -> str:
    """Make the link as the candidate, from the session's menu, and open it as the friend."""
    open_round(page, server, mock_id)
    page.get_by_label("More").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="A friend as interviewer").click()
    opened.value.get_by_role("button", name="Make a link").click()
    link = opened.value.get_by_label("Link", exact=True).input_value()
    assert grave(opened.value) == []
    opened.value.close()
    friend.goto(link)
    friend.get_by_role("button", name="Be the interviewer").click()
    expect(friend.get_by_role("heading", name="You are the interviewer")).to_be_visible()
    assert link.rpartition("/")[2] not in friend.url
    return link


def grave(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in GRAVE
    ]


def scores(server: Server) -> list[tuple[Any, ...]]:
    database = server.database()
    with database.reading() as session:
        rows = session.execute(
            select(Score.row, Score.level, Score.evidence).where(Score.scorer == "interviewer")
        )
        found = sorted(tuple(row) for row in rows)
    database.close()
    return found


def test_a_friend_gives_and_scores_while_the_candidate_sees_only_what_was_given(
    page: Page, server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    sign_up(page)
    mock_id = begin(server, "system-design")
    [prompt] = prompts_of(server, mock_id)
    friend = new_context().new_page()
    errors: list[str] = []
    friend.on("pageerror", lambda error: errors.append(str(error)))
    friend.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    seat_at(page, server, mock_id, friend)
    expect(page.get_by_text("An interviewer is looking on.").first).to_be_visible(timeout=SOON_MS)
    secret = re.sub(r"[*`$]", "", prompt.facts[0].answer)[:30]
    assert secret not in page.content()

    friend.get_by_role("button", name=f"Give the fact: {prompt.facts[0].asked}").click()
    expect(friend.locator("[data-said]")).to_have_text(re.compile("^Given"))
    eventually(lambda: round_of(server, mock_id)["facts"] == [0], "the fact is given")
    page.keyboard.press("Alt+n")
    expect(page.get_by_text(secret).first).to_be_visible(timeout=SOON_MS)

    friend.get_by_role("button", name="Inject the change of requirement").click()
    eventually(lambda: round_of(server, mock_id)["change_shown_at"] is not None, "the change")
    ask = friend.get_by_role("button", name=re.compile("^Ask follow-up")).first
    ask.focus()
    friend.keyboard.press("Enter")
    eventually(lambda: len(round_of(server, mock_id)["follow_ups"]) == 1, "the follow-up")
    friend.get_by_role("button", name=re.compile("^Missed follow-up 1")).click()
    eventually(
        lambda: round_of(server, mock_id)["follow_ups"][0]["answered"] is False, "marked as missed"
    )
    expect(friend.get_by_text(re.compile(r"stage 2 of \d"))).to_be_visible(timeout=SOON_MS)

    rows = friend.locator(".seat-row")
    rows.nth(0).get_by_role("radio").nth(2).check()
    rows.nth(0).get_by_label("Evidence").fill("Asked for the peak before drawing.")
    expect(friend.get_by_text("Saved.", exact=True)).to_be_visible()
    eventually(
        lambda: scores(server) == [(0, 3, "Asked for the peak before drawing.")], "scores are kept"
    )
    friend.reload()
    expect(friend.locator(".seat-row").nth(0).get_by_role("radio").nth(2)).to_be_checked()
    assert grave(friend) == []
    assert errors == []


def test_hints_and_code_pass_between_the_two_and_withdrawing_closes_the_page(
    page: Page, server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    sign_up(page)
    mock_id = begin(server, "coding")
    friend = new_context(viewport={"width": 390, "height": 844}).new_page()
    link = seat_at(page, server, mock_id, friend)
    friend.get_by_role("button", name="Give hint 1").click()
    eventually(lambda: round_of(server, mock_id)["hints"] == 1, "the hint is given")
    expect(friend.get_by_role("button", name="Give hint 2")).to_be_focused()
    open_round(page, server, mock_id)
    for _ in range(3):
        page.keyboard.press("Alt+n")
    page.locator(".cm-content").click()
    page.keyboard.type("# sort by the end, then sweep")
    expect(friend.get_by_text("sort by the end, then sweep")).to_be_visible(timeout=SOON_MS * 2)
    assert friend.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(f"{server.address}/mocks/{mock_id}/interviewer")
    page.get_by_role("button", name="Withdraw the link").click()
    expect(page.get_by_text("The link is withdrawn")).to_be_visible()
    expect(friend.get_by_role("alert")).to_contain_text(
        "not the interviewer here, or no longer", timeout=SOON_MS
    )
    assert "sort by the end" not in friend.content()
    friend.goto(link)
    expect(friend.get_by_text("Ask the candidate for a new one")).to_be_visible()


def test_a_story_is_written_and_its_length_said_as_one_types(page: Page, server: Server) -> None:
    sign_up(page)
    page.goto(f"{server.address}/stories")
    assert grave(page) == []
    page.get_by_role("link", name="Integrity").click()
    expect(page.get_by_role("checkbox", name="Integrity")).to_be_checked()
    page.get_by_role("textbox", name="Title").fill("The model that was unfair")
    page.get_by_role("textbox", name="Action").fill("word " * 280)
    length = page.locator("[data-spoken-length]")
    expect(length).to_have_text("280 words, 2:00 spoken. About two minutes, as it should be.")
    said = length.inner_text()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Saved. {said}")).to_be_visible()
    row = page.get_by_role("row", name=re.compile("The model that was unfair"))
    expect(row.get_by_role("cell").nth(7)).to_have_text("serves")
    assert grave(page) == []
