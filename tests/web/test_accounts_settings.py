"""What people change about their own account, and who they are signed in as."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from interviewprep.core.study_settings import StudySettings
from interviewprep.services.sessions import find_by_api_token
from interviewprep.storage import ApiToken, Database, LoginSession, User

from .conftest import Browser, MakeApp
from .people import PASSWORD, add_person, is_signed_in, sign_in, text_of, user_of, value_of

ANN, BOB = "ann@example.org", "bob@example.org"
STUDY = {
    "new_per_day": "7",
    "reviews_per_day": "90",
    "new_order": "random",
    "mix": "after",
    "longest_interval_days": "180",
    "leech_at": "6",
    "late_credit": "1",
}


@pytest.fixture
def ann(anonymous: Browser, database: Database) -> Browser:
    add_person(database, ANN, is_admin=True)
    sign_in(anonymous, ANN)
    return anonymous


@pytest.fixture
def bob(app: Flask, database: Database) -> Browser:
    add_person(database, BOB)
    browser = Browser(app.test_client())
    sign_in(browser, BOB)
    return browser


def stored(database: Database) -> User:
    user = user_of(database, ANN)
    assert user is not None
    return user


def test_study_settings_are_stored_and_shown_again(ann: Browser, database: Database) -> None:
    with database.writing() as session:
        session.execute(update(User).values(settings={"kept_beside": 1}))
    assert ann.post("/account/study", STUDY).status_code == 303
    settings = stored(database).settings
    assert settings["kept_beside"] == 1
    assert StudySettings.from_mapping(settings) == StudySettings(
        new_per_day=7,
        reviews_per_day=90,
        new_order="random",
        mix="after",
        bury_siblings=False,
        late_credit=True,
        longest_interval_days=180,
        leech_at=6,
    )
    page = ann.get("/account").text
    assert value_of(page, "new_per_day") == "7"
    assert '<option value="after" selected>' in page


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/account/study", {"new_per_day": "-1"}),
        ("/account/study", {"leech_at": "1"}),
        ("/account/study", {"mix": "shaken"}),
        ("/account/time", {"time_zone": "Mars/Olympus"}),
        ("/account/time", {"rollover_hour": "24"}),
        ("/account/time", {"rollover_hour": "²"}),
        ("/account/theme", {"theme": "sepia"}),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_beside_its_field_and_nothing_is_stored(
    path: str, change: dict[str, str], ann: Browser, database: Database
) -> None:
    whole = {**STUDY, "time_zone": "Asia/Tokyo", "rollover_hour": "3", "theme": "dark", **change}
    answer = ann.post(path, whole)
    assert answer.status_code == 422
    (name,) = change
    assert f'id="field-{name}-error"' in answer.text or 'class="error"' in answer.text
    user = stored(database)
    assert (user.settings, user.time_zone, user.rollover_hour, user.theme) == (
        {},
        "UTC",
        4,
        "system",
    )


def test_zone_and_hour_and_theme_are_stored(ann: Browser, database: Database) -> None:
    ann.post("/account/time", {"time_zone": "Pacific/Chatham", "rollover_hour": "0"})
    ann.post("/account/theme", {"theme": "dark"})
    user = stored(database)
    assert (user.time_zone, user.rollover_hour, user.theme) == ("Pacific/Chatham", 0, "dark")
    page = ann.get("/account").text
    assert '<option value="Pacific/Chatham" selected>' in page
    assert 'data-theme="dark"' in page


def test_a_token_works_until_it_is_revoked_and_is_shown_once(
    ann: Browser, database: Database
) -> None:
    page = ann.post("/account/tokens", {"name": "a script", "scope": "read"})
    assert page.headers["Cache-Control"] == "no-store"
    token = value_of(page.text, "token")
    assert token not in ann.get("/account/tokens").text

    def scope() -> str | None:
        with database.reading_core() as connection:
            account = find_by_api_token(connection, token, datetime.now(UTC))
        return account and account.scope

    assert scope() == "read"
    with database.reading() as session:
        row = session.scalars(select(ApiToken)).one()
        assert token.encode() not in row.token_hash
    assert ann.post(f"/account/tokens/{row.id}/revoke").status_code == 303
    assert scope() is None
    assert ann.post(f"/account/tokens/{row.id}/revoke").status_code == 404


def test_a_token_is_good_through_its_last_day_where_its_owner_lives(
    ann: Browser, database: Database
) -> None:
    ann.post("/account/time", {"time_zone": "Pacific/Kiritimati", "rollover_hour": "4"})
    last = (datetime.now(UTC) + timedelta(days=9)).date()
    ann.post("/account/tokens", {"scope": "write", "expires": last.isoformat()})
    with database.reading() as session:
        expires_at = session.scalars(select(ApiToken.expires_at)).one()
    midnight = datetime.combine(last, datetime.min.time(), UTC) + timedelta(days=1)
    assert expires_at == midnight - timedelta(hours=14)


@pytest.mark.parametrize(
    "form",
    [
        {"scope": "everything"},
        {"scope": ""},
        {"scope": "read", "expires": "2020-01-01"},
        {"scope": "read", "expires": "tomorrow"},
        {"scope": "read", "expires": "9999-12-31"},
        {"scope": "read", "name": "x" * 81},
    ],
)
def test_a_token_that_makes_no_sense_is_refused(
    form: dict[str, str], ann: Browser, database: Database
) -> None:
    assert ann.post("/account/tokens", form).status_code == 422
    with database.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_a_name_with_control_characters_and_markup_does_no_harm(
    ann: Browser, database: Database
) -> None:
    page = ann.post("/account/tokens", {"scope": "read", "name": "a\x00b <script>\u202e"})
    assert page.status_code == 200
    assert "ab &lt;script&gt;" in page.text


def test_ones_browsers_are_listed_and_signed_out_one_by_one_or_all(
    app: Flask, ann: Browser, bob: Browser, database: Database
) -> None:
    others = [Browser(app.test_client()) for _ in range(3)]
    for other in others:
        sign_in(other, ANN, headers={"User-Agent": "Mozilla/5.0 (iPhone) CriOS/140"})
    page = ann.get("/account/sessions").text
    assert page.count("Chrome on iPhone") == 3
    name = page.partition("/account/sessions/")[2].partition("/end")[0]
    assert bob.post(f"/account/sessions/{name}/end").status_code == 404
    assert ann.post(f"/account/sessions/{name}/end").status_code == 303
    assert [is_signed_in(other) for other in others].count(True) == 2
    ann.post("/account/sessions/end-all")
    assert [is_signed_in(other) for other in others] == [False] * 3
    assert is_signed_in(ann)
    assert is_signed_in(bob)


def test_the_password_is_asked_for_and_guessing_it_is_slowed_down_in_this_session_alone(
    app: Flask, ann: Browser
) -> None:
    form = {"current_password": "not the password", "password": "some other words"}
    statuses = [ann.post("/account/password", form).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    elsewhere = Browser(app.test_client())
    sign_in(elsewhere, ANN)
    form["current_password"] = PASSWORD
    assert elsewhere.post("/account/password", form).status_code == 303


@pytest.mark.parametrize("password", ["short", "ann@example.org", "password123"])
def test_a_new_password_is_as_good_as_a_first_one(
    password: str, ann: Browser, database: Database
) -> None:
    before = stored(database).password_hash
    form = {"current_password": PASSWORD, "password": password}
    answer = ann.post("/account/password", form)
    assert answer.status_code == 422
    assert 'id="field-password-error"' in answer.text
    assert stored(database).password_hash == before


def test_without_mail_the_address_changes_at_once_and_is_what_one_signs_in_with(
    ann: Browser, bob: Browser, app: Flask
) -> None:
    for email, status in ((BOB, 422), (ANN, 422), ("no address", 422), ("New@Example.org", 303)):
        answer = ann.post("/account/address", {"email": email, "current_password": PASSWORD})
        assert answer.status_code == status, email
    assert is_signed_in(ann)
    browser = Browser(app.test_client())
    assert sign_in(browser, ANN).status_code == 422
    assert sign_in(browser, "new@example.org").status_code == 303


def test_deleting_the_account_takes_the_password_and_signs_out(
    ann: Browser, bob: Browser, app: Flask, database: Database
) -> None:
    uploads = app.extensions["settings"].uploads_dir
    uploads.mkdir(parents=True, exist_ok=True)
    assert bob.post("/account/delete", {"current_password": "no"}).status_code == 422
    assert user_of(database, BOB) is not None
    answer = bob.post("/account/delete", {"current_password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "is deleted" in text_of(bob.get("/sign-in").text)
    assert user_of(database, BOB) is None
    assert not is_signed_in(bob)
    with database.reading() as session:
        assert len(session.scalars(select(LoginSession)).all()) == 1


def test_the_last_administrator_is_told_why_deleting_is_refused(
    ann: Browser, bob: Browser, database: Database
) -> None:
    answer = ann.post("/account/delete", {"current_password": PASSWORD})
    assert answer.status_code == 403
    assert "last administrator" in text_of(answer.text)
    assert user_of(database, ANN) is not None
    bob.post("/account/delete", {"current_password": PASSWORD})
    assert ann.post("/account/delete", {"current_password": PASSWORD}).status_code == 303
    assert ann.get("/sign-in").location == "/set-up", "and the server can be set up anew"


def test_the_settings_of_an_https_site_are_kept_in_secure_cookies(
    make_app: MakeApp, database: Database
) -> None:
    add_person(database, ANN, is_admin=True)
    client = make_app(BASE_URL="https://prep.example.org").test_client()
    page = client.get("/sign-in", base_url="https://prep.example.org")
    answer = client.post(
        "/sign-in",
        data={"email": ANN, "password": PASSWORD, "csrf_token": value_of(page.text, "csrf_token")},
        base_url="https://prep.example.org",
        headers={"Referer": "https://prep.example.org/sign-in"},
    )
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "; Secure" in cookie
        assert "; HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
