"""The first account: who may make it, from where, and that there is one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from interviewprep.services.setup_code import code_file, prepare_setup_code
from interviewprep.storage import Database, User

from .conftest import Browser, MakeApp
from .people import PASSWORD, add_person, is_signed_in, text_of, user_of

ANN = {"email": "ann@example.org", "password": PASSWORD, "time_zone": "Asia/Kolkata"}
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


def make_first(browser: Browser, *, code: str = "", **kwargs: object) -> int:
    return browser.post("/set-up", {**ANN, "code": code}, **kwargs).status_code


@pytest.mark.parametrize("path", ["/", "/decks", "/review", "/account", "/sign-in", "/sign-up"])
def test_while_there_is_no_account_every_page_leads_to_the_set_up(
    path: str, anonymous: Browser
) -> None:
    answer = anonymous.get(path)
    assert (answer.status_code, answer.location) == (303, "/set-up")


def test_health_and_assets_and_the_api_do_not_lead_there(anonymous: Browser) -> None:
    assert anonymous.get("/healthz").status_code == 200
    with anonymous.get("/static/icon.svg") as answer:
        assert answer.status_code == 200
    assert anonymous.get("/api/v1/reviews/queue").status_code == 401


def test_the_first_visitor_on_this_machine_makes_the_administrators_account(
    anonymous: Browser, database: Database
) -> None:
    page = anonymous.get("/set-up")
    assert 'name="code"' not in page.text
    answer = anonymous.post("/set-up", ANN)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(anonymous)
    user = user_of(database, "ann@example.org")
    assert user is not None
    assert (user.is_admin, user.time_zone) == (True, "Asia/Kolkata")


def test_afterwards_the_set_up_is_closed(
    anonymous: Browser, app: Flask, database: Database
) -> None:
    anonymous.post("/set-up", ANN)
    visitor = Browser(app.test_client())
    assert visitor.get("/set-up").location == "/sign-in"
    answer = visitor.post("/set-up", {**ANN, "email": "eve@example.org"})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert visitor.get("/").location.startswith("/sign-in")
    assert user_of(database, "eve@example.org") is None


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "\x00"])
def test_a_zone_that_nobody_knows_becomes_utc(
    zone: str, anonymous: Browser, database: Database
) -> None:
    anonymous.post("/set-up", {**ANN, "time_zone": zone})
    user = user_of(database, "ann@example.org")
    assert user is not None
    assert user.time_zone == "UTC"


def test_from_elsewhere_it_takes_the_code_that_the_server_printed(
    anonymous: Browser, app: Flask, database: Database
) -> None:
    settings = app.extensions["settings"]
    assert 'name="code"' in anonymous.get("/set-up", environ_overrides=ELSEWHERE).text
    assert make_first(anonymous, environ_overrides=ELSEWHERE) == 422
    code = prepare_setup_code(settings, database)
    assert code is not None
    refused = anonymous.post("/set-up", {**ANN, "code": "AAAA"}, environ_overrides=ELSEWHERE)
    assert refused.status_code == 422
    assert 'id="field-code-error"' in refused.text
    assert user_of(database, "ann@example.org") is None
    assert make_first(anonymous, code=code.lower(), environ_overrides=ELSEWHERE) == 303
    assert not code_file(settings).exists()


def test_guessing_the_code_is_slowed_down(anonymous: Browser) -> None:
    statuses = [make_first(anonymous, code="AAAA", environ_overrides=ELSEWHERE) for _ in range(6)]
    assert statuses == [422] * 5 + [429]


@pytest.mark.parametrize(
    ("settings", "address", "headers", "needs_code"),
    [
        ({}, "127.0.0.1", {}, False),
        ({}, "::1", {}, False),
        ({}, "127.0.0.1", {"Host": "[::1]:8000"}, False),
        ({"BASE_URL": "http://0.0.0.0:8000"}, "127.0.0.1", {}, False),
        ({"BASE_URL": "http://0.0.0.0:8000"}, "192.168.1.7", {}, True),
        ({}, "192.168.1.7", {}, True),
        ({}, "2001:db8::1", {}, True),
        # A proxy on this machine that nobody named: the peer is loopback for the whole world.
        ({}, "127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, True),
        ({}, "127.0.0.1", {"Host": "prep.example.org"}, True),
        ({"BASE_URL": "https://prep.example.org"}, "127.0.0.1", {}, True),
        # Somebody elsewhere who claims to be here.
        ({}, "203.0.113.9", {"X-Forwarded-For": "127.0.0.1", "Host": "localhost"}, True),
        # A proxy that was named is believed.
        (
            {"TRUSTED_PROXIES": "127.0.0.1"},
            "127.0.0.1",
            {"X-Forwarded-For": "203.0.113.9"},
            True,
        ),
        (
            {"TRUSTED_PROXIES": "127.0.0.1"},
            "127.0.0.1",
            {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"},
            True,
        ),
        ({"TRUSTED_PROXIES": "127.0.0.1"}, "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        (
            {"TRUSTED_PROXIES": "10.0.0.0/8"},
            "203.0.113.9",
            {"X-Forwarded-For": "127.0.0.1"},
            True,
        ),
    ],
)
def test_only_who_sits_at_this_machine_needs_no_code(
    settings: dict[str, str],
    address: str,
    headers: dict[str, str],
    needs_code: bool,
    make_app: MakeApp,
) -> None:
    client = make_app(**settings).test_client()
    page = client.get("/set-up", headers=headers, environ_overrides={"REMOTE_ADDR": address})
    assert ('name="code"' in page.text) is needs_code


def test_of_two_at_once_one_becomes_administrator_and_the_other_is_told(
    app: Flask, database: Database
) -> None:
    def make(number: int) -> int:
        browser = Browser(app.test_client())
        return browser.post("/set-up", {**ANN, "email": f"person{number}@example.org"}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(make, range(4)))
    assert set(statuses) <= {303, 403}
    with database.reading() as session:
        assert [user.is_admin for user in session.scalars(select(User))] == [True]


def test_a_password_that_is_too_short_is_refused_beside_its_field(
    anonymous: Browser, database: Database
) -> None:
    answer = anonymous.post("/set-up", {**ANN, "password": "short"})
    assert answer.status_code == 422
    assert "at least 10 characters" in text_of(answer.text)
    assert 'aria-describedby="field-password-hint field-password-error"' in answer.text
    assert "ann@example.org" in answer.text
    assert user_of(database, "ann@example.org") is None


def test_an_account_made_elsewhere_is_noticed(anonymous: Browser, database: Database) -> None:
    assert anonymous.get("/").location == "/set-up"
    add_person(database, "ann@example.org", is_admin=True)
    assert anonymous.get("/").location.startswith("/sign-in")
