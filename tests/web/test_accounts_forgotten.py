"""A forgotten password, by mail and without, and letters about the address."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from interviewprep.storage import Database, LoginSession, MailedLink
from tests.mail_server import Inbox, mail_server

from .conftest import Browser, MakeApp
from .people import PASSWORD, add_person, is_signed_in, sign_in, text_of, user_of

ANN = "ann@example.org"
NEW = "some other words"
BASE = "https://prep.example.org"


@pytest.fixture
def ann(database: Database) -> int:
    return add_person(database, ANN, is_admin=True)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as inbox:
        yield inbox


@pytest.fixture
def site(make_app: MakeApp, inbox: Inbox, ann: int) -> Flask:
    return make_app(SMTP_URL=f"smtp://127.0.0.1:{inbox.port}", BASE_URL=BASE)


def link_in(message: EmailMessage) -> str:
    """Return the path of the link in a letter, which must lead to the site's own address."""
    found = re.search(r"(https?://\S+)", message.get_content())
    assert found is not None
    assert found[1].startswith(BASE)
    return found[1].removeprefix(BASE)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


class Https(Browser):
    """A browser on the https address, whose cookies are `Secure`; it sends a Referer as it must."""

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.client.get(path, base_url=BASE, **kwargs)

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        page = self.get(kwargs.pop("page", path))
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token is not None, page.text
        return self.client.post(
            path,
            data={**(data or {}), "csrf_token": token[1]},
            base_url=BASE,
            headers={"Referer": BASE + path},
            **kwargs,
        )


def test_without_mail_the_page_says_to_ask_the_administrator(
    anonymous: Browser, ann: int, database: Database
) -> None:
    for answer in (
        anonymous.get("/forgotten-password"),
        anonymous.post("/forgotten-password", {"email": ANN}),
    ):
        assert answer.status_code == 200
        assert "Ask its administrator" in text_of(answer.text)
        assert 'name="email"' not in answer.text
    assert count(database, MailedLink) == 0


def test_the_link_in_the_letter_sets_a_new_password_once_and_ends_all_sessions(
    site: Flask, inbox: Inbox, database: Database
) -> None:
    browser, elsewhere = Https(site.test_client()), Https(site.test_client())
    assert sign_in(elsewhere, ANN).status_code == 303
    browser.post("/forgotten-password", {"email": ANN.upper()})
    message = inbox.wait_for(1)[0]
    assert message["To"] == ANN
    path = link_in(message)
    page = browser.get(path)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert browser.post(path, {"password": "short"}).status_code == 422
    answer = browser.post(path, {"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "password is set" in text_of(browser.get("/sign-in").text)
    assert not is_signed_in(elsewhere)
    assert count(database, LoginSession) == 0
    assert browser.get(path).status_code == 404
    assert sign_in(browser, ANN, PASSWORD).status_code == 422
    assert sign_in(browser, ANN, NEW).status_code == 303


def test_an_address_without_an_account_is_answered_alike_and_gets_no_letter(
    site: Flask, inbox: Inbox, database: Database
) -> None:
    add_person(database, "off@example.org", is_disabled=True)
    pages = []
    for email in ("off@example.org", "zzz@example.org", ANN):
        answer = Https(site.test_client()).post("/forgotten-password", {"email": email})
        pages.append((answer.status_code, text_of(answer.text).replace(email, "…")))
    assert len(set(pages)) == 1
    assert [message["To"] for message in inbox.wait_for(1)] == [ANN]


def test_nobody_is_flooded_with_letters_and_a_flood_says_nothing(
    site: Flask, inbox: Inbox, database: Database
) -> None:
    statuses = [
        Https(site.test_client()).post("/forgotten-password", {"email": ANN}).status_code
        for _ in range(6)
    ]
    assert statuses == [200] * 6
    inbox.wait_for(3)
    assert count(database, MailedLink) == 3
    browser = Https(site.test_client())
    for number in range(4):
        assert browser.post("/forgotten-password", {"email": f"p{number}@x.org"}).status_code == 200
    answer = browser.post("/forgotten-password", {"email": "p5@x.org"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_reset_makes_the_browser_known_so_that_its_owner_gets_in_while_others_hammer(
    site: Flask, inbox: Inbox
) -> None:
    attacker = Https(site.test_client())
    while sign_in(attacker, ANN, "not the password").status_code != 429:
        pass
    owner = Https(site.test_client())
    owner.post("/forgotten-password", {"email": ANN})
    owner.post(link_in(inbox.wait_for(1)[0]), {"password": NEW})
    assert sign_in(owner, ANN, NEW).status_code == 303


def test_a_mail_server_that_is_away_changes_no_answer(
    make_app: MakeApp, ann: int, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        app = make_app(SMTP_URL=f"smtp://127.0.0.1:{unused.getsockname()[1]}")
        answer = Browser(app.test_client()).post("/forgotten-password", {"email": ANN})
    assert answer.status_code == 200


def test_a_new_address_counts_once_it_is_confirmed_there_and_the_old_one_is_told(
    site: Flask, inbox: Inbox, database: Database
) -> None:
    browser = Https(site.test_client())
    sign_in(browser, ANN)
    form = {"email": "ann@new.example.org", "current_password": "not the password"}
    assert browser.post("/account/address", form).status_code == 422
    form["current_password"] = PASSWORD
    assert browser.post("/account/address", form).status_code == 303
    confirm, notice = inbox.wait_for(2)
    assert (confirm["To"], notice["To"]) == ("ann@new.example.org", ANN)
    assert "ann@new.example.org" in notice.get_content()
    path = link_in(confirm)
    scanner = Https(site.test_client())
    assert scanner.get(path).status_code == 200
    assert user_of(database, ANN) is not None, "opening the link changes nothing"
    assert scanner.post(path).status_code == 303
    assert user_of(database, ANN) is None
    assert user_of(database, "ann@new.example.org") is not None
    assert inbox.wait_for(3)[2]["To"] == ANN
    assert scanner.get(path).status_code == 404


def test_a_letter_that_cannot_be_sent_leaves_the_address_as_it_is(
    site: Flask, inbox: Inbox, database: Database
) -> None:
    browser = Https(site.test_client())
    sign_in(browser, ANN)
    inbox.refuses = True
    answer = browser.post(
        "/account/address", {"email": "ann@new.example.org", "current_password": PASSWORD}
    )
    assert answer.status_code == 422
    assert "could not be sent" in text_of(answer.text)
    assert user_of(database, ANN) is not None


def test_a_change_of_password_is_told_by_mail_and_stands_if_the_letter_fails(
    site: Flask, inbox: Inbox
) -> None:
    browser = Https(site.test_client())
    sign_in(browser, ANN)
    browser.post("/account/password", {"current_password": PASSWORD, "password": NEW})
    assert inbox.wait_for(1)[0]["Subject"] == "Your password was changed"
    inbox.refuses = True
    answer = browser.post("/account/password", {"current_password": NEW, "password": PASSWORD})
    assert answer.status_code == 303
    assert "could not be sent" in text_of(browser.get("/account").text)


def test_the_administrator_mails_invitations_and_reset_links(
    make_app: MakeApp, inbox: Inbox, ann: int, database: Database
) -> None:
    app = make_app(SMTP_URL=f"smtp://127.0.0.1:{inbox.port}", BASE_URL=BASE, SIGN_UP="invite")
    browser = Https(app.test_client())
    sign_in(browser, ANN)
    page = browser.post("/admin/invitations", {"email": "bob@example.org"}, page="/admin")
    letter = inbox.wait_for(1)[0]
    assert letter["To"] == "bob@example.org"
    assert BASE + link_in(letter) in page.text
    assert "sent to bob@example.org" in text_of(page.text)
    visitor = Https(app.test_client())
    answer = visitor.post(
        "/sign-up",
        {"email": "bob@example.org", "password": PASSWORD, "invite": link_in(letter)[-32:]},
        page=link_in(letter),
    )
    assert answer.status_code == 303
    bob = user_of(database, "bob@example.org")
    assert bob is not None
    browser.post(f"/admin/accounts/{bob.id}/reset-link", page="/admin")
    assert inbox.wait_for(2)[1]["To"] == "bob@example.org"
    inbox.refuses = True
    page = browser.post("/admin/invitations", {"email": "eve@example.org"}, page="/admin")
    assert page.status_code == 200
    assert "could not be sent" in text_of(page.text)
    assert "/sign-up?invite=" in page.text, "the link is there to be passed on"
