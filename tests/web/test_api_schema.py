"""What the API says of itself against what it does, by thousands of requests made from its own
description, good and bad. The same requests every time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from waitress.server import create_server

from interviewprep import create_app
from interviewprep.config import read_settings
from interviewprep.services.interviews.kinds import get_kind
from interviewprep.services.interviews.prompts import list_prompts
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import load_learner
from interviewprep.services.tokens import create_token
from interviewprep.storage import Database
from interviewprep.web.api.description import description

from ..built_in_decks import add_built_in
from ..services.conftest import add_deck
from .conftest import add_user

EXAMPLES = 60


@dataclass(frozen=True)
class Served:
    """`mock_id` is of an interview that runs, `exercise_id` of a coding exercise."""

    base_url: str
    token: str
    mock_id: str
    exercise_id: int


@pytest.fixture(scope="module")
def served(empty_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server on the loopback, with a learner who has cards and a token that may write."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "interviewprep.db").write_bytes(empty_sqlite_file.read_bytes())
    app = create_app(read_settings({"INTERVIEWPREP_DATA_DIR": str(folder)}))
    database: Database = app.extensions["database"]
    add_built_in(database)
    user_id = add_user(database, "alice@example.org")
    add_deck(database, user_id, cards=3)
    with database.writing() as session:
        token = create_token(session, user_id, datetime.now(UTC)).token
        learner = load_learner(session.connection(), user_id)
        choice = Choice("loop", rounds=(("coding", 45), ("system-design", 45)))
        mock_id = str(start_mock(session, learner, choice, datetime.now(UTC)).id)
        exercises = list_prompts(session.connection(), user_id, kind=get_kind("coding"))
        exercise_id = exercises[0].card_id
    server = create_server(app, host="127.0.0.1", port=0, threads=2)
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            server.asyncore.loop(timeout=0.1, map=server._map, count=1)

    thread = threading.Thread(target=serve)
    thread.start()
    yield Served(f"http://127.0.0.1:{server.effective_port}", token, mock_id, exercise_id)
    ended.set()
    thread.join()
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server._map)
    database.close()


schema = schemathesis.openapi.from_dict(description())


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_the_api_does_what_it_says(case: Any, served: Served) -> None:
    if "mock_id" in case.path_parameters and case.path_parameters.get("position") in (0, 1):
        case.path_parameters["mock_id"] = served.mock_id
    card_id = case.path_parameters.get("card_id")
    if "/exercises/" in case.path and isinstance(card_id, int) and 0 <= card_id < 2**62:
        case.path_parameters["card_id"] = served.exercise_id
    answer = case.call_and_validate(
        base_url=served.base_url, headers={"Authorization": f"Bearer {served.token}"}
    )
    assert answer.status_code < 500
