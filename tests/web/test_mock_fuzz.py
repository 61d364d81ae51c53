"""Any sequence of requests, sensible or not, leaves a mock whole.

A candidate and an interviewer press everything in random order with random arguments, from a fixed
seed. Longer with TORTURE=1.
"""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from interviewprep.services.interviews.kinds import LOOP, interview_kinds
from interviewprep.services.interviews.links import create_link
from interviewprep.services.interviews.rounds import prompt_of
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import load_learner
from interviewprep.services.rebuilding import rebuild
from interviewprep.services.stories import StoryText, write_story
from interviewprep.storage import (
    Base,
    Database,
    Mock,
    MockRound,
    RoundItem,
    RoundText,
    Score,
)

from ..services.interviews import mocks as prompts
from .conftest import Browser, add_user, signed_in

LONG = os.environ.get("TORTURE") == "1"
STEPS = 600 if LONG else 70
SEEDS = range(12 if LONG else 1)
OPEN, RUNNING = "open", "running"
PAGES = ("", "/end", "/report", "/report.md", "/interviewer", "/rounds/0", "/rounds/0/score")
SQL_TEXT = """### Prompt

Every name.

```sql schema
CREATE TABLE person (name TEXT);
INSERT INTO person VALUES ('Ada');
```

```csv expected
name
Ada
```

### Solution

```sql solution
SELECT name FROM person;
```
"""
BEHAVIORAL_TEXT = f"### Prompt\n\nTell me about a failure.\n\n{prompts.RUBRIC}{prompts.FOLLOW_UPS}"
ODD: tuple[Any, ...] = (None, -1, 10**9, 2**70, "x", "", [], {}, 1.5, True, "0")


class World:
    """Alice with a mock of hers, the friend who interviews, and Bob, who has nothing to do with
    it."""

    def __init__(self, app: Flask, database: Database, kind: str, seed: int) -> None:
        self.database = database
        self.chance = random.Random(f"{kind} {seed}")
        self.alice = add_user(database, "alice@example.org")
        bob = add_user(database, "bob@example.org")
        self.browser, self.friend = signed_in(app, self.alice), Browser(app.test_client())
        self.stories: list[str] = [str(uuid.uuid4())]
        with database.writing() as session:
            for owner in (self.alice, bob):
                _add_prompts(session, owner)
            self.mock_id = self.begin(session, self.alice, kind, is_bare=seed % 3 == 2)
            self.bobs_mock = self.begin(session, bob, kind)
            told = StoryText(title="The outage", situation="At night.")
            self.stories.append(str(write_story(session, self.alice, told, _now())))
            self.stories.append(str(write_story(session, bob, told, _now())))
            token = create_link(session, self.alice, self.mock_id, _now())
        assert self.friend.post(f"/interviewer/{token}").status_code == 303
        self.bob = bob
        self.before_bob = self.rows_of(bob)
        self.version, self.elapsed = 0, 0.0
        self.ended: list[Any] | None = None

    def begin(self, session: Any, user_id: int, kind: str, *, is_bare: bool = False) -> uuid.UUID:
        learner = load_learner(session.connection(), user_id)
        return start_mock(session, learner, Choice(kind, is_bare=is_bare), _now()).id

    # What is pressed

    def press(self) -> TestResponse:
        weights = {
            self.verb: 60,
            self.text: 8,
            self.page: 6,
            self.score: 8,
            self.interviewer: 12,
            self.end: 3,
            self.link: 1,
        }
        act: Callable[[], TestResponse] = self.chance.choices(
            list(weights), weights=list(weights.values())
        )[0]
        return act()

    def verb(self) -> TestResponse:
        item = {"item": self.place()}
        outcomes = self.outcomes()
        name, body = self.chance.choice(
            (
                ("begin", None),
                ("stage", {"stage": self.chance.choice((0, 1, 2, 3, 4, 5, 99))}),
                ("stage", {"stage": self.chance.randrange(6)}),
                ("pause", None),
                ("resume", None),
                ("resume", None),
                ("finish", None),
                ("hint", item),
                ("facts", {**item, "asked": self.words()}),
                ("follow-up", item),
                ("follow-up/answered", {**item, "n": self.place(), "answered": self.coin()}),
                ("change", item),
                ("question", {**item, "n": self.place(), "grade": self.grade()}),
                ("story", {**item, "story_id": self.chance.choice([None, *self.stories])}),
                ("attempt", {**item, "code": self.words(), "outcomes": outcomes}),
                ("submit", {**item, "code": self.words()}),
                ("outcomes", {**item, "outcomes": outcomes}),
                ("give-up", item),
            )
        )
        if name == "finish" and self.chance.random() < 0.7:
            name, body = "resume", None
        if isinstance(body, dict) and self.chance.random() < 0.1:
            body = {**body, self.chance.choice([*body, "more"]): self.chance.choice(ODD)}
        path = f"/api/v1/mocks/{self.mock_id}/rounds/{self.round()}/{name}"
        return self.browser.post(path) if body is None else self.browser.post(path, json=body)

    def text(self) -> TestResponse:
        name = self.chance.choice(("notes", "code", "diagram", "notes-1", "asked", "notes-0", "x"))
        version = self.chance.choice((0, 0, 1, 2, 7))
        return self.browser.client.put(
            f"/api/v1/mocks/{self.mock_id}/rounds/{self.round()}/texts/{name}",
            json={"text": self.words(), "version": version},
            headers={"X-CSRFToken": self.browser.csrf()},
        )

    def page(self) -> TestResponse:
        if self.chance.random() < 0.3:
            since = self.chance.choice(("?since=1", "", "?since=x", f"?since={self.version}"))
            path = f"/api/v1/mocks/{self.mock_id}/rounds/{self.round()}{since}"
            return self.browser.get(path)
        if self.chance.random() < 0.2:
            return self.browser.get(self.chance.choice(("/mocks", "/mocks/new", "/exercises", "/")))
        return self.browser.get(f"/mocks/{self.mock_id}{self.chance.choice(PAGES)}")

    def score(self) -> TestResponse:
        levels = ["1", "2", "3", "4", "none"] + (
            ["9", "x", ""] if self.chance.random() < 0.2 else []
        )
        form = {"do": self.chance.choice(("save", "done", "done"))}
        for item in range(6):
            for row in range(5):
                form[f"level-{item}-{row}"] = self.chance.choice(levels)
                form[f"evidence-{item}-{row}"] = self.chance.choice(
                    ("Said it.", "Drew it.", "Did.")
                )
        return self.browser.post(f"/mocks/{self.mock_id}/rounds/{self.round()}/score", data=form)

    def interviewer(self) -> TestResponse:
        if self.chance.random() < 0.3:
            query = self.chance.choice(("", "?round=0", "?round=1", "?round=x", "?since=1-0"))
            return self.friend.get(f"/interviewing{self.chance.choice(('', '/state'))}{query}")
        verb = self.chance.choice(("give", "give", "answered", "scores"))
        form = {
            "what": self.chance.choice(("fact", "hint", "follow-up", "change", "all")),
            "item": self.chance.choice(("0", "0", "1", "-1", "x")),
            "n": self.chance.choice(("0", "0", "1", "2", "99", "-1")),
            "answered": self.chance.choice(("0", "1")),
            "round": self.chance.choice(("", "0", "1", "999")),
            "level-0": self.chance.choice(("1", "4", "", "7")),
            "evidence-0": self.chance.choice(("", "Heard it.")),
            "evidence-2": self.chance.choice(("", "Heard that.")),
        }
        return self.friend.post(f"/interviewing/{verb}", data=form)

    def end(self) -> TestResponse:
        if self.chance.random() < 0.5:
            return self.browser.post(f"/mocks/{self.mock_id}/undo")
        return self.browser.post(f"/mocks/{self.mock_id}/end", data={"drafts": self.keys()})

    def link(self) -> TestResponse:
        way = self.chance.choice(("", "/withdraw"))
        return self.browser.post(f"/mocks/{self.mock_id}/interviewer{way}")

    def place(self) -> int:
        return self.chance.choice((0, 0, 0, 0, 1, 2, 3, 998))

    def round(self) -> int:
        return self.chance.choice((0, 0, 0, 1, 1, 2, 50))

    def coin(self) -> bool:
        return self.chance.random() < 0.5

    def grade(self) -> str | None:
        return self.chance.choice((None, "again", "hard", "good", "easy"))

    def words(self) -> str:
        return self.chance.choice(
            ("How many people?", "x = 1", "", "\x00", "<script>", "ä" * 500, "a\n" * 50)
        )

    def outcomes(self) -> list[dict[str, Any]]:
        names = self.chance.choice((["test_one"], ["test_one", "test_nought"], ["nothing"], []))
        return [
            {"name": name, "passed": self.coin(), "hidden": name == "test_nought"} for name in names
        ]

    def keys(self) -> list[str]:
        return [f"follow-up-{'0' * 32}"]

    # What must hold

    def check(self, answer: TestResponse) -> None:
        seen = f"{answer.request.method} {answer.request.path}: {answer.status_code}"
        assert answer.status_code < 500, seen
        with self.database.reading() as session:
            mock = session.get_one(Mock, (self.alice, self.mock_id))
            rounds = session.scalars(
                select(MockRound)
                .where(MockRound.user_id == self.alice, MockRound.mock_id == self.mock_id)
                .order_by(MockRound.position)
            ).all()
            items = session.scalars(
                select(RoundItem).where(
                    RoundItem.user_id == self.alice, RoundItem.mock_id == self.mock_id
                )
            ).all()
        assert mock.version >= self.version, seen
        self.version = mock.version
        assert sum(each.state in ("running", "paused") for each in rounds) <= 1, seen
        for each in rounds:
            left_open = [segment for segment in each.segments if segment[2] is None]
            assert len(left_open) == (each.state == RUNNING), seen
            if left_open:
                assert left_open == each.segments[-1:], seen
                assert left_open[0][0] == each.stage, seen
            ends = [moment for segment in each.segments for moment in segment[1:] if moment]
            assert ends == sorted(ends, key=datetime.fromisoformat), seen
        for item in items:
            prompt = prompt_of(item)
            assert 0 <= item.hints <= (0 if mock.is_bare else len(prompt.hints)), seen
            assert len({one["n"] for one in item.follow_ups}) == len(item.follow_ups), seen
            assert sorted(set(item.facts)) == sorted(item.facts), seen
            assert all(0 <= row < len(prompt.facts) for row in item.facts), seen
            assert str(item.story_id) != self.stories[2], seen
        if self.ended is not None:
            assert self.of_mock() == self.ended, seen
        elif mock.ended_at is not None:
            self.ended = self.of_mock()

    def of_mock(self) -> list[Any]:
        """All rows of the mock, but for what may change after its end: its undo and its version."""
        with self.database.reading_core() as connection:
            found: list[Any] = []
            for table in (Mock, MockRound, RoundItem, RoundText, Score):
                key = "id" if table is Mock else "mock_id"
                columns = [
                    column
                    for column in table.__table__.columns
                    if column.key not in ("version", "undone_at") or table is not Mock
                ]
                rows = connection.execute(
                    select(*columns).where(table.__table__.c[key] == self.mock_id)
                )
                found += sorted(map(repr, rows))
            return found

    def rows_of(self, user_id: int) -> dict[str, list[str]]:
        """All rows of one person, by table."""
        with self.database.reading_core() as connection:
            return {
                table.name: sorted(
                    map(repr, connection.execute(select(table).where(table.c.user_id == user_id)))
                )
                for table in Base.metadata.sorted_tables
                if "user_id" in table.c and table.name != "session"
            }


def _now() -> datetime:
    return datetime.now(UTC)


def _add_prompts(session: Any, owner: int) -> None:
    now = _now()
    for kind, text, tags in (
        ("coding", "", "hashing"),
        ("sql", SQL_TEXT, ""),
        ("concepts", "", "calibration"),
        ("design", "", ""),
        ("design", "", "ml-system-design"),
        *[("behavioral", BEHAVIORAL_TEXT, "") for _ in range(6)],
    ):
        prompts.add_prompt(session, owner, now, kind=kind, text=text, tags=tags)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", [*interview_kinds(), LOOP])
def test_whatever_is_pressed_a_mock_stays_whole(
    app: Flask, database: Database, kind: str, seed: int
) -> None:
    world = World(app, database, kind, seed)
    for _ in range(STEPS):
        world.check(world.press())
    assert world.rows_of(world.bob) == world.before_bob
    with database.reading_core() as connection:
        assert rebuild(connection, check_only=True) == []
