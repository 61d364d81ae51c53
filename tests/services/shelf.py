"""A shelf of built-in decks that goes from edition to edition, and a learner of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from interviewprep.core.grades import Grade
from interviewprep.services.answering import Result, answer_batch
from interviewprep.services.built_in import sync_built_in
from interviewprep.services.learner import Learner
from interviewprep.services.queue import QueuedCard, next_cards
from interviewprep.services.recording import Submission
from interviewprep.services.synced_notes import SyncReport
from interviewprep.storage import Base, Card, Database, Deck, Enrolment, Memory, Note

from .conftest import NOW, add_learner

HEAD = "---\nname: {name}\ncategory: ml\ndescription: Small.\nlicence: CC-BY-4.0\n---\n\n# Part\n"
RECALL = "## recall\n\nQ: What is recall?\nA: Found positives over all positives.\n"
PRECISION = "## precision\n\nQ: What is precision?\nA: True positives over found ones.\n"
CLOZE = "## rates\n\nC: Of {{c1::all positives}}, recall counts those {{c2::found}}.\n"


@dataclass
class Shelf:
    """A folder like `cards/`, a database that follows it, and a learner of all its decks."""

    folder: Path
    database: Database
    learner: Learner
    now: datetime = NOW

    def edition(self, cards: str, *, key: str = "ml/metrics", name: str = "Metrics") -> SyncReport:
        """Write one deck file and sync."""
        self.write(cards, key=key, name=name)
        return self.sync()

    def write(self, cards: str, *, key: str = "ml/metrics", name: str = "Metrics") -> None:
        write_deck(self.folder, cards, key=key, name=name)

    def sync(self) -> SyncReport:
        with self.database.writing() as session:
            return sync_built_in(session, self.folder, self.now)

    def enrol(self, key: str = "ml/metrics") -> None:
        with self.database.writing() as session:
            deck = session.scalars(select(Deck).where(Deck.key == key)).one()
            session.add(Enrolment(user_id=self.learner.id, deck_id=deck.id, created_at=NOW))

    def answer(self, guid: str, grade: Grade = Grade.GOOD, *, number: int = 0) -> uuid.UUID:
        """Answer the card of this number of a note; return the answer's id."""
        card_id = self.cards(guid)[number]
        memory = self.memory(card_id)
        result = self.submit(card_id, 0 if memory is None else memory.version, grade)
        assert result.status == "stored"
        return result.id

    def submit(self, card_id: int, version: int, grade: Grade = Grade.GOOD) -> Result:
        """Answer a card as a device does that knows this version of it."""
        sent = Submission(uuid.uuid4(), card_id, version, grade, self.now)
        with self.database.writing_core() as connection:
            return answer_batch(connection, self.learner, [sent], self.now)[0]

    def memory(self, card_id: int) -> Memory | None:
        with self.database.reading() as session:
            return session.get(Memory, (self.learner.id, card_id))

    def cards(self, guid: str, *, retired: bool = False) -> list[int]:
        """Return the ids of the cards of one note that are offered (or retired)."""
        query = select(Card.id).join(Note, Note.id == Card.note_id).where(Note.guid == guid)
        query = query.where(Card.retired_at.is_not(None) if retired else Card.retired_at.is_(None))
        with self.database.reading() as session:
            return list(session.scalars(query.order_by(Card.ordinal)))

    def queued(self, *, days: int = 0) -> list[str]:
        """Return the questions that wait for the learner so many days from now, as plain HTML."""
        return [one.card.html.front_html for one in self.queue(days=days)]

    def queue(self, *, days: int = 0) -> list[QueuedCard]:
        at = self.now + timedelta(days=days)
        with self.database.reading_core() as connection:
            return next_cards(connection, self.learner, at, limit=50).cards

    def everything(self) -> dict[str, list[Any]]:
        with self.database.reading_core() as connection:
            return {
                table.name: sorted(map(repr, connection.execute(select(table))))
                for table in Base.metadata.sorted_tables
            }


def write_deck(folder: Path, cards: str, *, key: str = "ml/metrics", name: str = "Metrics") -> None:
    path = folder / f"{key}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.format(name=name) + "\n" + cards)


def new_shelf(database: Database, folder: Path) -> Shelf:
    """Return an empty shelf below `folder` with a learner who buries nothing."""
    (folder / "cards").mkdir()
    return Shelf(folder / "cards", database, add_learner(database, bury_siblings=False))
