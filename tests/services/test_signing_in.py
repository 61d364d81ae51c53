"""The three steps of signing in, and what may happen between them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from interviewprep.errors import Invalid
from interviewprep.services.account_changes import set_password
from interviewprep.services.accounts import add_account
from interviewprep.services.administration import set_disabled
from interviewprep.services.leaving import delete_account
from interviewprep.services.signing_in import KnownBrowser, SignIn, begin_sign_in, finish_sign_in
from interviewprep.storage import Attempt, Database, LoginSession

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
STRANGER = KnownBrowser("an id")


@pytest.fixture
def bob(database: Database) -> int:
    with database.writing() as session:
        add_account(session, "ann@example.org", "a hash", NOW)
        return add_account(session, "bob@example.org", "a hash", NOW).id


def begin(database: Database, email: str = "bob@example.org") -> SignIn:
    with database.writing() as session:
        return begin_sign_in(session, email, "192.0.2.1", STRANGER, NOW)


def finish(database: Database, attempt: SignIn, *, is_right: bool = True) -> str:
    with database.writing() as session:
        return finish_sign_in(session, attempt, NOW, is_right=is_right)


def sessions(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(LoginSession)).all())


def test_a_success_opens_a_session_and_leaves_no_count_of_its_own(
    bob: int, database: Database
) -> None:
    finish(database, begin(database))
    assert sessions(database) == 1
    with database.reading() as session:
        assert [row.failures for row in session.scalars(select(Attempt))] == [0]


def test_a_password_that_was_changed_in_the_meantime_opens_nothing(
    bob: int, database: Database
) -> None:
    attempt = begin(database)
    with database.writing() as session:
        set_password(session, bob, "another hash", NOW)
    with pytest.raises(Invalid):
        finish(database, attempt)
    assert sessions(database) == 0


def test_an_account_that_went_in_the_meantime_opens_nothing(bob: int, database: Database) -> None:
    attempt = begin(database)
    with database.writing() as session:
        set_disabled(session, bob, NOW, is_disabled=True)
        delete_account(session, bob, NOW)
    with pytest.raises(Invalid):
        finish(database, attempt)
    assert sessions(database) == 0


@pytest.mark.parametrize("email", ["bob@example.org", "nobody@example.org"])
def test_a_wrong_password_stays_counted_whether_or_not_there_is_an_account(
    email: str, bob: int, database: Database
) -> None:
    with pytest.raises(Invalid) as refused:
        finish(database, begin(database, email), is_right=False)
    assert (refused.value.field, "do not belong together" in refused.value.message) == (None, True)
    with database.reading() as session:
        assert [row.failures for row in session.scalars(select(Attempt))] == [1, 1]


def test_nobody_signs_in_as_an_address_without_an_account(bob: int, database: Database) -> None:
    with pytest.raises(Invalid):
        finish(database, begin(database, "nobody@example.org"), is_right=True)
