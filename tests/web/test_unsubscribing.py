"""The links in reminders: a scanner that opens them changes nothing, one click ends them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from interviewprep.core.reminders import ReminderSettings
from interviewprep.services.reminding.links import Links
from interviewprep.services.reminding.settings import save_settings, settings_of
from interviewprep.storage import Database, Reminder

from ..services.conftest import add_learner

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def learner_id(database: Database) -> int:
    learner = add_learner(database)
    with database.writing() as session:
        save_settings(session, learner.id, ReminderSettings(is_on=True, weekly=True), NOW)
        row = session.get_one(Reminder, learner.id)
        row.silent, row.last_day = 7, date(2026, 5, 3)
    return learner.id


def path_of(app: Flask, kind: str, user_id: int, revision: int = 1) -> str:
    links = Links("", app.extensions["settings"].secret_key)
    if kind == "back":
        return links.back(user_id, revision)
    return links.unsubscribe(user_id, revision, kind)


def chosen(database: Database, user_id: int) -> ReminderSettings:
    with database.reading_core() as connection:
        return settings_of(connection, user_id)


def silent(database: Database, user_id: int) -> int:
    with database.reading() as session:
        return session.get_one(Reminder, user_id).silent


def test_opening_the_links_changes_nothing(app: Flask, database: Database, learner_id: int) -> None:
    before = chosen(database, learner_id)
    for kind in ("daily", "weekly", "back"):
        path = path_of(app, kind, learner_id)
        for _ in range(2):
            answer = app.test_client().get(path)
            assert answer.status_code == 200
            assert answer.text.count('type="submit"') == answer.text.count("<form") == 1
        assert app.test_client().head(path).status_code == 200
        assert app.test_client().options(path).status_code in (200, 405)
    assert chosen(database, learner_id) == before and silent(database, learner_id) == 7


def test_the_one_click_of_a_mail_program_ends_reminders_without_signing_in(
    app: Flask, database: Database, learner_id: int
) -> None:
    path = path_of(app, "daily", learner_id)
    answer = app.test_client().post(path, data=ONE_CLICK)
    assert answer.status_code == 200 and "No more daily reminders by e-mail" in answer.text
    after = chosen(database, learner_id)
    assert (after.is_on, after.by_email, after.weekly) == (False, False, True)
    assert app.test_client().post(path, data=ONE_CLICK).status_code == 200
    assert app.test_client().post(path_of(app, "weekly", learner_id)).status_code == 200
    assert chosen(database, learner_id).weekly is False
    with database.reading() as session:
        assert session.get_one(Reminder, learner_id).next_at is None


def test_the_button_of_the_page_posts_to_the_link_itself(
    app: Flask, database: Database, learner_id: int
) -> None:
    path = path_of(app, "daily", learner_id)
    page = app.test_client().get(path)
    assert f'<form method="post" action="{path}">' in page.text
    assert app.test_client().post(path).status_code == 200
    assert chosen(database, learner_id).is_on is False


def test_i_am_back_ends_the_back_off(app: Flask, database: Database, learner_id: int) -> None:
    assert app.test_client().post(path_of(app, "back", learner_id)).status_code == 200
    assert silent(database, learner_id) == 0
    assert chosen(database, learner_id).is_on is True


def test_a_forged_or_revoked_link_does_nothing(
    app: Flask, database: Database, learner_id: int
) -> None:
    before = chosen(database, learner_id)
    genuine = path_of(app, "daily", learner_id)
    token = genuine.rpartition("/")[2]
    other_key = Links("", "another secret, long enough").unsubscribe(learner_id, 1, "daily")
    secret = app.extensions["settings"].secret_key
    other_salt = URLSafeSerializer(secret, salt="known browser").dumps(["daily", learner_id, 1, ""])
    forged = [
        other_key,
        # not the last one: of its six bits a signature of 20 bytes uses only four
        genuine[:-9] + ("A" if genuine[-9] != "A" else "B") + genuine[-8:],
        genuine.replace(token, token.partition(".")[0]),
        genuine.replace(token, str(other_salt)),
        genuine.replace(token, "x" * 400),
        path_of(app, "daily", learner_id, revision=2),
        path_of(app, "daily", learner_id + 1),
        path_of(app, "back", learner_id).replace("/back/", "/unsubscribe/"),
        genuine.replace("/unsubscribe/", "/back/"),
    ]
    for path in forged:
        for answer in (app.test_client().get(path), app.test_client().post(path, data=ONE_CLICK)):
            assert answer.status_code == 404, path
    assert chosen(database, learner_id) == before and silent(database, learner_id) == 7
    with database.writing() as session:
        session.get_one(Reminder, learner_id).unsubscribe_revision = 2
    assert app.test_client().post(genuine).status_code == 404
    assert chosen(database, learner_id) == before
