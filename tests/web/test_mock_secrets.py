"""Nothing that a candidate receives gives away what they were not given yet.

Each test goes through an interview as its candidate and reads every answer on the way: those of the
API, and after each step every page of the program there is.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from interviewprep.core.prompts import Prompt, named_tests
from interviewprep.core.rendering import render_markdown
from interviewprep.services.enrolling import enrol
from interviewprep.services.interviews.prompts import PromptCard, list_prompts, load_prompt
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import load_learner
from interviewprep.storage import Card, Database, RoundItem
from interviewprep.web.transactions import now

from ..built_in_decks import add_built_in
from .conftest import Browser, add_user, signed_in

TAG = re.compile(r"</?[a-zA-Z!][^>]*>")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
SHORTEST = 16
NOT_ASKED = frozenset({"/static/<path:filename>", "/media/<sha256>/<path:label>"})


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """On one engine only: what an answer shows does not depend on where it was kept."""
    return sqlite_database


def read(text: str) -> str:
    """What one reads of a page or of JSON: no tags, no escapes, all white space alike."""
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    text = text.replace("\\n", " ").replace("\\t", " ").replace('\\"', '"')
    return " ".join(unescape(TAG.sub("", unescape(text))).split())


def told(markdown: str) -> str:
    """A text as a page would show it, cut to what can be looked for."""
    return read(render_markdown(markdown))[:150]


def lines(code: str) -> Iterator[str]:
    for line in code.splitlines():
        line = read(line)
        if len(line) >= SHORTEST:
            yield line


def secrets_of(prompt: Prompt) -> dict[str, set[str]]:
    """What a prompt holds beyond what is open, by name, as texts to look for."""
    found: dict[str, Iterable[str]] = {
        "hidden": lines(prompt.hidden_tests),
        "solution": [line for code in prompt.solutions for line in lines(code)],
        "wrong": [line for one in prompt.wrong for line in lines(one.code)],
        "reasons": [told(one.reason) for one in prompt.wrong],
        "after code": [
            told(text) for text in (prompt.complexity, prompt.pitfalls, prompt.solution_text)
        ],
        "outline": map(told, _sentences(prompt.outline)),
        "numbers": map(told, _sentences(prompt.numbers)),
        "example": map(told, _sentences(prompt.example)),
        "strong": map(told, prompt.strong_signals),
        "weak": map(told, prompt.weak_signals),
        "star": map(told, prompt.star),
        "rubric": [told(level) for row in prompt.rubric for level in row.levels],
        **{f"hint {n}": [told(hint)] for n, hint in enumerate(prompt.hints)},
        **{f"fact {n}": [told(one.answer)] for n, one in enumerate(prompt.facts)},
        **{f"fact asked {n}": [told(one.asked)] for n, one in enumerate(prompt.facts)},
        **{f"follow-up {n}": [told(one.question)] for n, one in enumerate(prompt.follow_ups)},
        "good answers": [told(one.good_answer) for one in prompt.follow_ups],
        **{f"question {n}": [told(one.question)] for n, one in enumerate(prompt.ladder)},
        **{f"answer {n}": [told(one.good_answer)] for n, one in enumerate(prompt.ladder)},
    }
    is_open = read(
        " ".join(
            (
                *(prompt.title, told(prompt.opening), prompt.opening, prompt.starter, prompt.tests),
                *(
                    word
                    for test in named_tests(prompt.hidden_tests)
                    for word in (test.name, test.label)
                ),
            )
        )
    )
    return {
        name: {text for text in texts if len(text) >= SHORTEST and text.strip('"') not in is_open}
        for name, texts in found.items()
    }


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=\.)\s+", text) if len(part) > 2 * SHORTEST]


class Watched:
    """A candidate whose every answer is searched for what is still secret."""

    def __init__(self, app: Flask, database: Database, user_id: int) -> None:
        self.app = app
        self.database = database
        self.browser: Browser = signed_in(app, user_id)
        self.user_id = user_id
        self.mock_id = uuid.UUID(int=0)
        self.secrets: dict[str, set[str]] = {}
        self.searched = 0

    def begin(self, interview: str, title: str = "", **choice: Any) -> Prompt:
        card = self.card(interview, title)
        with self.database.writing() as session:
            _, prompt = load_prompt(session.connection(), self.user_id, card.card_id)
            enrol(session, self.user_id, card.deck_id, now())
            note_id = session.get_one(Card, card.card_id).note_id
            learner = load_learner(session.connection(), self.user_id)
            chosen = Choice(interview, card_id=card.card_id, **choice)
            self.mock_id = start_mock(session, learner, chosen, now()).id
        self.secrets = secrets_of(prompt)
        self.words = self._words_to_search_for()
        self.ids = {
            "card_id": card.card_id,
            "deck_id": card.deck_id,
            "note_id": note_id,
            "mock_id": self.mock_id,
            "position": 0,
        }
        return prompt

    def card(self, interview: str, title: str) -> PromptCard:
        with self.database.reading_core() as connection:
            every = list_prompts(connection, self.user_id)
        return next(one for one in every if one.interview == interview and title in one.title)

    def _words_to_search_for(self) -> list[str]:
        """A phrase of each kind of secret, as somebody would type it who wants to know."""
        phrases = [min(texts) for texts in self.secrets.values() if texts]
        return [" ".join(re.findall(r"[A-Za-z]{3,}", phrase)[:4]) for phrase in phrases]

    def search(
        self, answer: TestResponse, *, but: tuple[str, ...] = (), echoed: str = ""
    ) -> TestResponse:
        body = read(answer.get_data(as_text=True))
        found = [
            f"{answer.request.path}: {name}: {text}"
            for name, texts in self.secrets.items()
            if name not in but
            for text in texts
            if text in body and text not in echoed
        ]
        assert found == []
        self.searched += 1
        return answer

    def get(self, path: str) -> None:
        self.search(self.browser.get(path))

    def post(self, verb: str, *, but: tuple[str, ...] = (), **body: Any) -> dict[str, Any]:
        path = f"/api/v1/mocks/{self.mock_id}/rounds/0/{verb}"
        answer = self.search(self.browser.post(path, json=body), but=but)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text)  # type: ignore[no-any-return]

    def open(self, *names: str) -> None:
        """These may be seen from now on."""
        for name in names:
            for text in self.secrets.pop(name, set()):
                for others in self.secrets.values():
                    others.discard(text)

    def look_everywhere(self) -> None:
        """Get every page and every answer that takes no more than what belongs to the mock."""
        self.get(f"/api/v1/mocks/{self.mock_id}/rounds/0?since=0")
        for rule in self.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.rule in NOT_ASKED:
                continue
            if set(rule.arguments) <= self.ids.keys():
                values = {name: self.ids[name] for name in rule.arguments}
                with self.app.test_request_context():
                    self.get(self.app.url_map.bind("localhost").build(rule.endpoint, values))
        for words in self.words:
            page = self.browser.get("/search", query_string={"q": words})
            self.search(page, echoed=words)
            assert f"/cards/{self.ids['card_id']}" not in page.text, words


@pytest.fixture
def candidate(app: Flask, database: Database) -> Watched:
    add_built_in(database)
    return Watched(app, database, add_user(database, "alice@example.org"))


def test_the_search_of_this_test_finds_what_is_there(candidate: Watched) -> None:
    prompt = candidate.begin("coding")
    candidate.open("solution", "wrong", "reasons", "after code")
    with pytest.raises(AssertionError, match="hidden"):
        candidate.post("submit", item=0, code="")
    assert candidate.secrets["hidden"] and prompt.hidden_tests


@pytest.mark.parametrize("interview", ["coding", "sql"])
def test_a_session_with_code_gives_nothing_away(candidate: Watched, interview: str) -> None:
    prompt = candidate.begin(interview)
    expected = {"solution", "wrong", "hint 0", "hint 1"}
    assert expected <= {name for name, texts in candidate.secrets.items() if texts}
    candidate.look_everywhere()
    candidate.post("stage", stage=3)
    candidate.open("hint 0")
    candidate.post("hint", item=0)
    candidate.post("attempt", item=0, code="x = 1", outcomes=[])
    candidate.look_everywhere()
    if prompt.follow_ups:
        candidate.open("follow-up 0")
        candidate.post("follow-up", item=0)
    candidate.open("solution", "wrong", "reasons", "after code")
    submitted = candidate.post("submit", item=0, code="x = 2", but=("hidden",))
    assert submitted["hidden_tests"] == prompt.hidden_tests
    candidate.post("outcomes", item=0, outcomes=[])
    candidate.look_everywhere()
    candidate.open("rubric")
    candidate.post("finish")
    candidate.look_everywhere()
    assert candidate.searched > 100


def test_practising_the_exercise_meanwhile_gives_nothing_away(candidate: Watched) -> None:
    candidate.begin("coding")
    address = f"/api/v1/exercises/{candidate.ids['card_id']}"
    for verb, body in (("hint", {"taken": 0}), ("submit", {"code": ""}), ("give-up", {"code": ""})):
        answer = candidate.search(candidate.browser.post(f"{address}/{verb}", json=body))
        assert answer.status_code == 409 and "mock interview" in answer.text
    run = candidate.browser.post(f"{address}/attempts", json={"code": "x", "outcomes": []})
    assert candidate.search(run).status_code == 200
    candidate.get(f"/exercises/{candidate.ids['card_id']}")
    candidate.open("solution", "wrong", "reasons", "after code")
    candidate.post("submit", item=0, code="", but=("hidden",))
    answer = candidate.browser.post(f"{address}/submit", json={"code": ""})
    assert answer.get_json()["hidden_tests"]


def test_an_exercise_given_up_before_shows_no_solution_while_a_mock_asks_it(
    candidate: Watched,
) -> None:
    card_id = candidate.card("coding", "").card_id
    answer = candidate.browser.post(f"/api/v1/exercises/{card_id}/give-up", json={"code": ""})
    assert answer.get_json()["state"]["revealed"]["solutions"]
    candidate.begin("coding")
    candidate.look_everywhere()


def test_giving_up_shows_the_solutions_and_no_hidden_test(candidate: Watched) -> None:
    candidate.begin("coding")
    candidate.open("solution", "wrong", "reasons", "after code")
    state = candidate.post("give-up", item=0)
    assert state["items"][0]["revealed"]["solutions"]
    candidate.look_everywhere()


@pytest.mark.parametrize(
    ("interview", "title", "question", "row"),
    [
        ("system-design", "Rate limiter", "What is the latency requirement?", 2),
        ("ml-system-design", "fraud", "Is there any regulation?", 5),
    ],
)
def test_a_design_session_gives_nothing_away(
    candidate: Watched, interview: str, title: str, question: str, row: int
) -> None:
    prompt = candidate.begin(interview, title)
    for name in ("outline", "numbers", "strong", "weak", "rubric", "good answers", "follow-up 0"):
        assert candidate.secrets[name], name
    candidate.look_everywhere()
    candidate.open(f"fact {row}", f"fact asked {row}")
    assert candidate.post("facts", item=0, asked=question)["given"]["row"] == row
    candidate.post("facts", item=0, asked="What is your favourite colour?")
    candidate.look_everywhere()
    stages = candidate.post("stage", stage=1)["round"]["stages"]
    change = next(n for n, stage in enumerate(stages) if "change" in stage["panels"])
    candidate.post("stage", stage=change)
    candidate.open("follow-up 0")
    assert candidate.post("change", item=0)["items"][0]["change"]
    for n in range(1, len(prompt.follow_ups)):
        candidate.look_everywhere()
        candidate.open(f"follow-up {n}")
        candidate.post("follow-up", item=0)
    candidate.open("rubric")
    candidate.post("finish")
    candidate.look_everywhere()
    for name in ("outline", "numbers", "strong", "weak", "good answers"):
        assert candidate.secrets[name], name


def test_a_concepts_session_gives_nothing_away(candidate: Watched) -> None:
    prompt = candidate.begin("concepts", "rare")
    state = candidate.browser.get(f"/api/v1/mocks/{candidate.mock_id}/rounds/0").get_json()
    total = 1 + state["items"][0]["questions_left"]
    place = {told(one.question): n for n, one in enumerate(prompt.ladder)}

    def first_asked(state: dict[str, Any]) -> int | None:
        return place.get(read(state["items"][0]["questions"][-1]["html"])[:150])

    n = first_asked(state)
    candidate.open(f"question {n}")
    candidate.look_everywhere()
    for asked in range(total):
        candidate.open(f"answer {n}")
        state = candidate.post("question", item=0, n=asked, grade=None)
        path = f"/api/v1/mocks/{candidate.mock_id}/rounds/0/question"
        body = {"item": 0, "n": asked, "grade": "good"}
        graded = candidate.browser.post(path, json=body)
        n = first_asked(graded.get_json())
        candidate.open(f"question {n}")
        candidate.search(graded)
    candidate.look_everywhere()
    left = [name for name in candidate.secrets if name.startswith("answer")]
    assert len(left) == len(prompt.ladder) - sum(
        one["card_id"] is None for one in questions_of(candidate)
    )
    candidate.open("rubric")
    candidate.post("finish")
    candidate.look_everywhere()
    assert candidate.secrets["strong"] and candidate.secrets["weak"]


def questions_of(candidate: Watched) -> list[dict[str, Any]]:
    with candidate.database.reading() as session:
        key = (candidate.user_id, candidate.mock_id, 0, 0)
        return session.get_one(RoundItem, key).questions


def test_a_behavioral_session_gives_nothing_away(candidate: Watched) -> None:
    prompt = candidate.begin("behavioral", "worked offline")
    for name in ("star", "example", "strong", "weak", "rubric", "follow-up 0"):
        assert candidate.secrets[name], name
    candidate.look_everywhere()
    candidate.post("stage", stage=1)
    for n in range(len(prompt.follow_ups)):
        candidate.open(f"follow-up {n}")
        candidate.post("follow-up", item=0)
    candidate.post("follow-up/answered", item=0, n=0, answered=False)
    candidate.look_everywhere()
    candidate.open("rubric")
    candidate.post("finish")
    candidate.look_everywhere()


def test_difficulty_stays_hidden_in_every_answer_of_the_mock(candidate: Watched) -> None:
    candidate.begin("coding", hides_difficulty=True)
    for verb, body in (("stage", {"stage": 3}), ("hint", {"item": 0}), ("finish", {})):
        candidate.open("hint 0", "rubric")
        assert candidate.post(verb, **body)["items"][0]["difficulty"] is None
