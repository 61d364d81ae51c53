"""The administrator looks after accounts, and sees nothing of what is learnt in them."""

from __future__ import annotations

import pytest
from flask import Flask

from interviewprep.storage import Database, Deck, Note, NoteType, User

from .conftest import Browser, MakeApp
from .people import START, add_person, is_signed_in, sign_in, text_of, user_of, value_of

ANN, BOB = "ann@example.org", "bob@example.org"


@pytest.fixture
def site(make_app: MakeApp) -> Flask:
    return make_app(SIGN_UP="invite")


@pytest.fixture
def ann(site: Flask, database: Database) -> Browser:
    add_person(database, ANN, is_admin=True)
    browser = Browser(site.test_client())
    sign_in(browser, ANN)
    return browser


@pytest.fixture
def bob(site: Flask, database: Database) -> Browser:
    add_person(database, BOB)
    browser = Browser(site.test_client())
    sign_in(browser, BOB)
    return browser


def bobs_id(database: Database) -> int:
    user = user_of(database, BOB)
    assert user is not None
    return user.id


def act(browser: Browser, user_id: int, what: str, **data: str) -> int:
    return browser.post(f"/admin/accounts/{user_id}/{what}", data).status_code


def test_the_page_lists_accounts_and_nothing_of_their_content(
    ann: Browser, bob: Browser, database: Database
) -> None:
    with database.writing() as session:
        deck = Deck(owner_id=bobs_id(database), name="Very private", created_at=START)
        kind = NoteType(
            owner_id=bobs_id(database),
            name="Private kind",
            kind="basic",
            markup="markdown",
            fields=["A"],
            fingerprint="f" * 64,
        )
        session.add_all([deck, kind])
        session.flush()
        session.add(
            Note(
                owner_id=deck.owner_id,
                deck_id=deck.id,
                note_type_id=kind.id,
                guid="g",
                fields=["Secret words"],
                content_hash="",
                created_at=START,
                changed_at=START,
            )
        )
    words = text_of(ann.get("/admin").text)
    assert BOB in words
    assert "rivate" not in words
    assert "Secret" not in words


def test_to_everybody_else_the_page_does_not_exist(bob: Browser, ann: Browser) -> None:
    missing = bob.get("/there-is-no-such-page")
    answer = bob.get("/admin")
    assert answer.status_code == missing.status_code == 404
    assert "/admin" not in bob.get("/account").text
    assert "/admin" in ann.get("/account").text


def test_a_disabled_account_is_out_at_once_and_comes_back_when_enabled(
    ann: Browser, bob: Browser, site: Flask, database: Database
) -> None:
    user_id = bobs_id(database)
    assert act(ann, user_id, "disable") == 303
    assert not is_signed_in(bob)
    assert sign_in(Browser(site.test_client()), BOB).status_code == 403
    assert act(ann, user_id, "reset-link") == 403
    assert act(ann, user_id, "enable") == 303
    assert not is_signed_in(bob), "the old session stays ended"
    assert sign_in(bob, BOB).status_code == 303


def test_an_invitation_is_shown_once_and_can_be_withdrawn(
    ann: Browser, site: Flask, database: Database
) -> None:
    page = ann.post("/admin/invitations", {"email": " Eve@Example.org"})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    link = value_of(page.text, "link")
    assert link.startswith("http://127.0.0.1:8000/sign-up?invite=")
    again = ann.get("/admin")
    assert link not in again.text
    assert "eve@example.org" in text_of(again.text)
    number = again.text.partition("/admin/invitations/")[2].partition("/withdraw")[0]
    visitor = Browser(site.test_client())
    path = link.removeprefix("http://127.0.0.1:8000")
    assert visitor.get(path).status_code == 200
    assert ann.post(f"/admin/invitations/{number}/withdraw").status_code == 303
    assert ann.post(f"/admin/invitations/{number}/withdraw").status_code == 404
    assert visitor.get(path).status_code == 404


def test_an_invitation_for_no_address_is_refused_beside_the_field(ann: Browser) -> None:
    page = ann.post("/admin/invitations", {"email": "eve@"})
    assert page.status_code == 422
    assert 'id="field-email-error"' in page.text
    assert "Good until" not in page.text


def test_on_a_closed_server_the_page_says_how_to_open_it(
    make_app: MakeApp, database: Database
) -> None:
    add_person(database, ANN, is_admin=True)
    browser = Browser(make_app(SIGN_UP="closed").test_client())
    sign_in(browser, ANN)
    assert "INTERVIEWPREP_SIGN_UP" in browser.get("/admin").text
    assert browser.post("/admin/invitations", {"email": ""}).status_code == 403


def test_a_reset_link_is_shown_once_and_sets_the_password(
    ann: Browser, bob: Browser, site: Flask, database: Database
) -> None:
    page = ann.post(f"/admin/accounts/{bobs_id(database)}/reset-link")
    path = value_of(page.text, "link").removeprefix("http://127.0.0.1:8000")
    assert is_signed_in(bob), "making a link ends nothing"
    visitor = Browser(site.test_client())
    assert visitor.post(path, {"password": "some other words"}).status_code == 303
    assert not is_signed_in(bob)
    assert sign_in(visitor, BOB, "some other words").status_code == 303
    assert visitor.get(path).status_code == 404


def test_administration_is_handed_on_but_never_lost(
    ann: Browser, bob: Browser, database: Database
) -> None:
    ann_id, bob_id = user_of(database, ANN), bobs_id(database)
    assert ann_id is not None
    assert act(ann, ann_id.id, "administrator") == 403
    assert act(ann, ann_id.id, "disable") == 403
    assert act(bob, bob_id, "administrator", is_admin="1") == 404
    assert act(ann, bob_id, "administrator", is_admin="1") == 303
    assert bob.get("/admin").status_code == 200
    answer = ann.post(f"/admin/accounts/{ann_id.id}/administrator")
    assert (answer.status_code, answer.location) == (303, "/")
    assert ann.get("/admin").status_code == 404
    assert act(bob, bob_id, "administrator") == 403
    with database.reading() as session:
        found = session.get_one(User, bob_id)
        assert found.is_admin


def test_an_account_that_is_not_there_is_not_found(ann: Browser) -> None:
    for what in ("disable", "enable", "administrator", "reset-link"):
        assert act(ann, 4711, what) == 404
