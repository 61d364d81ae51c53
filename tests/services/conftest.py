"""A learner and a deck of plain cards, straight in the tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from interviewprep.services.learner import Learner, load_learner
from interviewprep.storage import Card, Database, Deck, Enrolment, Note, NoteType, User

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


def add_learner(database: Database, email: str = "alice@example.org", **settings: Any) -> Learner:
    with database.writing() as session:
        user = User(
            email=email,
            password_hash="!",
            time_zone="Europe/Berlin",
            settings=settings,
            created_at=NOW,
        )
        session.add(user)
        session.flush()
        return load_learner(session.connection(), user.id)


def add_deck(
    database: Database,
    owner_id: int | None,
    *,
    cards: int,
    name: str = "Basics",
    enrolled: tuple[int, ...] = (),
    cards_a_note: int = 1,
) -> tuple[int, list[int]]:
    """Return the ids of a new deck and of its cards, in order."""
    with database.writing() as session:
        kind = session.query(NoteType).filter_by(owner_id=owner_id).first()
        if kind is None:
            kind = NoteType(
                owner_id=owner_id,
                name="Basic",
                kind="basic",
                markup="markdown",
                fields=["Front", "Back", "Hint", "Note"],
                templates=[],
                fingerprint="basic",
            )
        deck = Deck(owner_id=owner_id, name=name, created_at=NOW)
        session.add_all([kind, deck])
        session.flush()
        made: list[Card] = []
        for number in range(cards // cards_a_note):
            note = Note(
                owner_id=owner_id,
                deck_id=deck.id,
                note_type_id=kind.id,
                guid=f"{name}-{number}",
                fields=[f"Question {number}?", f"Answer {number}.", "", ""],
                content_hash="",
                created_at=NOW,
                changed_at=NOW,
            )
            session.add(note)
            session.flush()
            for ordinal in range(cards_a_note):
                made.append(
                    Card(note_id=note.id, deck_id=deck.id, ordinal=ordinal, position=len(made))
                )
        session.add_all(made)
        owners = (owner_id,) if owner_id is not None else ()
        for place, user_id in enumerate({*owners, *enrolled}):
            session.add(Enrolment(user_id=user_id, deck_id=deck.id, position=place, created_at=NOW))
        session.flush()
        return deck.id, [card.id for card in made]


@pytest.fixture
def learner(database: Database) -> Learner:
    return add_learner(database)
