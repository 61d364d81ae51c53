"""People with passwords, applications with settings of their own, and forms filled in by hand."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from interviewprep.services.passwords import hash_password
from interviewprep.storage import Database, User

from .conftest import Browser

PASSWORD = "a few plain words"
START = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def hash_of(password: str) -> str:
    return hash_password(password)


def add_person(
    database: Database,
    email: str,
    *,
    password: str = PASSWORD,
    is_admin: bool = False,
    is_disabled: bool = False,
) -> int:
    """Store an account that can sign in."""
    with database.writing() as session:
        user = User(
            email=email,
            password_hash=hash_of(password),
            is_admin=is_admin,
            is_disabled=is_disabled,
            created_at=START,
        )
        session.add(user)
        session.flush()
        return user.id


def user_of(database: Database, email: str) -> User | None:
    with database.reading() as session:
        return session.scalar(select(User).where(User.email == email))


def sign_in(browser: Browser, email: str, password: str = PASSWORD, **kwargs: Any) -> Any:
    return browser.post("/sign-in", {"email": email, "password": password}, **kwargs)


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def text_of(html: str) -> str:
    """Return the words of a page, as somebody would read them."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def value_of(html: str, name: str) -> str:
    """Return the value of the field with this name."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', html)
    assert found is not None, name
    return found[1]
