"""Signing up, where the server lets people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from interviewprep.services.invitations import invite
from interviewprep.storage import Database, Invitation

from .conftest import Browser, MakeApp
from .people import PASSWORD, add_person, is_signed_in, text_of, user_of

BOB = {"email": "Bob@Example.org ", "password": PASSWORD, "time_zone": "America/Lima"}


@pytest.fixture
def ann(database: Database) -> int:
    return add_person(database, "ann@example.org", is_admin=True)


def invitation(database: Database, by_id: int, note: str = "") -> str:
    with database.writing() as session:
        return invite(session, by_id, datetime.now(UTC), note=note)


@pytest.mark.parametrize(("policy", "words"), [("closed", "no new accounts"), ("invite", "link")])
def test_without_a_link_only_an_open_server_takes_new_accounts(
    policy: str, words: str, make_app: MakeApp, ann: int, database: Database
) -> None:
    browser = Browser(make_app(SIGN_UP=policy).test_client())
    for answer in (browser.get("/sign-up"), browser.post("/sign-up", BOB)):
        assert answer.status_code == 403
        assert words in text_of(answer.text)
        assert "<form" not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert user_of(database, "bob@example.org") is None
    assert "/sign-up" not in browser.get("/sign-in").text


def test_an_open_server_takes_anyone(make_app: MakeApp, ann: int, database: Database) -> None:
    browser = Browser(make_app(SIGN_UP="open").test_client())
    assert "/sign-up" in browser.get("/sign-in").text
    page = browser.get("/sign-up")
    assert 'name="time_zone"' in page.text
    assert 'autocomplete="new-password"' in page.text
    answer = browser.post("/sign-up", BOB)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(browser)
    user = user_of(database, "bob@example.org")
    assert user is not None
    assert (user.is_admin, user.time_zone, user.rollover_hour) == (False, "America/Lima", 4)


def test_signing_up_is_no_way_round_the_code_of_the_set_up(
    make_app: MakeApp, database: Database
) -> None:
    stranger = Browser(make_app(SIGN_UP="open").test_client())
    answer = stranger.post("/sign-up", BOB, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 403
    assert "set-up" in text_of(answer.text)
    assert not is_signed_in(stranger)
    assert user_of(database, "bob@example.org") is None


def test_an_invitation_makes_one_account_and_then_no_other(
    make_app: MakeApp, ann: int, database: Database
) -> None:
    app = make_app(SIGN_UP="invite")
    token = invitation(database, ann, "bob@example.org")
    browser = Browser(app.test_client())
    page = browser.get(f"/sign-up?invite={token}")
    assert page.status_code == 200
    assert 'value="bob@example.org"' in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    wrong = browser.post("/sign-up", {**BOB, "password": "short", "invite": token})
    assert wrong.status_code == 422
    assert f'value="{token}"' in wrong.text
    assert browser.post("/sign-up", {**BOB, "invite": token}).status_code == 303
    other = Browser(app.test_client())
    assert other.get(f"/sign-up?invite={token}").status_code == 404
    answer = other.post("/sign-up", {**BOB, "email": "eve@example.org", "invite": token})
    assert answer.status_code == 404
    assert user_of(database, "eve@example.org") is None


@pytest.mark.parametrize("spoil", ["forged", "expired", "withdrawn"])
def test_an_invitation_that_is_no_longer_good_makes_no_account(
    spoil: str, make_app: MakeApp, ann: int, database: Database
) -> None:
    token = invitation(database, ann)
    now = datetime.now(UTC)
    with database.writing() as session:
        if spoil == "expired":
            values = {"expires_at": now - timedelta(seconds=1)}
        else:
            values = {"revoked_at": now}
        if spoil != "forged":
            session.execute(update(Invitation).values(**values))
    browser = Browser(make_app(SIGN_UP="invite").test_client())
    answer = browser.post("/sign-up", {**BOB, "invite": "x" if spoil == "forged" else token})
    assert answer.status_code == 404
    assert user_of(database, "bob@example.org") is None


def test_an_address_has_one_account(make_app: MakeApp, ann: int) -> None:
    browser = Browser(make_app(SIGN_UP="open").test_client())
    answer = browser.post("/sign-up", {**BOB, "email": "ANN@example.org"})
    assert answer.status_code == 422
    assert "already" in text_of(answer.text)
    assert 'id="field-email-error"' in answer.text
    assert not is_signed_in(browser)


def test_whoever_is_signed_in_has_no_need_of_it(
    make_app: MakeApp, ann: int, database: Database
) -> None:
    browser = Browser(make_app(SIGN_UP="open").test_client())
    browser.post("/sign-up", BOB)
    assert browser.get("/sign-up").location == "/"
    assert browser.get("/sign-in").location == "/"
