"""The next 20 cards of a learner with very many cards, against one with a thousand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from interviewprep.services.learner import load_learner
from interviewprep.services.queue import next_cards
from interviewprep.storage import Database

from .filling import Filled, Size, fill, new_database
from .measuring import Figure, in_ms, in_turns, ratio, timed

ROUNDS, QUEUES = 15, 40
LIMIT = 1.3
CARDS_SHOWN = 20
SMALL = Size(cards=1_000, begun=850, due=40, reviews=10_000)
CASES = {
    "an ordinary day": Size(cards=100_000, begun=85_000, due=150, reviews=1_000_000),
    "many cards due": Size(cards=100_000, begun=85_000, due=20_000, reviews=0),
    "all cards begun, none new": Size(cards=100_000, begun=100_000, due=150, reviews=0),
}


def figures() -> list[Figure]:
    with TemporaryDirectory(prefix="bench-") as folder:
        database = new_database(Path(folder))
        small = _queue(database, fill(database, SMALL, number=1))
        sides = {
            name: _queue(database, fill(database, size, number=number))
            for number, (name, size) in enumerate(CASES.items(), start=2)
        }
        seen = in_turns({"small": small, **sides}, rounds=ROUNDS)
        database.close()
    return [
        Figure(
            f"the next 20 cards of 100,000 against 1,000: {name}",
            ratio(seen[name], seen["small"]),
            LIMIT,
            in_ms(ours=seen[name], small=seen["small"]),
        )
        for name in CASES
    ]


def _queue(database: Database, filled: Filled) -> Callable[[], list[float]]:
    with database.reading_core() as connection:
        learner = load_learner(connection, filled.id)

    def look() -> None:
        with database.reading_core() as connection:
            queue = next_cards(connection, learner, datetime.now(UTC), limit=CARDS_SHOWN)
        if len(queue.cards) != CARDS_SHOWN:
            raise RuntimeError(f"{len(queue.cards)} cards came instead of {CARDS_SHOWN}")

    return lambda: [timed(look) for _ in range(QUEUES)]
