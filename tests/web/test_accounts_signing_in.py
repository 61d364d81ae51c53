"""Signing in and out: what a stranger learns from it, and what a copied cookie is worth."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, update

from interviewprep.services.sessions import LIFETIME
from interviewprep.storage import Database, LoginSession, User

from .conftest import Browser
from .people import PASSWORD, add_person, is_signed_in, sign_in, text_of, user_of

ANN = "ann@example.org"


@pytest.fixture
def ann(database: Database) -> int:
    return add_person(database, ANN, is_admin=True)


def copy_of_cookie(browser: Browser, app: Flask) -> Browser:
    """Return another browser that holds a copy of the session cookie, as a thief would."""
    thief = app.test_client()
    cookie = browser.client.get_cookie("interviewprep")
    assert cookie is not None
    thief.set_cookie("interviewprep", cookie.value)
    return Browser(thief)


def test_signing_in_leads_on_and_leaves_a_session_of_thirty_days(
    anonymous: Browser, ann: int, database: Database
) -> None:
    headers = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"}
    answer = sign_in(anonymous, " Ann@Example.org ", headers=headers)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(anonymous)
    with database.reading() as session:
        row = session.scalars(select(LoginSession)).one()
        assert (row.user_id, row.label) == (ann, "Firefox on Linux")
        assert row.expires_at - row.created_at == LIFETIME
    cookie = anonymous.client.get_cookie("interviewprep")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.max_age) == (True, "Lax", None)
    assert cookie.expires is not None
    assert timedelta(days=29) < cookie.expires - datetime.now(UTC) <= LIFETIME


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(
    anonymous: Browser, ann: int
) -> None:
    wrong = sign_in(anonymous, ANN, "not the password")
    unknown = sign_in(anonymous, "nobody@example.org", "not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert "do not belong together" in text_of(wrong.text)
    assert text_of(wrong.text) == text_of(unknown.text)
    assert dict(wrong.headers).keys() == dict(unknown.headers).keys()


def test_an_unknown_address_takes_as_long_as_a_wrong_password(
    app: Flask, anonymous: Browser, ann: int
) -> None:
    """Within a factor of two of each other; without the dummy hash it is a factor of ten."""

    def seconds(email: str, number: int) -> float:
        began = time.perf_counter()
        answer = anonymous.post(
            "/sign-in",
            {"email": email, "password": "not the password"},
            environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"},
        )
        assert answer.status_code == 422
        return time.perf_counter() - began

    sign_in(anonymous, "warm@example.org", "not the password")
    known = [seconds(ANN, number) for number in range(4)]
    unknown = [seconds("nobody@example.org", 100 + number) for number in range(4)]
    assert 0.5 < min(known) / min(unknown) < 2


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/decks?sort=name", "/decks?sort=name"),
        ("/review", "/review"),
        ("", "/"),
        ("review", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example/", "/"),
        ("https:/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/%0d%0aSet-Cookie:x=1", "/%0d%0aSet-Cookie:x=1"),
        ("/\r\nSet-Cookie: x=1", "/"),
    ],
)
def test_next_leads_to_a_place_on_this_site_or_to_the_start(
    target: str, leads_to: str, anonymous: Browser, ann: int
) -> None:
    answer = anonymous.post("/sign-in", {"email": ANN, "password": PASSWORD, "next": target})
    assert (answer.status_code, answer.location) == (303, leads_to)
    again = anonymous.get("/sign-in", query_string={"next": target})
    assert (again.status_code, again.location) == (302, leads_to)


def test_a_page_asked_for_while_signed_out_is_reached_after_signing_in(
    anonymous: Browser, ann: int
) -> None:
    sent = anonymous.get("/account/tokens?x=1")
    page = anonymous.get(sent.location)
    assert 'name="next" value="/account/tokens?x=1"' in page.text


def test_signing_in_puts_a_fresh_session_in_the_place_of_a_planted_one(
    anonymous: Browser, ann: int
) -> None:
    with anonymous.client.session_transaction() as cookie:
        cookie["token"] = "planted by somebody who waits"
    assert sign_in(anonymous, ANN).status_code == 303
    with anonymous.client.session_transaction() as cookie:
        assert cookie["token"] != "planted by somebody who waits"


def test_a_copied_cookie_is_worthless_after_signing_out(
    app: Flask, anonymous: Browser, ann: int, database: Database
) -> None:
    sign_in(anonymous, ANN)
    thief = copy_of_cookie(anonymous, app)
    assert is_signed_in(thief)
    answer = anonymous.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not is_signed_in(thief)
    assert not is_signed_in(anonymous)
    with database.reading() as session:
        assert session.scalars(select(LoginSession)).all() == []


def test_a_copied_cookie_is_worthless_after_a_change_of_password(
    app: Flask, anonymous: Browser, ann: int
) -> None:
    sign_in(anonymous, ANN)
    thief = copy_of_cookie(anonymous, app)
    answer = anonymous.post(
        "/account/password", {"current_password": PASSWORD, "password": "some other words"}
    )
    assert answer.status_code == 303
    assert is_signed_in(anonymous)
    assert not is_signed_in(thief)
    assert sign_in(thief, ANN).status_code == 422
    assert sign_in(thief, ANN, "some other words").status_code == 303


def test_a_session_slides_with_writing_and_not_with_reading(
    anonymous: Browser, ann: int, database: Database
) -> None:
    sign_in(anonymous, ANN)
    old = datetime.now(UTC) - timedelta(days=10)
    with database.writing() as session:
        values = {"extended_at": old, "expires_at": old + LIFETIME}
        session.execute(update(LoginSession).values(**values))

    def expires_at() -> datetime:
        with database.reading() as session:
            return session.scalars(select(LoginSession.expires_at)).one()

    anonymous.get("/account/delete")  # the first form brings its own token
    assert "Set-Cookie" not in anonymous.get("/account/delete").headers
    assert expires_at() == old + LIFETIME
    answer = anonymous.post("/account/theme", {"theme": "dark"})
    assert "Expires=" in answer.headers["Set-Cookie"]
    assert expires_at() > datetime.now(UTC) + timedelta(days=29)


def test_an_expired_session_signs_nobody_in(
    anonymous: Browser, ann: int, database: Database
) -> None:
    sign_in(anonymous, ANN)
    with database.writing() as session:
        session.execute(
            update(LoginSession).values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        )
    assert not is_signed_in(anonymous)


def test_a_disabled_account_is_told_only_to_those_who_know_its_password(
    anonymous: Browser, ann: int, database: Database
) -> None:
    add_person(database, "off@example.org", is_disabled=True)
    wrong = sign_in(anonymous, "off@example.org", "not the password")
    unknown = sign_in(anonymous, "nobody@example.org", "not the password")
    assert text_of(wrong.text) == text_of(unknown.text)
    right = sign_in(anonymous, "off@example.org")
    assert right.status_code == 403
    assert "disabled" in text_of(right.text)
    assert not is_signed_in(anonymous)


def test_an_outdated_hash_is_made_anew_at_sign_in(
    anonymous: Browser, ann: int, database: Database
) -> None:
    weak = PasswordHasher(memory_cost=8_192, time_cost=1, parallelism=1).hash(PASSWORD)
    with database.writing() as session:
        session.execute(update(User).values(password_hash=weak))
    assert sign_in(anonymous, ANN).status_code == 303
    user = user_of(database, ANN)
    assert user is not None
    assert "m=19456,t=2,p=1" in user.password_hash
    assert sign_in(anonymous, ANN).status_code == 303


def test_the_pages_name_fields_to_password_managers_and_tie_errors_to_them(
    anonymous: Browser, ann: int
) -> None:
    page = anonymous.get("/sign-in").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    wrong = anonymous.post("/sign-in", {"email": "no address", "password": PASSWORD})
    assert wrong.status_code == 422
    assert 'aria-describedby="field-email-error" aria-invalid="true"' in wrong.text
    assert 'id="field-email-error"' in wrong.text
    assert wrong.text.count("autofocus") == 1
    assert 'value="no address"' in wrong.text
    assert PASSWORD not in wrong.text
