"""Two requests about one mock at the same moment: one comes first, and none is an error."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from interviewprep.services.interviews import running
from interviewprep.services.interviews.links import create_link
from interviewprep.services.interviews.scoring import save_scores
from interviewprep.services.interviews.sheets import Given, load_sheet
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import load_learner
from interviewprep.services.rebuilding import rebuild
from interviewprep.storage import Database, InterviewerLink, Mock, MockRound, Review, Score

from ..services.interviews.mocks import add_prompt
from .conftest import Browser, add_user, signed_in

Press = Callable[["Sitting"], int]
ROUNDS = 4


class Sitting:
    """A mock of Alice's in one of its states, her browser, and the interviewer's."""

    def __init__(self, app: Flask, database: Database, alice: int, card_id: int, at: str) -> None:
        self.app, self.alice = app, alice
        now = datetime.now(UTC)
        with database.writing() as session:
            learner = load_learner(session.connection(), alice)
            choice = Choice("coding", card_id=card_id)
            self.mock_id = start_mock(session, learner, choice, now).id
            token = create_link(session, alice, self.mock_id, now)
            if at != "running":
                running.finish_round(session, learner, self.mock_id, 0, now)
            if at == "scored":
                places = load_sheet(session, alice, self.mock_id, 0).places
                given = dict.fromkeys(places, Given(2, "Said it."))
                save_scores(session, alice, self.mock_id, 0, given, now)
        self.friend = Browser(app.test_client())
        assert self.friend.post(f"/interviewer/{token}").status_code == 303

    def page(self, path: str, **form: str) -> int:
        browser = signed_in(self.app, self.alice)
        return browser.post(f"/mocks/{self.mock_id}/{path}", data=form).status_code

    def verb(self, name: str, **body: object) -> int:
        browser = signed_in(self.app, self.alice)
        path = f"/api/v1/mocks/{self.mock_id}/rounds/0/{name}"
        return browser.post(path, json=body or None).status_code

    def text(self) -> int:
        browser = signed_in(self.app, self.alice)
        return browser.client.put(
            f"/api/v1/mocks/{self.mock_id}/rounds/0/texts/notes",
            json={"text": str(uuid.uuid4()), "version": 0},
            headers={"X-CSRFToken": browser.csrf()},
        ).status_code

    def scores(self) -> int:
        form = {f"level-0-{row}": "2" for row in range(5)}
        form |= {f"evidence-0-{row}": "Saw it." for row in range(5)}
        return self.page("rounds/0/score", do="done", **form)

    def heard(self) -> int:
        form = {"item": "0", "level-0": "3", "evidence-0": "Heard it."}
        return self.friend.post("/interviewing/scores", data=form).status_code

    def look(self) -> int:
        return self.friend.get("/interviewing/state").status_code


def submit(one: Sitting) -> int:
    return one.verb("submit", item=0, code="x")


def outcomes(one: Sitting) -> int:
    return one.verb("outcomes", item=0, outcomes=[{"name": "test_one", "passed": True}])


def give_up(one: Sitting) -> int:
    return one.verb("give-up", item=0)


def hint(one: Sitting) -> int:
    return one.verb("hint", item=0)


def finish(one: Sitting) -> int:
    return one.verb("finish")


def discard(one: Sitting) -> int:
    return one.page("discard")


def end(one: Sitting) -> int:
    return one.page("end")


def undo(one: Sitting) -> int:
    return one.page("undo")


PAIRS: list[tuple[str, Press, Press]] = [
    ("running", submit, submit),
    ("running", submit, give_up),
    ("running", submit, outcomes),
    ("running", finish, submit),
    ("running", hint, hint),
    ("running", discard, Sitting.text),
    ("running", discard, Sitting.heard),
    ("running", discard, Sitting.look),
    ("running", Sitting.text, Sitting.text),
    ("scoring", Sitting.scores, Sitting.scores),
    ("scoring", Sitting.scores, Sitting.heard),
    ("scoring", Sitting.scores, discard),
    ("scored", end, end),
    ("scored", end, discard),
    ("scored", end, Sitting.scores),
    ("scored", end, Sitting.heard),
    ("scored", end, undo),
    ("scored", discard, discard),
]


def at_once(sitting: Sitting, *presses: Press) -> list[int]:
    """Return the statuses of requests that are sent at the same moment."""
    start, said = threading.Barrier(len(presses)), list[int]()

    def press(how: Press) -> None:
        start.wait()
        said.append(how(sitting))

    threads = [threading.Thread(target=press, args=(how,)) for how in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.parametrize(
    ("at", "one", "other"), PAIRS, ids=lambda each: getattr(each, "__name__", each)
)
def test_two_at_once_take_turns(
    app: Flask, database: Database, at: str, one: Press, other: Press
) -> None:
    alice = add_user(database, "alice@example.org")
    with database.writing() as session:
        card_id = add_prompt(session, alice, datetime.now(UTC), kind="coding")
    for _ in range(ROUNDS):
        sitting = Sitting(app, database, alice, card_id, at)
        said = at_once(sitting, one, other)
        assert len(said) == 2 and max(said) < 500, said
    with database.reading() as session:
        mocks = session.scalar(select(func.count()).select_from(Mock))
        for table in (MockRound, InterviewerLink):
            assert session.scalar(select(func.count()).select_from(table)) == mocks
        known = set(session.scalars(select(Mock.id)))
        assert set(session.scalars(select(Score.mock_id))) <= known
        ended = session.scalars(select(Mock).where(Mock.effects.is_not(None))).all()
        moved = [review for mock in ended for review in (mock.effects or {})["reviews"]]
        rows = session.scalars(select(Review.id).where(Review.kind == "mock")).all()
        assert sorted(moved) == sorted(map(str, rows))
    with database.reading_core() as connection:
        assert rebuild(connection, check_only=True) == []
