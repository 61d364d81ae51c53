"""Imports in the browser, by keyboard: cancelled and killed in the middle, and decided note by
note."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from interviewprep.storage import Note

from ..packages import collection, large_package, package
from .conftest import Server, eventually, sign_up
from .places import look_inside

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

NOTES = 120_000


def own_notes(server: Server) -> list[str]:
    database = server.database()
    living = select(Note.fields).where(Note.owner_id.is_not(None), Note.retired_at.is_(None))
    with database.reading() as session:
        found = sorted(fields[0] for fields in session.scalars(living))
    database.close()
    return found


def count_own_notes(server: Server) -> int:
    database = server.database()
    with database.reading() as session:
        found = session.execute(
            select(func.count()).select_from(Note).where(Note.owner_id.is_not(None))
        ).scalar_one()
    database.close()
    return int(found)


def begin_to_store(page: Page, server: Server, file: Path) -> None:
    """Say yes to the preview of a file; return when its notes are being counted."""
    page.goto(f"{server.address}/imports")
    page.get_by_label("Deck file").set_input_files(file)
    page.get_by_role("button", name="Look inside").press("Enter")
    page.get_by_role("button", name="Import", exact=True).press("Enter")
    expect(page.get_by_text("Storing the notes.")).to_be_visible()
    expect(page.locator("[data-import-count]")).to_contain_text(f"of {NOTES:,} notes")


def test_a_running_import_is_cancelled_or_killed_and_nothing_is_left(
    page: Page, server: Server, tmp_path: Path
) -> None:
    sign_up(page)
    file = large_package(tmp_path / "big.apkg", NOTES, 5)
    begin_to_store(page, server, file)
    page.get_by_role("button", name="Cancel the import").press("Enter")
    dialog = page.get_by_role("dialog", name="Cancel this import?")
    dialog.get_by_role("button", name="Cancel the import").press("Enter")
    expect(page.get_by_text("This import was cancelled; nothing of it was stored.")).to_be_visible()
    assert count_own_notes(server) == 0

    begin_to_store(page, server, file)
    server.stop(signal.SIGKILL)
    server.start()  # the page waits for it, and follows by itself
    expect(page.get_by_text("so nothing was stored; try it again")).to_be_visible()
    eventually(lambda: count_own_notes(server) == 0, "what was hidden is swept away")
    page.get_by_role("button", name="Try again").press("Enter")
    page.get_by_role("button", name="Import", exact=True).press("Enter")
    expect(page.get_by_text("The import is complete")).to_be_visible()
    assert count_own_notes(server) == NOTES


def test_both_versions_are_shown_and_every_note_may_be_decided_for_itself(
    page: Page, server: Server, tmp_path: Path
) -> None:
    sign_up(page)
    decks = {"1": {"name": "Deck"}}

    def file(name: str, **texts: str) -> Path:
        notes = [(n, g, 1, "", f"{texts[g]}\x1fA") for n, g in enumerate(texts, 1)]
        return package(tmp_path / name, collection(tmp_path / "c", notes, decks=decks))

    page.goto(f"{server.address}/imports")
    look_inside(page, file("one.apkg", a="old a", b="old b", c="old c", d="old d"))
    page.get_by_role("button", name="Import", exact=True).press("Enter")
    expect(page.get_by_text("The import is complete")).to_be_visible()
    database = server.database()
    with database.writing() as session:
        for guid in "ab":
            edited = {"fields": [f"my {guid}", "A"], "edited_at": datetime.now(UTC)}
            session.execute(update(Note).where(Note.guid == guid).values(edited))
    database.close()

    page.goto(f"{server.address}/imports")
    look_inside(page, file("two.apkg", a="new a", b="new b"))
    second = page.get_by_role("region", name="my b")
    for text in ("my b", "new b"):
        expect(second.locator(".version").get_by_text(text, exact=True)).to_be_visible()
    second.get_by_label("For this note").select_option("both")
    expect(page.get_by_role("radio", name="Keep mine")).to_be_checked()
    expect(page.get_by_role("radio", name="Keep them")).to_be_checked()
    page.get_by_role("radio", name="Retire those ticked below").press("Space")
    page.get_by_role("checkbox", name="old d").press("Space")
    page.get_by_role("button", name="Import", exact=True).press("Enter")
    expect(page.get_by_text("The import is complete")).to_be_visible()
    assert own_notes(server) == ["my a", "my b", "new b", "old c"]
