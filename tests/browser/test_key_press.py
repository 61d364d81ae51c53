"""The next card is there within the key press, on a slow network and on none.

`python -m benchmarks key` measures the same with more presses.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from .conftest import Server, eventually, sign_up
from .key_presses import delay_network, measured_ms, press_keys
from .lived import live
from .places import show_question
from .test_review_page import stored

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

PRESSES = 30
AT_MOST_MS = 8


@pytest.fixture
def reviewing(server: Server, new_context: Callable[..., BrowserContext]) -> Page:
    """A page on the review of the built-in decks, all of them new."""
    page = new_context(service_workers="block").new_page()
    page.goto(server.address)
    sign_up(page)
    database = server.database()
    live(database, "ada@example.org", days=0, new_per_day=500)
    database.close()
    show_question(page, server)
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize("network", ["delayed", "cut off"])
def test_the_next_card_is_in_the_document_before_the_next_frame(
    reviewing: Page, server: Server, network: str
) -> None:
    if network == "delayed":
        end = delay_network(reviewing, 2_000)
    else:
        reviewing.context.set_offline(True)
    presses = press_keys(reviewing, PRESSES)
    assert stored(server) < PRESSES, "the network was not slow at all"
    assert all(press.is_there for press in presses)
    # The median: this machine may be busy with other tests.
    assert statistics.median(press.handler_ms for press in presses) <= AT_MOST_MS
    assert len(measured_ms(reviewing)) == PRESSES
    if network == "delayed":
        end()
    else:
        reviewing.context.set_offline(False)
    eventually(lambda: stored(server) == PRESSES, "every answer has arrived")
