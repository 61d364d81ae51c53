"""What a mock asked stays what it was, whatever becomes of deck, note, card and owner meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from interviewprep.services.decks import retire_deck, share_deck
from interviewprep.services.interviews.comparing import compare
from interviewprep.services.interviews.finishing import finish_mock, preview
from interviewprep.services.interviews.report_text import report_markdown
from interviewprep.services.interviews.reports import load_report
from interviewprep.services.interviews.states import round_state
from interviewprep.services.interviews.taking_back import undo_mock
from interviewprep.services.learner import Learner
from interviewprep.services.leaving import delete_account
from interviewprep.services.marks import suspend
from interviewprep.services.notes import retire
from interviewprep.services.own_versions import make_own_version
from interviewprep.services.rebuilding import rebuild
from interviewprep.services.resetting import reset_card
from interviewprep.storage import Card, Database, Deck, Memory, Mock, Note, User

from ..conftest import NOW, add_learner
from .mocks import Asked, add_open_mock, add_prompt, begin, score

TITLE = "A place for notes"
LATER = NOW + timedelta(hours=1)


@dataclass
class World:
    """Alice was asked a prompt of a deck that Bob shares."""

    alice: Learner
    bob: Learner
    card_id: int
    deck_id: int
    note_id: int


Change = Callable[[Session, World], object]


def unshare(session: Session, world: World) -> None:
    share_deck(session, world.bob.id, world.deck_id, is_shared=False)


def retire_the_deck(session: Session, world: World) -> None:
    retire_deck(session, world.bob.id, world.deck_id, NOW)


def retire_the_note(session: Session, world: World) -> None:
    retire(session, [world.note_id], NOW)


def write_nonsense(session: Session, world: World) -> None:
    note = session.get_one(Note, world.note_id)
    note.fields, note.details = ["Other", "no section"], {"kind": "behavioral"}


def reset(session: Session, world: World) -> None:
    reset_card(session.connection(), world.alice, world.card_id, NOW)


def put_away(session: Session, world: World) -> None:
    suspend(session, world.alice.id, [world.card_id], is_suspended=True)


def delete_the_owner(session: Session, world: World) -> None:
    delete_account(session, world.bob.id, NOW)


def make_it_ones_own(session: Session, world: World) -> None:
    make_own_version(session, world.alice.id, world.note_id, NOW)


CHANGES: list[Change] = [
    unshare,
    retire_the_deck,
    retire_the_note,
    write_nonsense,
    reset,
    put_away,
    delete_the_owner,
    make_it_ones_own,
]


@pytest.fixture
def world(database: Database) -> World:
    alice, bob = add_learner(database), add_learner(database, "bob@example.org")
    with database.writing() as session:
        session.get_one(User, alice.id).is_admin = True
        card_id = add_prompt(session, bob.id, NOW, title=TITLE)
        card = session.get_one(Card, card_id)
        session.get_one(Deck, card.deck_id).is_shared = True
        begin(session, alice.id, card_id, alice.study_day(NOW))
    return World(alice, bob, card_id, card.deck_id, card.note_id)


def ask(session: Session, world: World) -> uuid.UUID:
    asked = [("system-design", [Asked(world.card_id, {"facts": [0]})])]
    return add_open_mock(session, world.alice.id, asked, NOW)


def end(session: Session, world: World, mock_id: uuid.UUID) -> None:
    score(session, world.alice.id, mock_id, [4, 4, 3], NOW)
    preview(session, world.alice, mock_id, LATER)
    finish_mock(session, world.alice, mock_id, LATER)


@pytest.mark.parametrize("change", CHANGES)
def test_a_mock_goes_on_whatever_becomes_of_its_prompt(
    database: Database, world: World, change: Change
) -> None:
    with database.writing() as session:
        earlier = ask(session, world)
        end(session, world, earlier)
    with database.writing() as session:
        mock_id = ask(session, world)
        change(session, world)
    with database.reading() as session:
        [item] = round_state(session, world.alice, mock_id, 0, LATER)["items"]
        assert item["title"] == TITLE and "leave notes" in item["prompt_html"]
        assert [fact["row"] for fact in item["facts"]] == [0]
    with database.writing() as session:
        end(session, world, mock_id)
    with database.reading() as session:
        report = load_report(session, world.alice, mock_id, LATER)
        assert report.title == TITLE
        assert "SECRET-OUTLINE" in report_markdown(report, world.alice)
        both = compare(session, world.alice, LATER, chosen=[earlier, mock_id])
        assert len(both.attempts) == 2
        assert rebuild(session.connection(), check_only=True) == []
    with database.writing() as session:
        undo_mock(session, world.alice, mock_id, LATER)
        undo_mock(session, world.alice, earlier, LATER)
    with database.reading() as session:
        assert rebuild(session.connection(), check_only=True) == []


def test_an_own_version_made_meanwhile_gets_the_grade(database: Database, world: World) -> None:
    with database.writing() as session:
        mock_id = ask(session, world)
        own = make_own_version(session, world.alice.id, world.note_id, NOW)
        card_id = session.scalars(select(Card.id).where(Card.note_id == own.id)).one()
    with database.writing() as session:
        end(session, world, mock_id)
    with database.reading() as session:
        memories = session.scalars(select(Memory).where(Memory.user_id == world.alice.id)).all()
        assert [one.card_id for one in memories] == [card_id]
        assert memories[0].last_day == world.alice.study_day(LATER)


def test_an_account_goes_with_its_mocks(database: Database, world: World) -> None:
    with database.writing() as session:
        end(session, world, ask(session, world))
        ask(session, world)
        session.get_one(User, world.bob.id).is_admin = True
    with database.writing() as session:
        delete_account(session, world.alice.id, LATER)
    with database.reading() as session:
        assert session.scalars(select(Mock)).all() == []
        assert session.get_one(Card, world.card_id).retired_at is None
