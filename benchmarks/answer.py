"""An answer stored and the next card found, by our service and by Anki's own core."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from anki.collection import Collection  # isort: skip  # before its cards, or they do not import
from anki.cards import Card
from anki.scheduler.v3 import CardAnswer, Scheduler

from interviewprep.core.grades import Grade
from interviewprep.services.answering import answer_batch
from interviewprep.services.learner import load_learner
from interviewprep.services.queue import QueuedCard, next_cards
from interviewprep.services.recording import Submission
from interviewprep.services.studied_decks import advance_hint
from interviewprep.storage import Database

from .filling import Size, fill, new_database
from .measuring import Figure, in_ms, in_turns, ratio, timed

SIZE = Size(cards=100_000, begun=80_000, due=5_000, reviews=0)
ROUNDS, ANSWERS = 9, 150
"""Each round of ours is a study day of its own, because a learner's day has its limits."""
LIMIT = 1.5
NO_LIMIT = 9_999


def figures() -> list[Figure]:
    with TemporaryDirectory(prefix="bench-") as folder:
        ours, close = _ours(Path(folder))
        theirs, collection = _anki(Path(folder))
        seen = in_turns(
            {
                "ours": ours,
                "Anki": lambda: [timed(theirs) for _ in range(ANSWERS)],
            },
            rounds=ROUNDS,
        )
        close()
        collection.close()
    return [
        Figure(
            "an answer stored and the next card found, against Anki, 100,000 cards",
            ratio(seen["ours"], seen["Anki"]),
            LIMIT,
            in_ms(ours=seen["ours"], Anki=seen["Anki"]),
        )
    ]


def _grades(seed: int) -> Callable[[], Grade]:
    rng = random.Random(seed)
    return lambda: rng.choices(list(Grade), weights=(10, 10, 70, 10))[0]


def _ours(folder: Path) -> tuple[Callable[[], list[float]], Callable[[], None]]:
    database: Database = new_database(folder)
    filled = fill(database, SIZE)
    grade = _grades(1)
    with database.reading_core() as connection:
        learner = load_learner(connection, filled.id)
    day = datetime.now(UTC)
    card: QueuedCard

    def answer() -> None:
        nonlocal card, day
        day += timedelta(seconds=7)
        now, chosen = day, grade()
        with database.writing_core() as connection:
            promise = card.outcomes[chosen].due_day
            submission = Submission(
                uuid.uuid4(), card.card.id, card.card.version, chosen, now, 5_000, promise
            )
            [result] = answer_batch(connection, learner, [submission], now)
            queue = next_cards(connection, learner, now, limit=1)
            for deck, position in queue.hints:
                advance_hint(connection, learner.id, deck, position)
        if result.status != "stored":
            raise RuntimeError(f"the answer was {result.status}: {result.reason}")
        card = queue.cards[0]

    def a_day() -> list[float]:
        nonlocal card, day
        day += timedelta(days=1)
        with database.reading_core() as connection:
            card = next_cards(connection, learner, day, limit=1).cards[0]
        return [timed(answer) for _ in range(ANSWERS)]

    return a_day, database.close


def _anki(folder: Path) -> tuple[Callable[[], None], Collection]:
    collection = _collection(folder)
    scheduler = collection.sched
    if not isinstance(scheduler, Scheduler):
        raise RuntimeError("this collection has another scheduler than the third")
    grade = _grades(1)
    rating = {
        Grade.AGAIN: CardAnswer.AGAIN,
        Grade.HARD: CardAnswer.HARD,
        Grade.GOOD: CardAnswer.GOOD,
        Grade.EASY: CardAnswer.EASY,
    }
    queued = scheduler.get_queued_cards().cards[0]

    def answer() -> None:
        nonlocal queued
        card = Card(collection, backend_card=queued.card)
        card.start_timer()
        built = scheduler.build_answer(card=card, states=queued.states, rating=rating[grade()])
        scheduler.answer_card(built)
        queued = scheduler.get_queued_cards().cards[0]
        # What our service returns too: the card as HTML, and what the buttons say.
        Card(collection, backend_card=queued.card).render_output()
        scheduler.describe_next_states(queued.states)

    return answer, collection


def _collection(folder: Path) -> Collection:
    """Return a collection with as many cards, begun and due as `SIZE` says."""
    collection = Collection(str(folder / "collection.anki2"))
    config = collection.decks.get_config(collection.decks.get_current_id())
    config["rev"]["perDay"] = NO_LIMIT
    config["new"]["perDay"] = 15
    collection.decks.update_config(config)
    kind = collection.models.by_name("Basic")
    deck = collection.decks.get_current_id()
    today, seconds = collection.sched.today, int(time.time())
    rng = random.Random(7)
    numbers = range(1, SIZE.cards + 1)
    database = collection.db
    database.executemany(
        "insert into notes values (?, ?, ?, ?, -1, '', ?, ?, 0, 0, '')",
        [
            (n, f"g{n}", kind["id"], seconds, f"Question {n}?\x1fAnswer {n}.", f"Question {n}?")
            for n in numbers
        ],
    )
    rows = []
    for n in numbers:
        is_begun, is_due = n <= SIZE.begun, n <= SIZE.due
        interval = rng.randint(1, 365)
        due = today - rng.randint(0, 9) if is_due else today + rng.randint(1, interval)
        state = (2, 2, due, interval, 2500, 9) if is_begun else (0, 0, n, 0, 0, 0)
        rows.append((n, n, deck, seconds, *state))
    database.executemany(
        "insert into cards values (?, ?, ?, 0, ?, -1, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, '')", rows
    )
    return collection
