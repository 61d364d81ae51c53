"""Notes that want to run code or to reach another server, on every page that shows a note."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from sqlalchemy import select

from interviewprep.services.interviews.links import create_link
from interviewprep.storage import Card, Deck, Mock, Note, User
from tests.services.interviews.past_mocks import add_mock

from ..formats.hostile.case import TORTURE
from ..formats.hostile.payloads import ELSEWHERE, PAYLOADS
from . import injected
from .conftest import Server, expect_question, sign_up
from .mocks import ADA, begin, open_round
from .places import look_inside

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

TRAP = "window.HIT = name => console.error(`HIT ${name} at ${location.href}`)"
ARMED = """() => [...document.querySelectorAll('*')].flatMap(element => [...element.attributes]
    .filter(({name, value}) => /^on/i.test(name) || /^(javascript|vbscript|data:text)/i
        .test(value.replace(/[\\0-\\x20]/g, '')) && !/^(value|alt|title|content|aria-)/.test(name)
        || /^(style|srcset|poster|ping|background)$/i.test(name) && value.includes('elsewhere'))
    .map(({name}) => `${name} in ${element.outerHTML.slice(0, 160)}`))
    .concat([...document.querySelectorAll(
        'base, object, embed, frameset, portal, form[action*=elsewhere], link[href*=elsewhere],'
        + ' img[src*=elsewhere], main script:not([nonce]):not([type="application/json"])')]
    .map(element => element.outerHTML.slice(0, 160)))"""
PATIENTLY_MS = 3_000
LookOn = Callable[[uuid.UUID, str], None]
"""Opens a running mock as a friend who interviews, in a browser of their own."""


@dataclass
class Watch:
    """What ran, what was refused only by the page's policy, and what left, with the page's name."""

    address: str
    at: str = "the beginning"
    ran: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    armed: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(TRAP)
        context.on("request", lambda request: self._asked(request.url))
        context.on("console", self._hear)
        context.on("dialog", lambda dialog: (self.ran.append(self.at), dialog.dismiss()))

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "data:", "blob:")):
            self.left.append(f"{self.at}: {url}")

    def _hear(self, said: ConsoleMessage) -> None:
        if said.text.startswith("HIT "):
            self.ran.append(f"{self.at}: {said.text}")
        elif "Content Security Policy" in said.text:
            self.held.append(f"{self.at}: {said.text[:300]}")

    def look(self, page: Page, name: str) -> None:
        self.at = name
        self.looked.append(name)
        self.armed += [f"{name}: {found}" for found in page.evaluate(ARMED)]


@pytest.mark.torture
def test_nothing_in_a_note_runs_and_nothing_leaves(
    server: Server, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    assert len(PAYLOADS) >= 60
    context = new_context()
    watch = Watch(server.address)
    watch.listen(context)
    page = context.new_page()
    page.goto(server.address)
    sign_up(page, ADA)
    prove_the_trap(page, watch)

    def look_on(mock_id: uuid.UUID, kind: str) -> None:
        friends = new_context()
        watch.listen(friends)
        friend = friends.new_page()
        for name in as_interviewer(friend, server, mock_id):
            watch.look(friend, f"{kind}, {name}")

    for name in walk(page, server, tmp_path, look_on):
        watch.look(page, name)
    page.wait_for_timeout(PATIENTLY_MS if TORTURE else 300)  # for what would only run after a while
    print(f"{len(PAYLOADS)} payloads, looked for at {len(watch.looked)} places")
    assert (watch.ran, watch.held, watch.left, watch.armed) == ([], [], [], [])
    assert len(set(watch.looked)) > 60


def prove_the_trap(page: Page, watch: Watch) -> None:
    """Something that runs is heard of, and something that leaves."""
    page.evaluate("HIT('the test itself')")
    page.evaluate(f"fetch('{ELSEWHERE}/x').catch(() => 0)")
    page.wait_for_timeout(100)
    assert len(watch.ran) == 1 and watch.left + watch.held
    for found in (watch.ran, watch.left, watch.held):
        found.clear()


def walk(page: Page, server: Server, folder: Path, look_on: LookOn) -> Iterator[str]:
    yield from bring_in(page, server, folder)
    study_everything(server)
    for path in (
        *("", "decks", "imports", "imports/pictures", "exports", "search?q=poisoned"),
        *("cards/new", "exercises", "mocks", "mocks/drafts", "stories/new", "account"),
        *(f"mocks/new?kind={kind}" for kind in ("coding", "system-design", "behavioral", "loop")),
    ):
        page.goto(f"{server.address}/{path}")
        yield path or "today"
    for deck_id in ids(server, Deck, Deck.owner_id.is_not(None)):
        for path in (f"decks/{deck_id}", f"decks/{deck_id}/delete"):
            page.goto(f"{server.address}/{path}")
            yield path
    yield from every_page_of_the_search(page, server)
    yield from notes_by_themselves(page, server)
    yield from reviews(page, server)
    yield from prompts(page, server, look_on)


def bring_in(page: Page, server: Server, folder: Path) -> Iterator[str]:
    """Through the form, as anybody would."""
    files = [injected.write_package(folder / "a.apkg"), injected.write_table(folder / "b.csv")]
    files += [injected.write_prompts(folder / f"{kind}.md", kind) for kind in injected.PROMPTS]
    for file in files:
        page.goto(f"{server.address}/imports")
        look_inside(page, file)
        yield f"preview of {file.name}"
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_text("The import is complete")).to_be_visible()
        yield f"report of {file.name}"


def study_everything(server: Server) -> None:
    database = server.database()
    with database.writing() as session:
        session.scalars(select(User)).one().settings = {"new_per_day": 9_999, "mix": "blocked"}
    database.close()


def ids(server: Server, table: Any, *conditions: Any) -> list[int]:
    database = server.database()
    with database.reading() as session:
        found = list(session.scalars(select(table.id).where(*conditions).order_by(table.id)))
    database.close()
    return found


def every_page_of_the_search(page: Page, server: Server) -> Iterator[str]:
    page.goto(f"{server.address}/search?q=poisoned")
    for number in range(1, 99):
        yield f"search, page {number}"
        following = page.get_by_role("link", name="More", exact=False)
        if not following.count():
            return
        following.last.click()
        page.wait_for_load_state()


def notes_by_themselves(page: Page, server: Server) -> Iterator[str]:
    """The page, the editor with its preview, and the way out of notes that hold all payloads."""
    conditions = [] if TORTURE else [Note.guid.like("from %") | Note.guid.like("md-maths%")]
    wanted = Note.guid.in_(["media", "one script", "hint image-error", "md-markdown-diagram"])
    for note_id in ids(server, Note, Note.owner_id.is_not(None), *conditions)[
        : 999 if TORTURE else 10
    ]:
        page.goto(f"{server.address}/notes/{note_id}/edit")
        page.locator("textarea").first.press("End")
        page.keyboard.type(" ")
        expect(page.locator("[data-preview-target] .card-page").first).to_be_visible()
        yield f"editor of {note_id}"
        (card_id, *_) = ids(server, Card, Card.note_id == note_id)
        page.goto(f"{server.address}/cards/{card_id}")
        yield f"card {card_id}"
    for note_id in ids(server, Note, Note.owner_id.is_not(None), wanted):
        (card_id, *_) = ids(server, Card, Card.note_id == note_id)
        for path in (f"notes/{note_id}/delete", f"cards/{card_id}", f"notes/{note_id}/edit"):
            page.goto(f"{server.address}/{path}")
            yield path


def reviews(page: Page, server: Server) -> Iterator[str]:
    """Front and back of the cards, one after the other."""
    page.goto(f"{server.address}/review")
    expect_question(page)
    for number in range(999 if TORTURE else 80):
        answer = page.get_by_role("button", name="Show answer")
        end = page.get_by_role("heading", name="That is all for today")
        answer.or_(end).first.wait_for()
        if end.count() and end.is_visible():
            return
        yield f"front {number}"
        page.keyboard.press("Space")
        yield f"back {number}"
        page.keyboard.press("4")


def prompts(page: Page, server: Server, look_on: LookOn) -> Iterator[str]:
    """Exercises, running mocks with their stages, and what is kept of mocks that ended."""
    found = {}
    database = server.database()
    with database.writing() as session:
        user_id = session.scalars(select(User.id)).one()
        rows = select(Note.guid, Card.id).join(Card).where(Note.guid.like("own-%"))
        for guid, card_id in session.execute(rows):
            found[str(guid)] = card_id
        coding, story, design = (
            found[f"own-{name}"]
            for name in (
                "total-covered-time",
                "behavioral-sceptical-stakeholder",
                "design-api-rate-limiter",
            )
        )
        at = datetime.now(UTC) - timedelta(days=2)
        ended = [
            add_mock(
                session, user_id, [(kind, [card])], at, levels=[1, 2, 3, 4], verdict="leaning-hire"
            )
            for kind, card in (("coding", coding), ("system-design", design), ("behavioral", story))
        ]
    database.close()
    page.goto(f"{server.address}/exercises/{coding}")
    page.wait_for_selector("html[data-ready=yes]")
    yield "exercise"
    for mock_id, card_id in zip(ended, (coding, design, story), strict=True):
        for path in (f"mocks/{mock_id}/report", f"mocks/compare?card={card_id}"):
            page.goto(f"{server.address}/{path}")
            yield path
        page.goto(f"{server.address}/mocks/new?prompt={card_id}")
        yield f"mocks/new?prompt={card_id}"
    page.goto(f"{server.address}/mocks")
    yield "mocks, some done"
    for kind, card_id in (("coding", coding), ("system-design", design), ("behavioral", story)):
        yield from running(page, server, begin(server, kind, card_id=card_id), kind, look_on)


def as_interviewer(page: Page, server: Server, mock_id: uuid.UUID) -> Iterator[str]:
    """What a friend sees: the invitation, and then prompt, rubric and the candidate's work."""
    database = server.database()
    with database.writing() as session:
        user_id = session.scalars(select(User.id)).one()
        link = create_link(session, user_id, mock_id, datetime.now(UTC))
    database.close()
    page.goto(f"{server.address}/interviewer/{link}")
    yield "invited"
    page.get_by_role("button", name="Be the interviewer").click()
    expect(page.get_by_role("heading", name="You are the interviewer")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    yield "the interviewer's page"


def running(
    page: Page, server: Server, mock_id: uuid.UUID, kind: str, look_on: LookOn
) -> Iterator[str]:
    open_round(page, server, mock_id)
    look_on(mock_id, kind)
    for number in range(4):
        yield f"{kind}, stage {number}"
        page.keyboard.press("Alt+n")
        page.wait_for_timeout(50)
    page.goto(f"{server.address}/mocks/{mock_id}/rounds/0/score")
    yield f"{kind}, scoring"
    page.goto(f"{server.address}/mocks/{mock_id}/end")
    yield f"{kind}, ending"
    database = server.database()
    with database.writing() as session:  # so that the next one may begin
        session.scalars(select(Mock).where(Mock.id == mock_id)).one().ended_at = datetime.now(UTC)
    database.close()
