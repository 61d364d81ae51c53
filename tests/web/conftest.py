"""An application on each engine, people to act in it, and a client that carries CSRF tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask import session as current
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from interviewprep import create_app
from interviewprep.config import read_settings
from interviewprep.services.sessions import open_session
from interviewprep.storage import Database, User

MakeApp = Callable[..., Flask]
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Browser:
    """A client with a cookie jar; `post` fetches a CSRF token first, as a form in a page would."""

    client: FlaskClient

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.client.get(path, **kwargs)

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        headers = {"X-CSRFToken": self.csrf(), **kwargs.pop("headers", {})}
        return self.client.post(path, data=data, headers=headers, **kwargs)

    def csrf(self) -> str:
        with self.client.session_transaction() as session:
            held = dict(session)
        with self.client.application.test_request_context():
            current.update(held)
            token = generate_csrf()
            raw = current["csrf_token"]
        with self.client.session_transaction() as session:
            session["csrf_token"] = raw
        return token


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """The application on a clean database; once for each engine."""
    url = database.url.render_as_string(hide_password=False)
    app = create_app(
        read_settings(
            {
                "INTERVIEWPREP_DATA_DIR": str(tmp_path / "data"),
                "INTERVIEWPREP_DATABASE_URL": url,
                "INTERVIEWPREP_SIGN_UP": "open",
            }
        )
    )
    yield app
    app.extensions["database"].close()


@pytest.fixture
def make_app(database: Database, tmp_path: Path) -> Iterator[MakeApp]:
    """Make applications on the clean database with further settings, by their short names."""
    url = database.url.render_as_string(hide_password=False)
    data = {"INTERVIEWPREP_DATA_DIR": str(tmp_path / "data"), "INTERVIEWPREP_DATABASE_URL": url}
    made: list[Flask] = []

    def make(**settings: str) -> Flask:
        further = {f"INTERVIEWPREP_{name}": value for name, value in settings.items()}
        made.append(create_app(read_settings({**data, **further})))
        return made[-1]

    yield make
    for app in made:
        app.extensions["database"].close()


def add_user(database: Database, email: str, *, is_admin: bool = False) -> int:
    with database.writing() as session:
        user = User(
            email=email,
            password_hash="!",
            is_admin=is_admin,
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        session.add(user)
        session.flush()
        return user.id


def signed_in(app: Flask, user_id: int) -> Browser:
    """A browser that already carries this user's session."""
    client = app.test_client()
    with app.extensions["database"].writing() as session:
        token = open_session(session, user_id, datetime.now(UTC))
    with client.session_transaction() as cookie:
        cookie["token"] = token
        cookie.permanent = True
    return Browser(client)


@pytest.fixture
def alice(app: Flask, database: Database) -> Browser:
    return signed_in(app, add_user(database, "alice@example.org", is_admin=True))


@pytest.fixture
def bob(app: Flask, database: Database) -> Browser:
    return signed_in(app, add_user(database, "bob@example.org"))


@pytest.fixture
def anonymous(app: Flask) -> Browser:
    return Browser(app.test_client())
