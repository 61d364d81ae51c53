"""A real browser against a real server in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from interviewprep.storage import Database

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "a long and quiet phrase"
PATIENCE_S = 30.0
expect.set_options(timeout=PATIENCE_S * 1000)


def environment_of(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "INTERVIEWPREP" not in name}
    return kept | {
        "INTERVIEWPREP_DATA_DIR": str(data_dir),
        "INTERVIEWPREP_SIGN_UP": "open",
        "PYTHONUNBUFFERED": "1",
    }


@dataclass
class Server:
    """`interviewprep serve` on a free port; can be killed and started again on the same data."""

    data_dir: Path
    process: subprocess.Popen[bytes] | None = None
    address: str = ""
    port: int = 0

    def start(self) -> None:
        environment = environment_of(self.data_dir)
        command = [sys.executable, "-m", "interviewprep", "serve", "--no-browser"]
        said = self.data_dir.with_name(f"said-{time.monotonic_ns()}.txt")
        with said.open("w") as output:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + PATIENCE_S
        while not (found := re.search(r"is at (http://\S+:(\d+))\n", said.read_text())):
            assert self.process.poll() is None and time.monotonic() < deadline, said.read_text()
            time.sleep(0.02)
        self.address, self.port = found.group(1), int(found.group(2))
        with urllib.request.urlopen(f"{self.address}/healthz", timeout=PATIENCE_S) as answer:
            assert answer.status == 200

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(PATIENCE_S)

    def database(self) -> Database:
        return Database(f"sqlite:///{self.data_dir / 'interviewprep.db'}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    if not Path(CHROMIUM).exists() and shutil.which("chromium") is None:
        pytest.skip("no browser is installed; install one with: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or CHROMIUM, args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def upgraded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the built-in decks and no account, to be copied: reading 64 decks anew for
    every test takes longer than most tests."""
    folder = tmp_path_factory.mktemp("upgraded")
    subprocess.run(
        [sys.executable, "-m", "interviewprep", "upgrade"],
        env=environment_of(folder),
        capture_output=True,
        check=True,
    )
    return folder / "interviewprep.db"


@pytest.fixture
def server(tmp_path: Path, upgraded_file: Path) -> Iterator[Server]:
    """A server with a data folder of its own and no account."""
    started = Server(tmp_path / "data")
    started.data_dir.mkdir(mode=0o700)
    shutil.copyfile(upgraded_file, started.data_dir / upgraded_file.name)
    started.start()
    yield started
    if started.process is not None and started.process.poll() is None:
        started.stop()


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts: separate devices, each with its own cookies and storage."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = chromium.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "timezone_id": "Europe/Berlin"} | options  # type: ignore[arg-type]
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(server: Server, new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a fresh device, on the set-up page of a fresh server."""
    opened = new_context().new_page()
    opened.goto(server.address)
    return opened


def sign_up(page: Page, email: str = "ada@example.org") -> None:
    """Make the first account, or another one where sign-up is open."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("heading", name="Welcome").wait_for()


def sign_in(page: Page, server: Server, email: str = "ada@example.org") -> None:
    page.goto(f"{server.address}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.address}/")


def eventually(check: Callable[[], bool], what: str) -> None:
    """Wait until `check` holds, looking often, and fail with `what` after a while."""
    deadline = time.monotonic() + PATIENCE_S
    while not check():
        assert time.monotonic() < deadline, f"still not so: {what}"
        time.sleep(0.02)


def wait_for_worker(page: Page) -> None:
    """Wait until the service worker answers this page's requests."""
    # Not wait_for_function: its polling would evaluate a string, which the page's policy forbids.
    controlled = "navigator.serviceWorker.controller !== null"
    eventually(lambda: bool(page.evaluate(controlled)), "the service worker controls the page")


def expect_question(page: Page) -> None:
    """Wait until a review has a question on screen and takes keys."""
    page.wait_for_selector("html[data-ready=yes]")
    expect(page.get_by_role("button", name="Show answer")).to_be_visible()
