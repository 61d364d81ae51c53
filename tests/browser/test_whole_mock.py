"""One whole mock of each kind, and a loop: from choosing it to its report, through every stage.

Whatever the candidate's browser is sent while a round runs is searched for what they were not
given.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from ..web.test_mock_secrets import read, secrets_of
from .conftest import Server, sign_up
from .mocks import go_on, prompts_of, round_of, stage, text_of
from .test_mock_scoring import score_all

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

ROUND = re.compile(r"/mocks/([0-9a-f-]{36})/rounds/(\d+)$")
SENT = re.compile(r"/mocks/[0-9a-f-]{36}/rounds/\d+($|[?/](?!score))")
LOOKS = 400
OPEN = ("question 0",)
"""The first question of a ladder is asked at once."""


class Searched:
    """All that a page is sent of a round, from its page and from the API."""

    def __init__(self, page: Page) -> None:
        self.bodies: list[str] = []
        page.route(SENT, self._keep)

    def _keep(self, route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        self.bodies.append(read(answer.text()))
        route.fulfill(response=answer)

    def nothing_given_away(self, server: Server, mock_id: uuid.UUID, position: int) -> None:
        assert self.bodies
        for prompt in prompts_of(server, mock_id, position):
            secrets = {
                name: texts for name, texts in secrets_of(prompt).items() if name not in OPEN
            }
            assert sum(map(len, secrets.values())) > 5
            found = [
                f"{name}: {text}"
                for name, texts in secrets.items()
                for text in texts
                if any(text in body for body in self.bodies)
            ]
            assert found == []
        self.bodies.clear()


def go_through(page: Page, server: Server, mock_id: uuid.UUID, position: int) -> None:
    """Go through all stages of a round; half-way it is loaded again."""
    held: dict[str, Any] = round_of(server, mock_id, position)
    labels = [one["label"] for one in held["stages"]]
    notes = f"A thought in round {position}."
    for number, label in enumerate(labels):
        if number:
            go_on(page, label)
        if number == len(labels) // 2:
            page.get_by_label("Your notes").first.fill(notes)
            for _ in range(LOOKS):
                if notes in text_of(server, mock_id, position=position):
                    break
                page.wait_for_timeout(50)  # the requests pass through this very thread
            page.reload()
            page.wait_for_selector("html[data-ready=yes]")
            assert stage(page) == label
            expect(page.get_by_label("Your notes").first).to_have_value(notes)


@pytest.mark.parametrize(
    ("kind", "rounds"),
    [("coding", 1), ("concepts", 1), ("system-design", 1), ("behavioral", 1), ("loop", 4)],
)
def test_a_mock_is_gone_through_from_choosing_it_to_its_report(
    page: Page, server: Server, kind: str, rounds: int
) -> None:
    sign_up(page)
    searched = Searched(page)
    page.goto(f"{server.address}/mocks/new?kind={kind}")
    page.get_by_role("button", name="Begin").click()
    for position in range(rounds):
        page.wait_for_url(ROUND)
        found = ROUND.search(page.url)
        assert found is not None and int(found[2]) == position
        mock_id = uuid.UUID(found[1])
        page.wait_for_selector("html[data-ready=yes]")
        if position:
            page.get_by_role("button", name="Begin the next round").click()
            expect(page.get_by_role("heading", level=1, name="Break")).to_be_hidden()
            expect(page.get_by_text("Stage 1 of")).to_be_visible()
            page.wait_for_selector("html[data-ready=yes]")
        go_through(page, server, mock_id, position)
        searched.nothing_given_away(server, mock_id, position)
        page.get_by_role("button", name="Finish and score").click()
        page.get_by_role("dialog").get_by_role("button", name="End the round").click()
        page.wait_for_url(re.compile(r"/score$"))
        score_all(page)
        page.get_by_role("button", name="Save the scores").click()
        expect(page.get_by_role("heading", name="Compare and revise")).to_be_visible()
        searched.bodies.clear()
        page.get_by_role("button", name="Go on to").click()
    page.get_by_role("button", name="End the mock").click()
    page.wait_for_url(re.compile(rf"/mocks/{mock_id}/report$"))
    expect(page.locator(".verdict-report")).to_contain_text("hire")
    expect(page.get_by_text("A thought in round 0.")).to_be_visible()
    page.goto(f"{server.address}/mocks")
    expect(page.locator("#done").get_by_role("listitem")).to_have_count(1)
