"""The interviewer's link: who gets the seat, and when the right to it ends."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from interviewprep.errors import NotAllowed, NotFound
from interviewprep.services.interviews.links import (
    create_link,
    find_link,
    find_seat,
    interviewer_is_there,
    live_link,
    open_link,
    withdraw_links,
)
from interviewprep.services.learner import Learner
from interviewprep.storage import Database, InterviewerLink, Mock, User

from ..conftest import NOW, add_learner
from .seats import linked, opened, started, version

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def alice(with_decks: Database) -> Learner:
    return add_learner(with_decks)


@pytest.fixture
def mock_id(with_decks: Database, alice: Learner) -> uuid.UUID:
    return started(with_decks, alice, "behavioral")


def holds(database: Database, visitor: str, at: object = LATER) -> bool:
    with database.reading_core() as connection:
        try:
            find_seat(connection, visitor, at)  # type: ignore[arg-type]
        except NotFound:
            return False
    return True


def test_the_link_holds_128_bits_and_no_secret_is_stored(
    with_decks: Database, alice: Learner, mock_id: uuid.UUID
) -> None:
    token = linked(with_decks, alice, mock_id)
    seat, visitor = opened(with_decks, token, LATER)
    assert len(token) == 22 and token != linked(with_decks, alice, mock_id)
    assert (seat.user_id, seat.mock_id) == (alice.id, mock_id)
    with with_decks.reading_core() as connection:
        rows = [str(tuple(row)) for row in connection.execute(select(InterviewerLink.__table__))]
    assert len(rows) == 2
    assert all(token not in row and visitor not in row for row in rows)


def test_whoever_opens_the_link_last_has_the_seat(
    with_decks: Database, alice: Learner, mock_id: uuid.UUID
) -> None:
    token = linked(with_decks, alice, mock_id)
    _, first = opened(with_decks, token)
    assert holds(with_decks, first)
    _, second = opened(with_decks, token, LATER)
    assert (holds(with_decks, first), holds(with_decks, second)) == (False, True)


def test_a_forged_secret_opens_nothing(
    with_decks: Database, alice: Learner, mock_id: uuid.UUID
) -> None:
    token = linked(with_decks, alice, mock_id)
    _, visitor = opened(with_decks, token)
    for forged in ("", "x", token[:-1], token.swapcase(), visitor, token + "\0"):
        with with_decks.reading_core() as connection, pytest.raises(NotFound):
            find_link(connection, forged, NOW)
    assert not any(holds(with_decks, forged) for forged in ("", "x", token, visitor[:-1]))


@pytest.mark.parametrize(
    "how", ["withdrawn", "replaced", "a day", "ended", "disabled", "discarded"]
)
def test_the_right_ends(with_decks: Database, alice: Learner, mock_id: uuid.UUID, how: str) -> None:
    token = linked(with_decks, alice, mock_id)
    _, visitor = opened(with_decks, token)
    at = NOW + timedelta(hours=23, minutes=59)
    assert holds(with_decks, visitor, at)
    with with_decks.writing() as session:
        mock = session.get_one(Mock, (alice.id, mock_id))
        if how == "withdrawn":
            withdraw_links(session, alice.id, mock_id, LATER)
        elif how == "replaced":
            create_link(session, alice.id, mock_id, LATER)
        elif how == "a day":
            at = NOW + timedelta(hours=24)
        elif how == "ended":
            mock.ended_at = LATER
        elif how == "disabled":
            session.get_one(User, alice.id).is_disabled = True
        else:
            session.delete(mock)
    assert not holds(with_decks, visitor, at)
    with with_decks.writing() as session:
        with pytest.raises(NotFound, match="Ask the candidate for a new one"):
            open_link(session, token, at)
        assert not interviewer_is_there(session.connection(), alice.id, mock_id, at) or (
            how == "replaced"
        )


def test_the_candidate_cannot_take_the_seat(
    with_decks: Database, alice: Learner, mock_id: uuid.UUID
) -> None:
    token = linked(with_decks, alice, mock_id)
    other = add_learner(with_decks, "bob@example.org")
    with with_decks.writing() as session:
        with pytest.raises(NotAllowed, match="for somebody else"):
            open_link(session, token, NOW, visitor_id=alice.id)
        assert live_link(session.connection(), alice.id, mock_id, NOW).opened_at is None  # type: ignore[union-attr]
        open_link(session, token, NOW, visitor_id=other.id)
        assert interviewer_is_there(session.connection(), alice.id, mock_id, NOW)


def test_opening_and_withdrawing_show_on_the_candidates_page(
    with_decks: Database, alice: Learner, mock_id: uuid.UUID
) -> None:
    seen = [version(with_decks, alice, mock_id)]
    token = linked(with_decks, alice, mock_id)
    for step in (0, 1):
        if step:
            with with_decks.writing() as session:
                withdraw_links(session, alice.id, mock_id, LATER)
        else:
            opened(with_decks, token)
        seen.append(version(with_decks, alice, mock_id))
    assert seen == sorted(set(seen))
    with with_decks.reading_core() as connection:
        assert live_link(connection, alice.id, mock_id, LATER) is None


def test_nobody_makes_or_withdraws_links_for_the_mock_of_another(
    with_decks: Database, alice: Learner, mock_id: uuid.UUID
) -> None:
    _, visitor = opened(with_decks, linked(with_decks, alice, mock_id))
    other = add_learner(with_decks, "eve@example.org")
    with with_decks.writing() as session:
        with pytest.raises(NotFound):
            create_link(session, other.id, mock_id, NOW)
        with pytest.raises(NotFound):
            withdraw_links(session, other.id, mock_id, NOW)
        assert live_link(session.connection(), other.id, mock_id, NOW) is None
    assert holds(with_decks, visitor)


def test_a_mock_that_has_ended_gets_no_link(
    with_decks: Database, alice: Learner, mock_id: uuid.UUID
) -> None:
    with with_decks.writing() as session:
        session.get_one(Mock, (alice.id, mock_id)).ended_at = NOW
    with pytest.raises(NotAllowed, match="has ended"):
        linked(with_decks, alice, mock_id)
