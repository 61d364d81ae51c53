"""Take the README's pictures: `python -m tests.browser.take_pictures`.

With `--every FOLDER` it takes every page instead, light and dark, wide and narrow, to be looked at.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from .conftest import ARGUMENTS, CHROMIUM, Server
from .places import (
    settled,
    walk_as_learner,
    walk_as_newcomer,
    walk_signed_out,
    walk_when_done,
)

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def take_every_page(browser: Browser, server: Server, folder: Path, own: Path) -> None:
    """Write every page to `folder`, in both themes and widths."""
    folder.mkdir(parents=True, exist_ok=True)

    def walks() -> Iterator[tuple[Page, Iterator[str]]]:
        for walk in (walk_signed_out, walk_as_newcomer, walk_when_done):
            page = _new_page(browser)
            yield page, walk(page, server)
        page = _new_page(browser)
        yield page, walk_as_learner(page, server, own)

    for page, walk in walks():
        for name in walk:
            label = re.sub(r"\W+", "-", name)
            for size, viewport in (("wide", WIDE), ("phone", PHONE)):
                page.set_viewport_size(viewport)
                for theme in ("light", "dark"):
                    page.emulate_media(color_scheme=theme)
                    settled(page)
                    page.screenshot(path=folder / f"{label}-{size}-{theme}.png", full_page=True)
            page.set_viewport_size(WIDE)


def _new_page(browser: Browser) -> Page:
    context = browser.new_context(
        viewport=WIDE, timezone_id="Europe/Berlin", reduced_motion="reduce"
    )
    return context.new_page()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--every", type=Path, metavar="FOLDER")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        server = Server(Path(temporary) / "data")
        server.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            take_every_page(browser, server, chosen.every, Path(temporary))
        finally:
            browser.close()
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
