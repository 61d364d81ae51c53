"""The main job, whole: from an empty server to what comes back on another day, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from interviewprep.core.studyday import study_day
from interviewprep.services.learner import load_learner
from interviewprep.storage import Card, CardMark, Deck, Memory, Note, Review, User

from .conftest import PASSWORD, Server, eventually, wait_for_worker
from .decks import DECKS, PACKAGE, Held, write_package
from .places import look_inside, settled, show_question

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]

EMAIL = "ada@example.org"
REAL_DECKS = {
    "system-design.apkg": Held(42, 42, 0),
    "mixed-anki21.apkg": Held(8, 13, 1),
    "sample-modern-progress.apkg": Held(120, 200, 5),
    "sample-modern-new.apkg": Held(120, 200, 5),
    "sample-legacy-progress.apkg": Held(120, 200, 5),
    "sample-legacy-new.apkg": Held(120, 200, 5),
}
"""What their README says is in them."""


def set_up_by_keyboard(page: Page) -> None:
    """Make the first account without touching the mouse: the first field has the focus."""
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


def import_file(page: Page, server: Server, file: Path, held: Held) -> None:
    """Import a file whose notes are all new, and compare preview and report with what it holds."""
    page.goto(f"{server.address}/imports")
    look_inside(page, file)
    assert figures(page)["new"] == held.notes
    assert stored_notes(server) == 0
    page.get_by_role("button", name="Import", exact=True).press("Enter")
    expect(page.get_by_text("The import is complete")).to_be_visible()
    expect_report(page, held)


def expect_report(page: Page, held: Held) -> None:
    seen = figures(page)
    assert (seen["added"], seen["refused"]) == (held.notes, 0)
    expect(page.locator("main")).to_contain_text(f"{held.cards} new cards")
    if held.media:
        files = "1 file" if held.media == 1 else f"{held.media} files"
        expect(page.locator("main")).to_contain_text(f"{files} of media")


def figures(page: Page) -> dict[str, int]:
    """Return the numbers that stand on a page, by their names."""
    names = page.locator(".stat dt").all_inner_texts()
    return dict(zip(names, map(int, page.locator(".stat dd").all_inner_texts()), strict=True))


def own_notes() -> tuple[object, ...]:
    return (Note.owner_id.is_not(None), Note.retired_at.is_(None))


def stored_notes(server: Server) -> int:
    database = server.database()
    with database.reading() as session:
        query = select(func.count()).select_from(Note).where(*own_notes())  # type: ignore[arg-type]
        found = session.execute(query).scalar_one()
    database.close()
    return int(found)


def answers(server: Server) -> list[tuple[int, int]]:
    """Return the card and the grade of every effective answer, in their order."""
    database = server.database()
    with database.reading() as session:
        rows = session.execute(
            select(Review.card_id, Review.grade)
            .where(Review.kind == "answer", Review.status == "stored")
            .order_by(Review.at, Review.version)
        ).all()
    database.close()
    return [(card_id, grade) for card_id, grade in rows]


def brought_along_today(server: Server) -> int:
    """Return how many of the package's reviews were given on the day of the first answer here."""
    database = server.database()
    with database.reading() as session:
        today = select(Review.study_day).where(Review.kind == "answer").limit(1)
        query = select(func.count()).where(
            Review.kind == "imported",
            Review.study_day == today.scalar_subquery(),
            Review.grade.is_not(None),
        )
        count = session.scalar(query) or 0
    database.close()
    return count


def review_by_keyboard(page: Page, keys: str) -> None:
    """Answer a card with each key; Space and Enter show the answers in turn."""
    for number, key in enumerate(keys):
        expect(page.get_by_role("button", name="Show answer")).to_be_visible()
        page.keyboard.press("Space" if number % 2 else "Enter")
        expect(page.get_by_role("button", name=re.compile("^Good, "))).to_be_visible()
        page.keyboard.press(key)


def test_a_newcomer_imports_reviews_and_finds_everything_after_a_restart(
    page: Page, server: Server, tmp_path: Path
) -> None:
    set_up_by_keyboard(page)
    import_file(page, server, write_package(tmp_path / "calculus.apkg"), PACKAGE)
    page.get_by_role("link", name="Go to today").press("Enter")
    expect(page.locator("main")).to_contain_text("20 cards wait")

    page.get_by_role("link", name="Begin").press("Enter")
    page.wait_for_selector("html[data-ready=yes]")
    shown = page.get_by_role("region", name="Question").locator("img")
    settled(page)
    assert shown.evaluate("image => image.naturalWidth") == 900
    box = shown.bounding_box()
    assert box is not None and box["width"] <= page.evaluate("window.innerWidth")
    keys = "133133143133131" + "33333"  # a day of new cards; six of them come back today
    review_by_keyboard(page, keys)
    eventually(lambda: len(answers(server)) == len(keys), "twenty answers are stored")
    before = answers(server)
    assert sorted(grade for _, grade in before) == sorted(map(int, keys))

    page.goto(f"{server.address}/")
    today = page.locator("main").inner_text()
    server.stop()
    server.start()
    page.reload()
    assert page.locator("main").inner_text() == today
    assert figures(page)["done today"] == len(keys)
    assert answers(server) == before
    expect_days_of_sm2(server)
    page.goto(f"{server.address}/decks")
    for name in DECKS:
        expect(page.get_by_role("link", name=name.split("::")[-1], exact=True)).to_be_visible()


def expect_days_of_sm2(server: Server) -> None:
    """A new card comes back tomorrow after any pass; one graded Again today is due today, too."""
    database = server.database()
    with database.reading() as session:
        user_id = session.execute(select(User.id)).scalar_one()
        learner = load_learner(session.connection(), user_id)
        memories = session.scalars(select(Memory)).all()
        today = learner.study_day(datetime.now(UTC))
        for memory in memories:
            last = session.scalars(
                select(Review.grade)
                .where(Review.card_id == memory.card_id, Review.status == "stored")
                .order_by(Review.version.desc())
            ).first()
            assert memory.due_day == today + timedelta(days=1)
            assert memory.last_day == today
            assert (memory.repeat_at is not None) == (last == 1)
    database.close()
    assert len(memories) == 20
    assert study_day(datetime.now(UTC), learner.zone) == today


def test_the_same_file_again_changes_nothing(page: Page, server: Server, tmp_path: Path) -> None:
    set_up_by_keyboard(page)
    package = write_package(tmp_path / "calculus.apkg")
    import_file(page, server, package, PACKAGE)
    page.goto(f"{server.address}/imports")
    look_inside(page, package)
    assert figures(page) == {"new": 0, "changed": 0, "unchanged": PACKAGE.notes, "refused": 0}
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("The import is complete")).to_be_visible()
    assert figures(page)["unchanged"] == PACKAGE.notes
    assert stored_notes(server) == PACKAGE.notes


@pytest.mark.parametrize("name", REAL_DECKS)
def test_real_decks_arrive_whole(page: Page, server: Server, real_decks: Path, name: str) -> None:
    file = real_decks / name
    if not file.exists():
        pytest.skip(f"{name} is not in INTERVIEWPREP_TEST_DECKS")
    set_up_by_keyboard(page)
    import_file(page, server, file, REAL_DECKS[name])
    show_question(page, server)
    review_by_keyboard(page, "3333")
    eventually(lambda: len(answers(server)) == 4, "four answers are stored")
    pictures = page.locator("main img")
    settled(page)
    for number in range(pictures.count()):
        assert pictures.nth(number).evaluate("image => image.naturalWidth") > 0
    server.stop()
    server.start()
    page.goto(f"{server.address}/")
    assert figures(page)["done today"] == 4 + brought_along_today(server)
    assert stored_notes(server) == REAL_DECKS[name].notes


def test_a_deck_of_the_library_is_studied_from_the_next_page_on(page: Page, server: Server) -> None:
    set_up_by_keyboard(page)
    page.get_by_role("link", name="Choose decks yourself").press("Enter")
    page.get_by_role("button", name="Study Model evaluation").press("Enter")
    page.goto(f"{server.address}/")
    page.get_by_role("link", name="Begin").press("Enter")
    page.wait_for_selector("html[data-ready=yes]")
    review_by_keyboard(page, "343")
    eventually(lambda: len(answers(server)) == 3, "three answers are stored")
    database = server.database()
    with database.reading() as session:
        decks = session.scalars(
            select(Deck.name).join(Card, Card.deck_id == Deck.id).join(Memory)
        ).all()
    database.close()
    assert set(decks) == {"Model evaluation"}


def test_a_card_of_ones_own_is_written_answered_edited_found_and_put_aside(
    page: Page, server: Server
) -> None:
    set_up_by_keyboard(page)
    write(page, server, "What does `zip` stop at?", "The shortest of its arguments.")
    write(page, server, "What does `enumerate` give?", "Pairs of a number and an item.")
    show_question(page, server)
    review_by_keyboard(page, "4")
    eventually(lambda: len(answers(server)) == 1, "the answer is stored")
    first = answers(server)

    page.goto(f"{server.address}/search")
    page.get_by_label(re.compile("Words")).press("ControlOrMeta+a")
    page.keyboard.type("shortest")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 card")).to_be_visible()
    page.get_by_role("link", name=re.compile("zip")).press("Enter")
    page.get_by_role("link", name="Edit").press("Enter")
    page.get_by_label("Back").fill("The shortest of its iterables, unless `strict` is set.")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator(".card-page")).to_contain_text("unless strict is set")
    expect(page.get_by_role("table")).to_contain_text("Easy")
    assert answers(server) == first
    database = server.database()
    with database.reading() as session:
        assert session.execute(select(Memory.card_id)).scalars().all() == [first[0][0]]
    database.close()

    page.goto(f"{server.address}/search?q=what")
    page.get_by_role("checkbox", name=re.compile("^All")).press("Space")
    page.get_by_role("button", name="Suspend").press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto(f"{server.address}/search?q=is:suspended")
    expect(page.get_by_role("heading", name="2 cards")).to_be_visible()
    database = server.database()
    with database.reading() as session:
        assert session.scalars(select(CardMark.is_suspended)).all() == [True, True]
    database.close()
    page.goto(f"{server.address}/review")
    page.wait_for_selector("html[data-ready=yes]")
    expect(page.get_by_role("heading", name="That is all for today")).to_be_visible()


def write(page: Page, server: Server, front: str, back: str) -> None:
    page.goto(f"{server.address}/cards/new")
    expect(page.get_by_label("Front")).to_be_focused()
    page.keyboard.type(front)
    page.keyboard.press("Tab")
    page.keyboard.type(back)
    expect(page.locator("[data-preview-target] .card-page")).to_contain_text(back)
    page.get_by_role("button", name="Save card").press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()


def test_a_day_of_two_devices_ends_with_one_truth(
    page: Page, server: Server, new_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    """Ten answers without a network, a double press, a second tab and an undo, in one sitting."""
    set_up_by_keyboard(page)
    import_file(page, server, write_package(tmp_path / "calculus.apkg"), PACKAGE)
    show_question(page, server)
    wait_for_worker(page)
    other = page.context.new_page()
    show_question(other, server)
    page.bring_to_front()
    review_by_keyboard(page, "3")
    eventually(lambda: len(answers(server)) == 1, "the first answer is stored")
    expect(other.get_by_text(re.compile("another tab"))).to_be_visible()
    other.close()
    page.context.set_offline(True)
    review_by_keyboard(page, "3333333333")
    expect(page.get_by_text(re.compile("10 answers kept on this device"))).to_be_visible()
    page.keyboard.press("u")
    page.context.set_offline(False)
    eventually(lambda: len(answers(server)) == 11, "ten more answers are stored")
    expect(page.get_by_text(re.compile("kept on this device"))).to_be_hidden()
    page.keyboard.press("Space")
    page.evaluate(
        """() => { for (let press = 0; press < 2; press++) document.body.dispatchEvent(
            new KeyboardEvent('keydown', {key: '3', code: 'Digit3', bubbles: true})) }"""
    )
    eventually(lambda: len(answers(server)) == 12, "the card taken back is answered once more")
    server.stop()
    server.start()
    page.goto(f"{server.address}/")
    per_card = [card_id for card_id, _ in answers(server)]
    assert len(per_card) == 12 and len(set(per_card)) == 11
    assert figures(page)["done today"] == 11


def test_a_track_chosen_on_the_first_page_takes_its_first_day_from_three_decks(
    page: Page, server: Server
) -> None:
    set_up_by_keyboard(page)
    page.get_by_role("button", name="Choose Data Scientist").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("“Data Scientist” is your track")
    page.get_by_role("link", name="Begin", exact=True).press("Enter")
    page.wait_for_selector("html[data-ready=yes]")
    review_by_keyboard(page, "343")
    eventually(lambda: len(answers(server)) == 3, "three answers are stored")
    database = server.database()
    with database.reading() as session:
        decks = session.scalars(
            select(Deck.key).join(Card, Card.deck_id == Deck.id).join(Memory)
        ).all()
    database.close()
    assert set(decks) == {"coding/sql", "coding/python", "ml/probability"}

    page.goto(f"{server.address}/account")
    page.get_by_role("link", name="Change the track").press("Enter")
    page.get_by_role("link", name="NLP Engineer").press("Enter")
    page.get_by_role("button", name="Choose this track").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("“NLP Engineer” is your track")
    assert figures(page)["done today"] == 3
    expect(page.get_by_role("link", name="Complexity and data structures")).to_be_visible()
