"""The first account, sign-up, invitations and links: what is stored, on both engines."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from interviewprep.config import SignUp, read_settings
from interviewprep.errors import InterviewPrepError, Invalid, NotAllowed, NotFound
from interviewprep.services.account_changes import (
    change_address,
    confirm_address,
    reset_password,
    set_password,
)
from interviewprep.services.accounts import add_account, find_user, set_up, sign_up
from interviewprep.services.administration import set_administrator, set_disabled
from interviewprep.services.housekeeping import sweep
from interviewprep.services.invitations import find_invitation, invite, withdraw
from interviewprep.services.mailed_links import Purpose, find_link, make_link
from interviewprep.services.sessions import find_by_session, open_session
from interviewprep.services.setup_code import (
    code_file,
    discard_setup_code,
    is_setup_code,
    prepare_setup_code,
)
from interviewprep.storage import Database, Invitation, LoginSession, MailedLink, User

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HASH = "a hash"


def add(database: Database, email: str, **kwargs: bool) -> int:
    with database.writing() as session:
        return add_account(session, email, HASH, NOW, **kwargs).id


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def outcomes(database: Database, work: list[Callable[[Session], object]]) -> list[str]:
    """Do the work at the same time, each in a transaction of its own; return what came of it."""

    def do(action: Callable[[Session], object]) -> str:
        try:
            with database.writing() as session:
                action(session)
        except InterviewPrepError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(work)) as pool:
        return sorted(pool.map(do, work))


def test_of_many_first_sign_ups_at_once_one_makes_the_administrator(database: Database) -> None:
    work = [
        lambda session, n=n: set_up(session, f"person{n}@example.org", HASH, NOW) for n in range(8)
    ]
    assert outcomes(database, work) == ["done"] + ["not-allowed"] * 7
    with database.reading() as session:
        assert [user.is_admin for user in session.scalars(select(User))] == [True]


def test_the_first_account_is_the_administrators_and_the_second_is_not(database: Database) -> None:
    add(database, "ann@example.org")
    add(database, "bob@example.org")
    with database.reading() as session:
        users = session.scalars(select(User).order_by(User.id))
        assert [(user.email, user.is_admin) for user in users] == [
            ("ann@example.org", True),
            ("bob@example.org", False),
        ]


def test_of_two_accounts_with_one_address_at_once_one_is_made(database: Database) -> None:
    add(database, "ann@example.org")
    work = [lambda session: sign_up(session, SignUp.OPEN, "bob@example.org", HASH, NOW)] * 4
    assert outcomes(database, work) == ["done"] + ["invalid"] * 3
    assert count(database, User) == 2


@pytest.mark.parametrize("policy", [SignUp.CLOSED, SignUp.INVITE])
def test_without_an_invitation_only_an_open_server_makes_accounts(
    policy: SignUp, database: Database
) -> None:
    add(database, "ann@example.org")
    with database.writing() as session:
        with pytest.raises(NotAllowed):
            sign_up(session, policy, "bob@example.org", HASH, NOW)
        sign_up(session, SignUp.OPEN, "bob@example.org", HASH, NOW)
    assert count(database, User) == 2


def test_a_closed_server_takes_no_invitation_either(database: Database) -> None:
    ann = add(database, "ann@example.org")
    with database.writing() as session:
        token = invite(session, ann, NOW)
        with pytest.raises(NotAllowed):
            sign_up(session, SignUp.CLOSED, "b@example.org", HASH, NOW, invitation=token)


def test_an_invitation_makes_one_account_however_many_use_it_at_once(database: Database) -> None:
    ann = add(database, "ann@example.org")
    with database.writing() as session:
        token = invite(session, ann, NOW)
    work = [
        lambda session, n=n: sign_up(
            session, SignUp.INVITE, f"person{n}@example.org", HASH, NOW, invitation=token
        )
        for n in range(6)
    ]
    assert outcomes(database, work) == ["done"] + ["not-found"] * 5
    assert count(database, User) == 2
    with database.reading() as session:
        used = session.scalars(select(Invitation)).one()
        assert (used.used_at, used.used_by_id is None) == (NOW, False)


def test_on_an_open_server_an_invitation_is_used_up_and_a_spent_one_is_no_obstacle(
    database: Database,
) -> None:
    ann = add(database, "ann@example.org")
    with database.writing() as session:
        token = invite(session, ann, NOW)
        for email in ("bob@example.org", "eve@example.org"):
            sign_up(session, SignUp.OPEN, email, HASH, NOW, invitation=token)
        with pytest.raises(NotFound):
            find_invitation(session, token, NOW)
    assert count(database, User) == 3


def test_an_invitation_ends_after_a_week_or_when_it_is_withdrawn(database: Database) -> None:
    ann = add(database, "ann@example.org")
    with database.writing() as session:
        token, other = invite(session, ann, NOW), invite(session, ann, NOW)
        find_invitation(session, token, NOW + timedelta(days=6, hours=23))
        with pytest.raises(NotFound):
            find_invitation(session, token, NOW + timedelta(days=7))
        withdraw(session, find_invitation(session, other, NOW).id, NOW)
        with pytest.raises(NotFound):
            find_invitation(session, other, NOW)


def test_a_reset_link_works_once_for_an_hour_and_ends_all_sessions(database: Database) -> None:
    ann = add(database, "ann@example.org")
    with database.writing() as session:
        sessions = [open_session(session, ann, NOW) for _ in range(2)]
        token, other = (make_link(session, ann, Purpose.PASSWORD, NOW) for _ in range(2))
        find_link(session, token, Purpose.PASSWORD, NOW + timedelta(minutes=59))
        for moment, purpose in (
            (NOW + timedelta(hours=1), Purpose.PASSWORD),
            (NOW, Purpose.ADDRESS),
        ):
            with pytest.raises(NotFound):
                find_link(session, token, purpose, moment)
    work = [lambda session: reset_password(session, token, "another hash", NOW)] * 4
    assert outcomes(database, work) == ["done"] + ["not-found"] * 3
    with database.reading() as session:
        user = find_user(session, "ann@example.org")
        assert user is not None
        assert user.password_hash == "another hash"
        with pytest.raises(NotFound):  # asked for twice: the other link is spent as well
            find_link(session, other, Purpose.PASSWORD, NOW)
    with database.reading_core() as connection:
        assert [find_by_session(connection, kept, NOW) for kept in sessions] == [None, None]


def test_a_disabled_account_has_no_sessions_and_no_links(database: Database) -> None:
    add(database, "ann@example.org")
    bob = add(database, "bob@example.org")
    with database.writing() as session:
        open_session(session, bob, NOW)
        token = make_link(session, bob, Purpose.PASSWORD, NOW)
        set_disabled(session, bob, NOW, is_disabled=True)
        set_disabled(session, bob, NOW, is_disabled=False)
        with pytest.raises(NotFound):
            find_link(session, token, Purpose.PASSWORD, NOW)
    assert count(database, LoginSession) == 0


def test_a_change_of_address_ends_links_sent_to_the_old_one(database: Database) -> None:
    ann, bob = add(database, "ann@example.org"), add(database, "bob@example.org")
    with database.writing() as session:
        reset = make_link(session, ann, Purpose.PASSWORD, NOW)
        link = make_link(session, ann, Purpose.ADDRESS, NOW, new_email="ann@new.example.org")
        assert confirm_address(session, link, NOW) == ("ann@example.org", "ann@new.example.org")
        with pytest.raises(NotFound):
            find_link(session, reset, Purpose.PASSWORD, NOW)
        with pytest.raises(Invalid):
            change_address(session, bob, "ann@new.example.org", NOW)
        with pytest.raises(Invalid):
            change_address(session, bob, "bob@example.org", NOW)


def test_the_last_administrator_stays_one(database: Database) -> None:
    ann, bob = add(database, "ann@example.org"), add(database, "bob@example.org")
    with database.writing() as session:
        for refused in (
            lambda: set_disabled(session, ann, NOW, is_disabled=True),
            lambda: set_administrator(session, ann, is_admin=False),
        ):
            with pytest.raises(NotAllowed):
                refused()
        set_administrator(session, bob, is_admin=True)
    work = [
        lambda session: set_administrator(session, ann, is_admin=False),
        lambda session: set_administrator(session, bob, is_admin=False),
    ]
    assert outcomes(database, work) == ["done", "not-allowed"]


def test_a_new_password_ends_sessions_and_links(database: Database) -> None:
    ann = add(database, "ann@example.org")
    with database.writing() as session:
        open_session(session, ann, NOW)
        link = make_link(session, ann, Purpose.PASSWORD, NOW)
        set_password(session, ann, "another hash", NOW)
        with pytest.raises(NotFound):
            find_link(session, link, Purpose.PASSWORD, NOW)
    assert count(database, LoginSession) == 0


def test_sweeping_removes_what_has_run_out_and_nothing_else(database: Database) -> None:
    ann = add(database, "ann@example.org")
    with database.writing() as session:
        open_session(session, ann, NOW)
        open_session(session, ann, NOW + timedelta(days=20))
        make_link(session, ann, Purpose.PASSWORD, NOW - timedelta(days=40))
        make_link(session, ann, Purpose.PASSWORD, NOW)
        invite(session, ann, NOW - timedelta(days=40))
        invite(session, ann, NOW)
        sweep(session, NOW)
        sweep(session, NOW + timedelta(days=30))
    left = [count(database, table) for table in (LoginSession, MailedLink, Invitation)]
    assert left == [1, 1, 1]


def test_the_set_up_code_is_printed_while_there_is_no_account_and_kept_hashed(
    database: Database, tmp_path: Path
) -> None:
    settings = read_settings({"INTERVIEWPREP_DATA_DIR": str(tmp_path / "data")})
    first = prepare_setup_code(settings, database)
    code = prepare_setup_code(settings, database)
    assert first is not None
    assert code is not None
    assert not is_setup_code(settings, first)
    assert is_setup_code(settings, code)
    assert is_setup_code(settings, f" {code.lower().replace('-', ' ')} ")
    assert not is_setup_code(settings, "")
    assert not is_setup_code(settings, code[:-1])
    assert stat.S_IMODE(code_file(settings).stat().st_mode) == 0o600
    assert code.encode() not in code_file(settings).read_bytes()
    add(database, "ann@example.org")
    assert prepare_setup_code(settings, database) is None
    assert not is_setup_code(settings, code)
    discard_setup_code(settings)  # gone already: nothing to do
