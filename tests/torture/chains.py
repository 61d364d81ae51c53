"""What the devices will send: chains of requests about one learner's one card, from one seed.

A chain's next step goes out only after the step before was acknowledged, as a device that numbers
its own answers does; the copies of a step go out in any order, early or very late.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

GRADES = ("again", "hard", "good", "easy")
MOST_COPIES = 6
SHAPES = {"single": 5, "batch": 4, "sequence": 4, "undone": 3, "race": 2, "history": 3}
"""How often each shape of a chain occurs, relative to the others."""


@dataclass(frozen=True, slots=True)
class Post:
    """One request; `answers` as the API takes them, or the answer `undoes` takes back."""

    answers: tuple[dict[str, Any], ...] = ()
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Requests that may go out at the same time, and how many copies of each."""

    posts: tuple[tuple[Post, int], ...]


@dataclass(slots=True)
class Chain:
    learner: int
    card_id: int
    steps: list[Step] = field(default_factory=list)
    stored: int = 0
    races: int = 0
    undos: int = 0

    @property
    def last_version(self) -> int:
        return self.stored + self.undos


class Maker:
    """Builds chains; the same seed gives the same chains."""

    def __init__(self, chance: random.Random, now: datetime) -> None:
        self.chance, self.now = chance, now

    def chains(self, pairs: Sequence[tuple[int, int]], answers: int) -> Iterator[Chain]:
        """Yield one chain for each (learner, card) until exactly `answers` are to be stored."""
        left = answers
        for learner, card_id in pairs:
            if not left:
                return
            shape = self.chance.choices(list(SHAPES), list(SHAPES.values()))[0]
            chain = getattr(self, f"_{shape}")(learner, card_id)
            if chain.stored > left:
                chain = self._single(learner, card_id)
            left -= chain.stored
            yield chain
        assert not left, f"too few cards: {left} answers are left"

    def _single(self, learner: int, card_id: int) -> Chain:
        chain = Chain(learner, card_id)
        self._add(chain, [self.chance.choice(GRADES)])
        return chain

    def _batch(self, learner: int, card_id: int) -> Chain:
        """Again, again, good in one request, numbered by the device."""
        chain = Chain(learner, card_id)
        self._add(chain, ["again", "again", "good"])
        return chain

    def _sequence(self, learner: int, card_id: int) -> Chain:
        chain = Chain(learner, card_id)
        for grade in ("again", *self.chance.choices(GRADES, k=self.chance.randint(1, 3))):
            self._add(chain, [grade])
        return chain

    def _undone(self, learner: int, card_id: int) -> Chain:
        """An answer, sometimes two, the last one taken back; sometimes answered once more."""
        chain = Chain(learner, card_id)
        for _ in range(self.chance.randint(1, 2)):
            last = self._add(chain, [self.chance.choice(GRADES)])
        self._step(chain, Post(undoes=last))
        chain.undos += 1
        if self.chance.random() < 0.6:
            self._add(chain, [self.chance.choice(GRADES)])
        return chain

    def _race(self, learner: int, card_id: int) -> Chain:
        """Two devices answer the same showing of a card, then one of them goes on."""
        chain = Chain(learner, card_id)
        if self.chance.random() < 0.5:
            self._add(chain, [self.chance.choice(GRADES)])
        posts = [
            Post((self._answer(chain, self.chance.choice(GRADES), chain.last_version),))
            for _ in range(2)
        ]
        copies = self.chance.randint(1, MOST_COPIES), self.chance.randint(1, MOST_COPIES)
        chain.steps.append(Step(tuple(zip(posts, copies, strict=True))))
        chain.stored += 1
        chain.races += 1
        if self.chance.random() < 0.5:
            self._add(chain, [self.chance.choice(GRADES)])
        return chain

    def _history(self, learner: int, card_id: int) -> Chain:
        """Answers of several days, sent late by a device that was offline."""
        chain = Chain(learner, card_id)
        days_ago = self.chance.randint(20, 50)
        for _ in range(self.chance.randint(2, 4)):
            self._add(chain, [self.chance.choice(GRADES[1:])], days_ago=days_ago)
            days_ago -= self.chance.randint(1, 5)
        return chain

    def _add(self, chain: Chain, grades: list[str], *, days_ago: int = 0) -> str:
        """Add a step with one request that answers; return the id of its last answer."""
        first = chain.last_version
        answers = tuple(
            self._answer(chain, grade, first + place, days_ago=days_ago)
            for place, grade in enumerate(grades)
        )
        self._step(chain, Post(answers))
        chain.stored += len(grades)
        return str(answers[-1]["id"])

    def _step(self, chain: Chain, post: Post) -> None:
        chain.steps.append(Step(((post, self.chance.randint(1, MOST_COPIES)),)))

    def _answer(
        self, chain: Chain, grade: str, version: int, *, days_ago: int = 0
    ) -> dict[str, Any]:
        at = self.now - timedelta(days=days_ago) + timedelta(seconds=version)
        return {
            "id": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
            "card_id": chain.card_id,
            "version": version,
            "grade": grade,
            "answered_at": at.isoformat(),
            "duration_ms": self.chance.randint(500, 20_000),
        }
