"""Forty days of one learner through the API, against a second scheduler written from the rules.

The days run over a change of the clocks, with days left out, cards studied ahead, answers taken
back and leeches. What the API says of a card must be what the rules say.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from interviewprep.services.rebuilding import rebuild
from interviewprep.services.tokens import create_token
from interviewprep.storage import Database, Day, Review

from ..services.conftest import add_deck, add_learner
from .second_scheduler import ZONE, Known, rollover, study_day

FIRST_DAY = date(2026, 10, 1)  # summer time ends on the 25th
DAYS = 40
AWAY = {9, 10, 20, 21, 22, 23, 24}
NEW_A_DAY, REVIEWS_A_DAY, LEECH_AT = 4, 9, 3


@dataclass
class Life:
    """The learner's client, and what it expects of every card."""

    app: Flask
    token: str
    notes: dict[int, int]
    chance: random.Random
    known: dict[int, Known] = field(default_factory=lambda: defaultdict(Known))
    versions: Counter[int] = field(default_factory=Counter)
    leeches: set[int] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)

    def get(self, path: str) -> Any:
        found = self.app.test_client().get(f"/api/v1{path}", headers=self.headers())
        assert found.status_code == 200, found.text
        return found.json

    def post(self, path: str, sent: Any = None) -> Any:
        done = self.app.test_client().post(f"/api/v1{path}", json=sent, headers=self.headers())
        assert done.status_code == 200, done.text
        return done.json

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def answer(self, card_id: int, grade: str, promised: str | None, at: datetime) -> Any:
        """Answer a card; check what came back and what the card says now."""
        before, day = self.known[card_id], study_day(at)
        answer_id = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        sent = {
            "id": answer_id,
            "card_id": card_id,
            "version": self.versions[card_id],
            "grade": grade,
            "answered_at": at.isoformat(),
            "duration_ms": 3000,
            "promised_due_day": promised,
        }
        said = self.post("/reviews", {"answers": [sent], "next": 1})
        (result,) = said["results"]
        assert (result["status"], result["version"]) == ("stored", self.versions[card_id] + 1)
        due = date.fromisoformat(self.state(card_id)["due_day"])
        if grade != "again" and before.last != day:
            least, most = before.range_after(grade, day)
            assert least <= (due - day).days <= most, (before, grade, day, due)
            if promised is not None:
                assert (due.isoformat(), result["due_day_changed"]) == (promised, False)
        after = self.known[card_id] = before.after(grade, day, due)
        self.versions[card_id] += 1
        if after.lapses > before.lapses >= LEECH_AT - 1:
            self.leeches.add(card_id)
        self.check(card_id)
        if not after.repeats:
            assert instant(result["due_at"]) == rollover(after.due)
        else:
            assert instant(result["due_at"]) == at + timedelta(minutes=10)
        if self.chance.random() < 0.06:
            self.take_back(answer_id, card_id, before)
            return self.get("/reviews/queue?limit=1")
        return said

    def take_back(self, answer_id: str, card_id: int, before: Known) -> None:
        for status in ("stored", "repeated"):
            undone = self.post(f"/reviews/{answer_id}/undo")
            assert (undone["status"], undone["version"]) == (status, self.versions[card_id] + 1)
        self.versions[card_id] += 1
        self.known[card_id] = before
        self.seen["undone"] += 1
        if card_id in self.leeches and before.lapses < LEECH_AT:
            self.leeches.discard(card_id)
        self.check(card_id)

    def state(self, card_id: int) -> Any:
        return self.get(f"/cards/{card_id}")["state"]

    def check(self, card_id: int) -> None:
        found, wanted = self.get(f"/cards/{card_id}"), self.known[card_id]
        assert found["marks"]["suspended"] is (card_id in self.leeches)
        assert found["version"] == self.versions[card_id]
        if wanted.last is None:
            assert found["state"] is None
            return
        state = {name: found["state"][name] for name in found["state"] if name != "due_at"}
        assert wanted.due is not None
        assert state == {
            "due_day": wanted.due.isoformat(),
            "interval_days": wanted.interval,
            "ease": wanted.ease / 100,
            "repetitions": wanted.repetitions,
            "lapses": wanted.lapses,
        }

    def study(self, day: date) -> None:
        """One session: until the queue is empty, at most once for each card and its repeats."""
        begin = datetime.combine(day, time(self.chance.choice([5, 12, 19, 23])), tzinfo=ZONE)
        moment = begin.astimezone(UTC)
        begun: Counter[str] = Counter()
        notes_today: set[int] = set()
        with time_machine.travel(moment, tick=False) as clock:
            queue = self.get("/reviews/queue?limit=1")
            assert queue["study_day"] == day.isoformat()
            assert queue == self.get("/reviews/queue?limit=1")
            while queue["cards"]:
                (card,) = queue["cards"]
                card_id, before = card["card_id"], self.known[card["card_id"]]
                assert card["version"] == self.versions[card_id]
                assert card_id not in self.leeches
                if before.last != day:
                    assert before.due is None or before.due <= day
                    begun["new" if before.due is None else "due"] += 1
                    assert self.notes[card_id] not in notes_today
                    notes_today.add(self.notes[card_id])
                    self.seen["late"] += before.due is not None and before.due < day
                moment += timedelta(seconds=self.chance.randint(20, 900))
                clock.move_to(moment)
                if study_day(moment) != day:
                    break
                grade = self.grade(card_id)
                promised = self.promised(card, grade, day)
                undone = self.seen["undone"]
                on_device = moment - timedelta(seconds=self.chance.choice((0, 0, 15)))
                queue = self.answer(card_id, grade, promised, on_device)
                if self.seen["undone"] > undone and before.last != day:
                    begun["new" if before.due is None else "due"] -= 1
                    notes_today.discard(self.notes[card_id])
            else:
                self.expect_all_done(day, begun, notes_today)
            assert begun["new"] <= NEW_A_DAY and begun["due"] <= REVIEWS_A_DAY
            self.seen["days at the limit of reviews"] += begun["due"] == REVIEWS_A_DAY

    def expect_all_done(self, day: date, begun: Counter[str], notes_today: set[int]) -> None:
        """What still waits, waits for a reason: a limit, or a sibling that came today."""
        for card_id, known in self.known.items():
            if known.due is None or known.due > day or known.last == day:
                assert not (known.repeats and known.last == day) or card_id in self.leeches
            elif card_id not in self.leeches and self.notes[card_id] not in notes_today:
                assert begun["due"] >= REVIEWS_A_DAY, (card_id, known)

    def study_ahead(self, day: date) -> None:
        ahead = [
            card_id
            for card_id, known in self.known.items()
            if known.due and known.due > day and known.last != day and card_id not in self.leeches
        ]
        at = datetime.combine(day, time(23, 30), tzinfo=ZONE).astimezone(UTC)
        with time_machine.travel(at, tick=False):
            for card_id in self.chance.sample(ahead, min(2, len(ahead))):
                self.answer(card_id, self.grade(card_id), None, at)
                self.seen["early"] += 1

    def promised(self, card: Any, grade: str, day: date) -> str:
        """What the button said, or what it would have said with another load."""
        known = self.known[card["card_id"]]
        if grade == "again" or known.last == day or self.chance.random() < 0.5:
            said: str = card["outcomes"][grade]["due_day"]
            return said
        days = self.chance.randint(*known.range_after(grade, day))
        return (day + timedelta(days=days)).isoformat()

    def grade(self, card_id: int) -> str:
        weights = (6, 1, 3, 0) if card_id == min(self.notes) else (2, 2, 8, 2)
        return self.chance.choices(("again", "hard", "good", "easy"), weights)[0]


def instant(text: str) -> datetime:
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("seed", [1])
def test_forty_days_go_by_the_rules(app: Flask, database: Database, seed: int) -> None:
    learner = add_learner(
        database,
        new_per_day=NEW_A_DAY,
        reviews_per_day=REVIEWS_A_DAY,
        leech_at=LEECH_AT,
        leech_suspends=True,
    )
    _, cards = add_deck(database, learner.id, cards=80, cards_a_note=2)
    with database.writing() as session:
        token = create_token(session, learner.id, datetime(2026, 9, 1, tzinfo=UTC)).token
    notes = {card_id: place // 2 for place, card_id in enumerate(cards)}
    life = Life(app, token, notes, random.Random(seed))
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        if number in AWAY:
            continue
        life.study(day)
        if life.chance.random() < 0.3:
            life.study_ahead(day)
    for card_id in cards:
        life.check(card_id)
    assert life.leeches
    assert min(life.seen[name] for name in ("late", "early", "undone")) > 5
    assert life.seen["days at the limit of reviews"]
    with database.reading_core() as connection:
        assert rebuild(connection, check_only=True) == []
        answers = connection.execute(
            select(func.count()).where(Review.kind == "answer", Review.status == "stored")
        ).scalar_one()
        undone = connection.execute(select(func.count()).where(Review.kind == "undo")).scalar_one()
        rolled_up = connection.execute(select(func.sum(Day.answers))).scalar_one()
    assert (undone, rolled_up) == (life.seen["undone"], answers - undone)
