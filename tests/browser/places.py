"""Every page of the product by name, brought about in a browser one after the other.

Each walk yields the name of the page it stands on; whoever walks looks at it then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from interviewprep.services.mailed_links import Purpose, make_link
from interviewprep.storage import Card, Deck, Memory, Note, User

from .conftest import Server, eventually, expect_question, sign_in, sign_up
from .decks import write_package
from .lived import live
from .mock_places import walk_through_rounds
from .mocks_done import practise

LEARNER, NEWCOMER, FINISHED = "ada@example.org", "bea@example.org", "cleo@example.org"


def walk_signed_out(page: Page, server: Server) -> Iterator[str]:
    """Begin with a fresh server; leave the learner's account behind, signed out."""
    page.goto(server.address)
    yield "set-up"
    page.get_by_label("Password").fill("short")
    page.get_by_label("E-mail address").fill(LEARNER)
    page.get_by_role("button", name="Make the account").click()
    yield "set-up refused"
    sign_up(page, LEARNER)
    page.context.clear_cookies()
    for path in ("sign-in", "sign-up", "forgotten-password", "about"):
        page.goto(f"{server.address}/{path}")
        yield f"{path} signed out"
    page.goto(f"{server.address}/sign-in")
    page.get_by_label("E-mail address").fill(LEARNER)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    yield "sign-in refused"
    page.goto(f"{server.address}/forgotten-password")
    if page.get_by_label("E-mail address").count():
        page.get_by_label("E-mail address").fill(LEARNER)
        page.get_by_role("button").last.click()
        yield "forgotten-password asked"
    for purpose, path in (
        (Purpose.PASSWORD, "reset-password"),
        (Purpose.ADDRESS, "confirm-address"),
    ):
        database = server.database()
        with database.writing() as session:
            user_id = session.execute(select(User.id).where(User.email == LEARNER)).scalar_one()
            token = make_link(
                session, user_id, purpose, datetime.now(UTC), new_email="new@example.org"
            )
        database.close()
        page.goto(f"{server.address}/{path}/{token}")
        yield path


def walk_as_newcomer(page: Page, server: Server) -> Iterator[str]:
    """An account with nothing in it yet."""
    page.goto(f"{server.address}/sign-up")
    sign_up(page, NEWCOMER)
    yield "today, nothing yet"
    for path in (
        "decks",
        "tracks",
        "tracks/mle",
        "search",
        "imports",
        "exports",
        "cards/new",
        "review",
        "mocks",
        "mocks/new",
        "stories",
    ):
        page.goto(f"{server.address}/{path}")
        yield f"{path}, nothing yet"


def walk_when_done(page: Page, server: Server) -> Iterator[str]:
    """An account that has answered its one card."""
    page.goto(f"{server.address}/sign-up")
    sign_up(page, FINISHED)
    page.goto(f"{server.address}/cards/new")
    page.get_by_label("Front").fill("What is the harmonic mean of 1 and 3?")
    page.get_by_label("Back").fill("$\\frac{2 \\cdot 1 \\cdot 3}{1 + 3} = 1.5$")
    expect(page.locator("[data-preview-target] .card-page")).to_be_visible()
    yield "cards/new with a preview"
    page.get_by_role("button", name="Save card").click()
    expect(page.get_by_role("status").first).to_be_visible()
    yield "cards/new, one written"
    page.goto(f"{server.address}/")
    yield "today, one card"
    show_question(page, server)
    page.keyboard.press("Space")
    page.keyboard.press("4")
    expect(page.get_by_role("heading", name="That is all for today")).to_be_visible()
    page.wait_for_load_state("networkidle")
    yield "review end"
    page.goto(f"{server.address}/")
    yield "today, done"


def walk_as_learner(page: Page, server: Server, folder: Path) -> Iterator[str]:
    """Everything there is for somebody who has studied for two weeks and looks after the server."""
    database = server.database()
    live(database, LEARNER, answers_today=8)
    with database.reading() as session:
        latest = select(Deck.id).order_by(Deck.id.desc()).limit(1)
        own_deck = session.execute(latest.where(Deck.owner_id.is_not(None))).scalar_one()
        built_in = session.scalars(
            select(Deck.id).where(Deck.owner_id.is_(None), Deck.key == "ml/evaluation")
        ).one()
        answered = session.execute(
            select(Card.id, Card.note_id)
            .join(Memory, Memory.card_id == Card.id)
            .where(Card.deck_id == built_in)
            .order_by(Memory.version.desc())
        ).first()
        own_note = session.execute(
            select(func.min(Note.id)).where(Note.deck_id == own_deck)
        ).scalar_one()
        own_card = session.execute(
            select(func.min(Card.id)).where(Card.note_id == own_note)
        ).scalar_one()
    database.close()
    assert answered is not None
    sign_in(page, server, LEARNER)
    yield "today"
    page.get_by_label("Account", exact=True).click()
    yield "account menu"
    page.keyboard.press("Escape")
    for path in (
        "decks",
        f"decks/{built_in}",
        f"decks/{own_deck}",
        f"decks/{own_deck}/delete",
        f"cards/{answered.id}",
        f"cards/{own_card}",
        f"notes/{own_note}/edit",
        f"notes/{answered.note_id}/edit",
        f"notes/{own_note}/delete",
        "search",
        "search?q=the",
        "search?q=nothingofthekind",
        "search?q=is:nonsense",
        "account",
        "account/password",
        "account/address",
        "account/sessions",
        "account/tokens",
        "settings/reminders",
        "account/delete",
        "admin",
        "about",
        "about/components",
        "nowhere",
    ):
        page.goto(f"{server.address}/{path}")
        yield re.sub(r"\d+", "N", path) + (
            " own" if path in _own(own_deck, own_note, own_card) else ""
        )
    page.goto(f"{server.address}/account/tokens")
    page.get_by_role("button", name=re.compile("token", re.I)).first.click()
    yield "token made"
    yield from _import_steps(page, server, folder)
    yield from _review_steps(page, server)
    yield from _past_mocks(page, server)
    yield from walk_through_rounds(page, server, LEARNER)


def _past_mocks(page: Page, server: Server) -> Iterator[str]:
    """What there is of mocks away from the session itself."""
    database = server.database()
    done = practise(database, LEARNER)
    database.close()
    for path in (
        "",
        "mocks",
        "mocks/drafts",
        "mocks/new?kind=coding",
        "stories/new?competency=integrity",
        "mocks/new?kind=behavioral",
        "mocks/new?kind=loop",
        f"mocks/new?prompt={done.coding_card}",
        f"mocks/{done.coding}/report",
        f"mocks/compare?card={done.coding_card}",
        "exercises",
        "exercises?q=nothingofthekind",
        f"exercises/{done.coding_card}",
        f"cards/{done.coding_card}",
    ):
        page.goto(f"{server.address}/{path}")
        yield re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "N", path or "today with prompts")
    page.goto(f"{server.address}/mocks/{done.loop}/report")
    expect(page.get_by_alt_text("Your diagram", exact=False)).to_be_visible()
    yield "mocks/N/report of a loop"


def _own(deck: int, note: int, card: int) -> tuple[str, ...]:
    return (f"decks/{deck}", f"notes/{note}/edit", f"cards/{card}")


def _import_steps(page: Page, server: Server, folder: Path) -> Iterator[str]:
    page.goto(f"{server.address}/imports")
    yield "imports"
    look_inside(page, write_package(folder / "calculus and other things.apkg"))
    yield "import preview"
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The import is complete")).to_be_visible()
    yield "import report"
    broken = folder / "broken.apkg"
    broken.write_bytes(b"PK\x03\x04 and nothing more")
    page.goto(f"{server.address}/imports")
    look_inside(page, broken, expected="Nothing was imported")
    yield "import failed"
    page.goto(f"{server.address}/imports")
    yield "imports, some done"


def _review_steps(page: Page, server: Server) -> Iterator[str]:
    show_question(page, server)
    yield "review question"
    page.keyboard.press("Space")
    yield "review answer"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    yield "review keys"
    page.keyboard.press("Escape")
    page.get_by_label("More").click()
    yield "review menu"


def show_question(page: Page, server: Server, deck_id: int | None = None) -> None:
    """Open the review, of one deck if that is given, and wait until it takes keys."""
    page.goto(f"{server.address}/review" + (f"?deck={deck_id}" if deck_id else ""))
    expect_question(page)


def look_inside(page: Page, file: Path, expected: str = "") -> None:
    """Upload a file on the page of imports and wait for its preview, or for `expected`."""
    page.get_by_label("Deck file").set_input_files(file)
    page.get_by_role("button", name="Look inside").click()
    if expected:
        expect(page.get_by_text(expected)).to_be_visible()
    else:
        expect(page.get_by_role("button", name="Import", exact=True)).to_be_visible()


def settled(page: Page) -> None:
    """Wait until letters and pictures have come, so that nothing moves any more."""
    page.evaluate("document.fonts.ready.then(() => true)")
    eventually(
        lambda: bool(page.evaluate("[...document.images].every(image => image.complete)")),
        "the pictures have come",
    )
