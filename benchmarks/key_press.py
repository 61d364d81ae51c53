"""A key press to the next card in the document, in Chromium, on a slow network and on none."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, Server, sign_up
from tests.browser.key_presses import Press, delay_network, measured_ms, press_keys
from tests.browser.lived import live
from tests.browser.places import show_question

from .measuring import Figure, quantile

PRESSES = 250
LATENCY_MS = 2_000
AT_MOST_MS = 8
P95 = 0.95
NEW_PER_DAY = 500
"""More than there are, so that every built-in card is met."""


def figures() -> list[Figure]:
    """Grade the cards of the built-in decks, with their code, maths and tables, by keyboard."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data")
        server.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            return [
                figure
                for network in (f"delayed by {LATENCY_MS // 1000} s", "cut off")
                for figure in _figures(browser, server, network)
            ]
        finally:
            browser.close()
            server.stop()


def _figures(browser: Browser, server: Server, network: str) -> list[Figure]:
    page = _reviewing(browser, server, f"{network.replace(' ', '-')}@example.org")
    end = None
    if network == "cut off":
        page.context.set_offline(True)
    else:
        end = delay_network(page, LATENCY_MS)
    presses = press_keys(page, PRESSES)
    own_ms = measured_ms(page)
    if end is not None:
        end()
    page.context.close()
    return [
        Figure(
            f"a key's handlers until the next card, network {network}: 95th percentile",
            quantile([press.handler_ms for press in presses], P95),
            AT_MOST_MS,
            _detail(presses, own_ms),
            unit="ms",
        ),
        Figure(
            "presses after which it was not in the document before the next frame",
            sum(not press.is_there for press in presses),
            0,
            f"of {len(presses)}",
            unit="of them",
        ),
    ]


def _reviewing(browser: Browser, server: Server, email: str) -> Page:
    """Return a page on the review of a new account.

    Service workers are kept out, for the browser delays only what a page asks for itself.
    """
    page = browser.new_context(service_workers="block").new_page()
    page.goto(f"{server.address}/sign-up")
    sign_up(page, email)
    database = server.database()
    live(database, email, days=0, new_per_day=NEW_PER_DAY)
    database.close()
    show_question(page, server)
    page.wait_for_load_state("networkidle")
    return page


def _detail(presses: list[Press], own_ms: list[float]) -> str:
    handlers = [press.handler_ms for press in presses]
    return (
        f"{len(presses)} presses, median {statistics.median(handlers):.2f} ms,"
        f" longest {max(handlers):.2f} ms; the review's own mark of them:"
        f" 95th percentile {quantile(own_ms, P95):.2f} ms"
    )
