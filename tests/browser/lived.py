"""An account after two weeks of use, made through the services on a clock of its own."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select

from interviewprep.core.grades import Grade
from interviewprep.core.notes import NoteKind
from interviewprep.services import notes
from interviewprep.services.answering import answer_batch
from interviewprep.services.decks import ensure_deck
from interviewprep.services.enrolling import enrol
from interviewprep.services.learner import load_learner
from interviewprep.services.queue import next_cards
from interviewprep.services.recording import Submission
from interviewprep.storage import Database, Deck, User

DAYS = 14
ANSWERS_A_DAY = 22
GRADES = (Grade.AGAIN, Grade.HARD, Grade.GOOD, Grade.EASY)
HOW_OFTEN = (6, 12, 68, 14)
LONG_NAME = "Papers::Attention, transformers and what came after::Efficient attention, read weekly"
STUDIED = (
    "system-design/building-blocks",
    "ml/evaluation",
    "coding/complexity",
    "behavioral/method",
)
"""Few enough that two weeks reach into each; decks of prompts and exercises come in beside them."""
OWN_CARDS = (
    ("Why divide $q^\\top k$ by $\\sqrt{d_k}$?", "Else the softmax saturates: the variance is d."),
    ("What does FlashAttention avoid?", "Writing the $n \\times n$ scores to slow memory."),
    (
        "Which `axis` does layer normalisation use?",
        "The features:\n\n```python\nmean = x.mean(axis=-1, keepdims=True)\n```",
    ),
)


def live(
    database: Database, email: str, *, days: int = DAYS, answers_today: int = 0, **settings: object
) -> int:
    """Let the account study a deck of each category and one of its own until today; return its id.

    `settings` are the account's of studying, such as `new_per_day`.
    """
    now = datetime.now(UTC)
    begun_at = now - timedelta(days=days)
    with database.writing() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        user.settings = dict(settings)
        user_id = user.id
        built_in = (
            select(Deck.id)
            .where(
                Deck.owner_id.is_(None),
                or_(
                    Deck.key.in_(STUDIED),
                    Deck.key.like("%/prompts-%"),
                    Deck.key.like("%/exercises-%"),
                ),
            )
            .order_by(Deck.category.desc(), Deck.key)
        )
        for deck_id in session.scalars(built_in).all():
            enrol(session, user_id, deck_id, begun_at)
        own = ensure_deck(session, user_id, LONG_NAME, begun_at)
        for front, back in OWN_CARDS:
            draft = notes.Draft(own.id, NoteKind.BASIC, (front, back, "", ""), "papers attention")
            notes.write_note(session, user_id, draft, begun_at)
        enrol(session, user_id, own.id, begun_at)
    rng = random.Random(2)
    for ago in range(days, 0, -1):
        _study(database, user_id, now - timedelta(days=ago), ANSWERS_A_DAY, rng)
    _study(database, user_id, now - timedelta(minutes=30), answers_today, rng)
    return user_id


def _study(
    database: Database, user_id: int, begun_at: datetime, answers: int, rng: random.Random
) -> None:
    """Answer so many cards of the queue, or all there are, about nine seconds each."""
    at = begun_at
    with database.writing_core() as connection:
        learner = load_learner(connection, user_id)
        for _ in range(answers):
            queue = next_cards(connection, learner, at, limit=1)
            if not queue.cards:
                return
            card = queue.cards[0].card
            duration_ms = rng.randint(3_000, 18_000)
            at += timedelta(milliseconds=duration_ms)
            grade = rng.choices(GRADES, HOW_OFTEN)[0]
            submission = Submission(
                uuid.UUID(int=rng.getrandbits(128), version=4),
                card.id,
                card.version,
                grade,
                at,
                duration_ms,
            )
            answer_batch(connection, learner, [submission], at)
