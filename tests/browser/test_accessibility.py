"""Every page for everybody: axe finds nothing grave, a phone need not scroll sideways, nothing is
refused by the page's own policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from ..formats.hostile.case import TORTURE
from .conftest import Server
from .places import (
    settled,
    walk_as_learner,
    walk_as_newcomer,
    walk_signed_out,
    walk_when_done,
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

GRAVE = ("serious", "critical")
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
REFUSED_ON_PURPOSE = ("/set-up", "/sign-in", "/search?q=is:nonsense", "/nowhere")
ASK_AXE = """async options => (await axe.run(options)).violations.map(({id, impact, nodes}) =>
    ({id, impact, nodes: nodes.slice(0, 3).map(node => node.html.slice(0, 120))}))"""
WHOLE = {"resultTypes": ["violations"]}
COLOURS = WHOLE | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What the other theme can change: the structure of a page is the same in both."""
VIEWS: list[tuple[dict[str, int], list[tuple[str, dict[str, Any]]]]] = (
    [(size, [("light", WHOLE), ("dark", COLOURS)]) for size in (WIDE, PHONE)]
    if TORTURE
    else [(WIDE, [("light", WHOLE)]), (PHONE, [("dark", WHOLE)])]
)
"""Each size in both themes; the quick run sees each size and each theme once."""
LEAST_TO_HIT_PX = 44
TOO_SMALL = """() => [...document.querySelectorAll('button, .button, summary, nav a,select, input')]
    .filter(control => control.checkVisibility() && control.type !== 'hidden'
        && !['checkbox', 'radio', 'file'].includes(control.type))
    .map(control => [control.outerHTML.slice(0, 90), control.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.height < LEAST || box.width < LEAST))
    .map(([html, box]) => `${Math.round(box.width)} × ${Math.round(box.height)}: ${html}`)
""".replace("LEAST", f"{LEAST_TO_HIT_PX - 0.5}")


class Looker:
    """Looks at the page it is on, in both themes and widths, and keeps what it finds wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.name = "the way to the first page"
        self.wrong: list[str] = []
        self.seen: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.wrong.append(f"{self.name}: {error}"))

    def look(self, name: str) -> None:
        self.name = name
        self.seen.append(name)
        settled(self.page)
        self._read()
        self.page.evaluate(Axe().axe_script)
        for size, themes in VIEWS:
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            for theme, options in themes:
                self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                self._ask_axe(f"{name}, {size['width']} px, {theme}", options)
            if size is PHONE:
                self._measure(name)
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        self.name = f"the way on from {name}"

    def _read(self) -> None:
        headings = self.page.locator("h1:visible")
        if headings.count() != 1 and not self.name.endswith("components"):
            self.wrong.append(f"{self.name}: headings {headings.all_inner_texts()}")
        if not self.page.title().endswith("Interview Prep"):
            self.wrong.append(f"{self.name}: is called {self.page.title()!r}")

    def _ask_axe(self, where: str, options: dict[str, Any]) -> None:
        for found in self.page.evaluate(ASK_AXE, options):
            if found["impact"] in GRAVE:
                self.wrong.append(f"{where}: {found['id']}: {found['nodes']}")

    def _measure(self, name: str) -> None:
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > self.page.evaluate("window.innerWidth"):
            self.wrong.append(f"{name}: {width} px wide on a phone")
        for control in self.page.evaluate(TOO_SMALL):
            self.wrong.append(f"{name}: too small for a finger: {control}")

    def _hear(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource") and any(
            place in message.location["url"] for place in REFUSED_ON_PURPOSE
        )
        if message.type in ("error", "warning") and not refused:
            self.wrong.append(f"{self.name}: the console says {message.text}")


@pytest.fixture
def look(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[[], Looker]]:
    def make(**options: Any) -> Looker:
        return Looker(new_context(reduced_motion="reduce", **options).new_page())

    yield make


@pytest.mark.torture
def test_no_page_shuts_anybody_out(
    server: Server, look: Callable[[], Looker], tmp_path: Path
) -> None:
    lookers = []
    for walk in (walk_signed_out, walk_as_newcomer, walk_when_done, None):
        looker = look()
        page = looker.page
        for name in walk(page, server) if walk else walk_as_learner(page, server, tmp_path):
            looker.look(name)
        lookers.append(looker)
    wrong = [line for looker in lookers for line in looker.wrong]
    assert not wrong, "\n".join(wrong)
    assert sum(len(looker.seen) for looker in lookers) > 50
