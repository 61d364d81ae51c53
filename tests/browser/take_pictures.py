"""Take the README's pictures: `python -m tests.browser.take_pictures`.

With `--every FOLDER` it takes every page instead, light and dark, wide and narrow, to be looked at.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import String, func, select, update

from interviewprep.storage import Card, Memory, Note

from .conftest import ARGUMENTS, CHROMIUM, Server, sign_up
from .lived import live
from .mocks import begin, go_on, open_round
from .places import (
    LEARNER,
    settled,
    show_question,
    walk_as_learner,
    walk_as_newcomer,
    walk_signed_out,
    walk_when_done,
)

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
DAYS, ANSWERS_TODAY = 5, 9
DIAGRAM = """flowchart LR
  app[Product services] --> intake[Intake]
  intake --> queue[(Queue by priority)]
  queue --> mail[Mail] & push[Push]
  rules[(Preferences)] --> intake
"""
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def take_the_readme_pictures(browser: Browser, server: Server, folder: Path) -> None:
    """Write the pictures that README.md shows, of an account studied with for some days."""
    folder.mkdir(parents=True, exist_ok=True)
    page = _new_page(browser)
    page.goto(server.address)
    sign_up(page, LEARNER)
    database = server.database()
    live(database, LEARNER, days=DAYS, answers_today=ANSWERS_TODAY)
    database.close()
    page.goto(f"{server.address}/")
    _take(page, folder / "today-light.png")
    _show_card(page, server, "thresholding code")
    _take(page, folder / "review-question-light.png")
    page.emulate_media(color_scheme="dark")
    _show_card(page, server, "For targets")
    page.keyboard.press("Space")
    _take(page, folder / "review-answer-dark.png")
    phone = browser.new_context(
        viewport=PHONE,
        is_mobile=True,
        has_touch=True,
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        storage_state=page.context.storage_state(),
    ).new_page()
    _show_card(phone, server, "confusion matrix")
    phone.keyboard.press("Space")
    _take(phone, folder / "phone-review.png")
    _take_mocks(page, server, folder)


def _take_mocks(page: Page, server: Server, folder: Path) -> None:
    """Take a round of coding with its tests, and a design with its diagram."""
    page.emulate_media(color_scheme="light")
    open_round(page, server, begin(server, "coding", LEARNER, "Longest shift with few products"))
    for stage in ("Clarify", "Approaches and complexity", "Code"):
        go_on(page, stage)
    page.get_by_role("button", name="Run the tests").click()
    expect(page.locator('.code-test[data-state="failed"]').first).to_be_visible()
    _take(page, folder / "mock-coding-light.png")
    page.emulate_media(color_scheme="dark")
    open_round(page, server, begin(server, "system-design", LEARNER, "Notification service"))
    for stage in ("Entities", "API", "High level"):
        go_on(page, stage)
    page.get_by_label("The diagram as text").fill(DIAGRAM)
    expect(page.get_by_role("img", name="Your diagram")).to_be_visible()
    _take(page, folder / "mock-design-dark.png")


def _show_card(page: Page, server: Server, words: str) -> None:
    """Bring the card whose question has these words on screen, as the one due for longest."""
    database = server.database()
    with database.writing() as session:
        session.execute(update(Memory).values(repeat_at=None))  # these would come first
        memory = session.scalars(
            select(Memory)
            .join(Card, Card.id == Memory.card_id)
            .join(Note, Note.id == Card.note_id)
            .where(Note.fields.cast(String).contains(words))
            .order_by(Memory.repetitions.desc())
        ).first()
        assert memory is not None, f"no card studied so far asks for {words!r}"
        earliest = session.execute(select(func.min(Memory.due_day))).scalar_one()
        memory.due_day = earliest - timedelta(days=1)
        memory.last_day = memory.due_day - timedelta(days=memory.interval_days)
    database.close()
    show_question(page, server)
    assert words in page.get_by_role("region", name="Question").inner_text()


def _take(page: Page, path: Path) -> None:
    settled(page)
    page.screenshot(path=path)
    print(f"{path}: {path.stat().st_size // 1024} kB")


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
            if chosen.every:
                take_every_page(browser, server, chosen.every, Path(temporary))
            else:
                take_the_readme_pictures(browser, server, PICTURES)
        finally:
            browser.close()
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
