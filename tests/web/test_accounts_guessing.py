"""Guessing passwords is slowed down, in the database, and never locks an owner out."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from interviewprep.storage import Attempt, Database

from .conftest import Browser
from .people import PASSWORD, add_person, sign_in, text_of

ANN = "ann@example.org"


@pytest.fixture
def ann(database: Database) -> int:
    return add_person(database, ANN, is_admin=True)


def test_guessing_is_slowed_down_with_a_sentence_and_a_header(
    anonymous: Browser, ann: int, database: Database
) -> None:
    for _ in range(5):
        assert sign_in(anonymous, ANN, "not the password").status_code == 422
    answer = sign_in(anonymous, ANN)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 6
    assert "too many attempts" in text_of(answer.text)
    assert "Sign in" in text_of(answer.text)
    for email in ("nobody@example.org",):  # an address without an account is slowed down alike
        statuses = [sign_in(anonymous, email, "not the password").status_code for _ in range(6)]
        assert statuses == [422] * 5 + [429]


def test_somebody_who_hammers_the_account_does_not_lock_its_owner_out(
    app: Flask, ann: int, anonymous: Browser
) -> None:
    sign_in(anonymous, ANN)
    anonymous.post("/sign-out")
    attacker = Browser(app.test_client())
    while sign_in(attacker, ANN, "not the password").status_code != 429:
        pass
    assert sign_in(attacker, ANN, PASSWORD).status_code == 429
    assert sign_in(anonymous, ANN).status_code == 303, "this browser has signed in before"


def test_a_known_browser_that_guesses_is_slowed_down_by_itself(
    app: Flask, ann: int, anonymous: Browser
) -> None:
    sign_in(anonymous, ANN)
    anonymous.post("/sign-out")
    statuses = [sign_in(anonymous, ANN, "not the password").status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert sign_in(Browser(app.test_client()), ANN).status_code == 303


@pytest.mark.parametrize("forged", ["", "nonsense", "WyJ4IixbMV1d.forged", "[]"])
def test_a_forged_cookie_makes_no_browser_known(
    forged: str, app: Flask, ann: int, anonymous: Browser
) -> None:
    anonymous.client.set_cookie("interviewprep-browser", forged)
    statuses = [sign_in(anonymous, ANN, "not the password").status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert sign_in(Browser(app.test_client()), ANN).status_code == 429


def test_a_browser_known_to_one_account_is_a_stranger_to_another(
    app: Flask, ann: int, anonymous: Browser, database: Database
) -> None:
    add_person(database, "bob@example.org")
    sign_in(anonymous, "bob@example.org")
    anonymous.post("/sign-out")
    for _ in range(5):
        sign_in(anonymous, ANN, "not the password")
    assert sign_in(Browser(app.test_client()), ANN).status_code == 429


def test_one_client_that_tries_many_accounts_is_slowed_down_and_its_own_account_helps_it_not(
    app: Flask, ann: int, anonymous: Browser, database: Database
) -> None:
    add_person(database, "eve@example.org")
    tried = 0
    while tried < 50:
        answer = sign_in(Browser(app.test_client()), f"person{tried}@example.org", "a guessed word")
        if answer.status_code == 429:
            break
        tried += 1
        if tried % 5 == 0:
            sign_in(Browser(app.test_client()), "eve@example.org")
    assert tried == 20
    with database.reading() as session:
        assert len(session.scalars(select(Attempt)).all()) == 21
