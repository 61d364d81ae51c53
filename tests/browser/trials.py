"""Drives the runner where it can be tried, on the page of components."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from .conftest import PATIENCE_S, Server, sign_up
from .recorder import Recorder

TRIAL = "[data-runner-trial]"


@dataclass(frozen=True)
class Ran:
    """What a run came to, and the seconds from the click to its end."""

    result: dict[str, Any]
    took_s: float

    @property
    def kind(self) -> str:
        return str(self.result["kind"])

    @property
    def sentence(self) -> str:
        return str(self.result["sentence"])

    @property
    def stdout(self) -> str:
        return str(self.result["stdout"])

    @property
    def passed(self) -> list[bool]:
        return [outcome["passed"] for outcome in self.result["outcomes"]]

    @property
    def messages(self) -> list[str]:
        return [outcome["message"] for outcome in self.result["outcomes"]]


@dataclass
class Trial:
    """A page with a runner that is ready, signed in, behind a recorder of what is asked."""

    page: Page
    server: Server
    asked: Recorder

    def fill(self, code: str, visible: str, hidden: str, language: str, limit_ms: int) -> None:
        page = self.page
        page.locator("[data-trial=language]").select_option(language)
        values = {"code": code, "visible": visible, "hidden": hidden, "limit": str(limit_ms)}
        for name, value in values.items():
            page.locator(f"[data-trial={name}]").fill(value)

    def click(self) -> None:
        self.page.locator("[data-trial=run]").click()

    def wait(self) -> dict[str, Any]:
        over = f"{TRIAL}:not([data-kind=''])"
        self.page.wait_for_selector(over, state="attached", timeout=PATIENCE_S * 1000)
        found: dict[str, Any] = json.loads(
            self.page.locator(TRIAL).get_attribute("data-result") or ""
        )
        return found

    def run(
        self,
        code: str,
        visible: str = "",
        hidden: str = "",
        *,
        language: str = "python",
        limit_ms: int = 5_000,
    ) -> Ran:
        self.fill(code, visible, hidden, language, limit_ms)
        began = time.monotonic()
        self.click()
        result = self.wait()
        return Ran(result, time.monotonic() - began)


@contextmanager
def opened_trial(chromium: Browser, folder: Path) -> Iterator[Trial]:
    """Start a server, sign somebody up, and load the runner."""
    server = Server(folder / "data")
    server.start()
    with Recorder(server.port) as asked:
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        page.goto(asked.address)
        sign_up(page)
        page.goto(f"{asked.address}/about/components")
        page.wait_for_load_state("networkidle")
        get_ready(page)
        yield Trial(page, server, asked)
        context.close()
    server.stop()


def get_ready(page: Page) -> None:
    page.get_by_role("button", name="Load Python").click()
    page.wait_for_selector(f"{TRIAL}[data-state=ready]", timeout=PATIENCE_S * 1000)
