"""Reviewing in a real browser: the key, the network, the second tab, the way back."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from interviewprep.storage import CardMark, Memory, Review, User

from ..services.conftest import add_deck
from .conftest import Server, eventually, expect_question, sign_in, sign_up, wait_for_worker

SECOND_TAP_MS = 600
"""A tap sooner than this after another counts as its second half, and is meant to be ignored."""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group(__name__)]


def stored(server: Server, *conditions: Any) -> int:
    """Return how many effective answers the log holds."""
    database = server.database()
    with database.reading() as session:
        found = session.execute(
            select(func.count())
            .select_from(Review)
            .where(Review.kind == "answer", Review.status == "stored", *conditions)
        ).scalar_one()
    database.close()
    return int(found)


def fill(server: Server, cards: int, email: str = "ada@example.org") -> list[int]:
    """Give the account a deck of plain cards and return their ids."""
    database = server.database()
    with database.reading() as session:
        owner = session.execute(select(User.id).where(User.email == email)).scalar_one()
    ids = add_deck(database, owner, cards=cards)[1]
    database.close()
    return ids


def open_review(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/review")
    expect_question(page)


def answer(page: Page, key: str = "3") -> None:
    """Show the answer and grade it, by keyboard."""
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name=re.compile("^Good"))).to_be_visible()
    page.keyboard.press(key)


def question(page: Page) -> str:
    return page.get_by_role("region", name="Question").inner_text()


@pytest.fixture
def ada(page: Page, server: Server) -> Page:
    """A page of an account with twenty-five cards, on the review."""
    sign_up(page)
    fill(server, 25)
    open_review(page, server)
    return page


def test_cards_are_answered_by_keyboard_and_each_is_stored_once(ada: Page, server: Server) -> None:
    seen = []
    for number in range(5):
        seen.append(question(ada))
        answer(ada, "34123"[number])
    assert len(set(seen)) == 5
    eventually(lambda: stored(server) == 5, "five answers are stored")
    database = server.database()
    with database.reading() as session:
        grades = session.scalars(select(Review.grade).order_by(Review.at)).all()
    database.close()
    assert grades == [3, 4, 1, 2, 3]


def test_the_next_card_is_there_within_the_key_press_whatever_the_network_does(
    ada: Page, server: Server
) -> None:
    ada.route("**/api/v1/reviews", lambda route: None)  # no answer ever comes back
    ada.keyboard.press("Space")
    before = question(ada)
    after = ada.evaluate(
        """() => {
            const key = new KeyboardEvent('keydown', {key: '3', code: 'Digit3', bubbles: true})
            document.body.dispatchEvent(key)
            return document.querySelector('#question').innerText
        }"""
    )
    assert after.strip() and after != before


def test_a_double_press_grades_one_card(ada: Page, server: Server) -> None:
    ada.keyboard.press("Space")
    ada.evaluate(
        """() => {
            for (const repeat of [false, true, false]) document.body.dispatchEvent(
                new KeyboardEvent('keydown', {key: '3', code: 'Digit3', bubbles: true, repeat}))
        }"""
    )
    eventually(lambda: stored(server) == 1, "one answer is stored")
    ada.reload()
    expect_question(ada)
    assert stored(server) == 1


def test_ten_answers_offline_with_a_reload_in_between_arrive_once(
    ada: Page, server: Server
) -> None:
    answer(ada)
    eventually(lambda: stored(server) == 1, "the first answer is stored")
    wait_for_worker(ada)
    ada.reload()  # now the service worker has the page
    expect_question(ada)
    ada.context.set_offline(True)
    for _ in range(5):
        answer(ada)
    expect(ada.get_by_text(re.compile("5 answers kept on this device"))).to_be_visible()
    ada.reload()
    expect_question(ada)
    for _ in range(5):
        answer(ada)
    assert stored(server) == 1
    ada.context.set_offline(False)
    eventually(lambda: stored(server) == 11, "all eleven answers are stored")
    expect(ada.get_by_text(re.compile("kept on this device"))).to_be_hidden()
    database = server.database()
    with database.reading() as session:
        assert session.execute(select(func.count(func.distinct(Review.card_id)))).scalar_one() == 11
    database.close()


def test_undo_brings_the_card_back_and_the_server_agrees(ada: Page, server: Server) -> None:
    first = question(ada)
    answer(ada, "4")
    second = question(ada)
    answer(ada)
    ada.keyboard.press("u")
    expect(ada.get_by_role("region", name="Question")).to_have_text(second)
    ada.keyboard.press("u")
    expect(ada.get_by_role("region", name="Question")).to_have_text(first)

    def undone() -> bool:
        database = server.database()
        with database.reading() as session:
            undos = session.execute(select(func.count()).where(Review.kind == "undo")).scalar_one()
            begun = session.execute(
                select(func.count()).where(Memory.due_day.is_not(None))
            ).scalar_one()
        database.close()
        return (undos, begun) == (2, 0)

    eventually(undone, "both answers are taken back")
    answer(ada, "1")
    eventually(lambda: stored(server) == 3, "the card can be answered again")


def test_undo_reaches_answers_of_another_device(
    ada: Page, server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    first = question(ada)
    answer(ada, "4")
    eventually(lambda: stored(server) == 1, "the first device's answer is stored")
    phone = new_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    sign_in(phone, server)
    phone.goto(f"{server.address}/review")
    expect_question(phone)
    assert question(phone) != first
    phone.keyboard.press("u")
    expect(phone.get_by_role("region", name="Question")).to_have_text(first)
    expect(phone.get_by_text("Answer of another device taken back")).to_be_visible()
    answer(phone, "1")
    eventually(lambda: stored(server) == 2, "the card can be answered again")


def test_two_tabs_never_count_one_card_twice(ada: Page, server: Server) -> None:
    other = ada.context.new_page()
    open_review(other, server)
    assert question(other) == question(ada)
    other.evaluate("window.BroadcastChannel = undefined")
    ada.keyboard.press("Space")
    other.keyboard.press("Space")
    ada.keyboard.press("3")
    other.keyboard.press("4")
    eventually(lambda: stored(server) >= 1, "one of them is stored")
    answer(ada)
    answer(other)

    def settled() -> bool:
        database = server.database()
        with database.reading() as session:
            versions = session.scalars(select(Memory.version)).all()
        database.close()
        return len(versions) >= 2

    eventually(settled, "the rest is stored")
    database = server.database()
    with database.reading() as session:
        per_card = session.execute(
            select(Review.card_id, func.count())
            .where(Review.status == "stored")
            .group_by(Review.card_id)
        ).all()
    database.close()
    assert all(count == 1 for _, count in per_card)


def test_a_stale_answer_of_another_device_is_explained(
    ada: Page, server: Server, new_context: Callable[..., BrowserContext]
) -> None:
    phone = new_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    sign_in(phone, server)
    open_review(phone, server)
    answer(ada)
    eventually(lambda: stored(server) == 1, "the first device's answer is stored")
    phone.get_by_role("button", name="Show answer").tap()
    phone.wait_for_timeout(SECOND_TAP_MS)
    phone.get_by_role("button", name=re.compile("^Easy")).tap()
    expect(phone.get_by_text(re.compile("answered elsewhere"))).to_be_visible()
    assert stored(server) == 1


def test_a_killed_server_loses_nothing(ada: Page, server: Server) -> None:
    answer(ada)
    eventually(lambda: stored(server) == 1, "the first answer is stored")
    server.stop(signal.SIGKILL)
    for _ in range(3):
        answer(ada)
    server.start()
    eventually(lambda: stored(server) >= 4, "the answers arrive once the server is back")
    assert stored(server) == 4


def test_suspend_and_flag_by_key(ada: Page, server: Server) -> None:
    first = question(ada)
    ada.keyboard.press("f")
    ada.keyboard.press("s")
    expect(ada.get_by_role("region", name="Question")).not_to_have_text(first)
    ada.reload()
    expect_question(ada)
    assert question(ada) != first

    def marks() -> list[tuple[bool, bool]]:
        database = server.database()
        with database.reading() as session:
            rows = session.execute(select(CardMark.is_suspended, CardMark.flag)).all()
        database.close()
        return [(bool(suspended), flag > 0) for suspended, flag in rows]

    eventually(lambda: marks() == [(True, True)], "both marks are stored")


def test_the_session_ends_calmly_and_says_what_comes_tomorrow(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 640})
    sign_up(page)
    fill(server, 3)
    open_review(page, server)
    for _ in range(3):
        answer(page, "4")
    expect(page.get_by_role("heading", name="That is all for today")).to_be_visible()
    expect(page.get_by_text(re.compile("tomorrow"))).to_be_visible()
    expect(page.get_by_role("heading", name="Remind you each day?")).to_be_visible()
    row, bar = (page.locator(one).bounding_box() for one in ("#reminder-question", ".review-bar"))
    assert row and bar and row["y"] + row["height"] <= bar["y"]
    eventually(lambda: stored(server) == 3, "all are stored")
    page.reload()
    expect(page.get_by_role("heading", name="That is all for today")).to_be_visible()
    expect(page.get_by_role("heading", name="Remind you each day?")).to_be_hidden()


def test_what_each_grade_leads_to_is_on_its_button(ada: Page) -> None:
    ada.keyboard.press("Space")
    for name in ("Again, 10 min", "Hard, ", "Good, 1 d", "Easy, 1 d"):
        expect(ada.get_by_role("button", name=re.compile(f"^{name}"))).to_be_visible()


def test_nothing_moves_between_question_and_answer(ada: Page) -> None:
    place = "() => JSON.stringify(document.querySelector('#question').getBoundingClientRect().top)"
    before = ada.evaluate(place)
    bar = ada.locator(".review-bar").bounding_box()
    ada.keyboard.press("Space")
    expect(ada.get_by_role("region", name="Answer", exact=True)).to_be_visible()
    assert ada.evaluate(place) == before
    assert ada.locator(".review-bar").bounding_box() == bar


def test_a_page_left_in_the_moment_of_the_key_loses_no_answer(ada: Page, server: Server) -> None:
    ada.route("**/api/v1/reviews", lambda route: route.abort())
    rounds = 15
    for _ in range(rounds):
        open_review(ada, server)
        ada.keyboard.press("Space")
        ada.evaluate(
            """() => {
                document.body.dispatchEvent(
                    new KeyboardEvent('keydown', {key: '1', code: 'Digit1', bubbles: true}))
                location.href = '/about'
            }"""
        )
        ada.wait_for_url("**/about")
    assert stored(server) == 0
    ada.unroute("**/api/v1/reviews")
    open_review(ada, server)
    eventually(lambda: stored(server) == rounds, "every answer is stored")
    assert ada.evaluate("Object.keys(localStorage).filter(key => key.includes('-act-'))") == []


def test_signing_out_with_unsent_answers_warns(ada: Page, server: Server) -> None:
    answer(ada)
    eventually(lambda: stored(server) == 1, "the first answer is stored")
    ada.route("**/api/v1/reviews", lambda route: route.abort())
    answer(ada)
    ada.goto(f"{server.address}/")
    ada.locator("summary[aria-label=Account]").click()
    ada.get_by_role("button", name="Sign out").click()
    expect(ada.get_by_role("dialog")).to_contain_text("1 answer")
    assert ada.url == f"{server.address}/"
