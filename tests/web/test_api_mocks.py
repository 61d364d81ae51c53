"""A running mock over HTTP: state, polling, verbs, texts of two windows."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from interviewprep.services.interviews.prompts import PromptCard, list_prompts
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import load_learner
from interviewprep.storage import Database
from interviewprep.web.api.mock_models import RoundStateOut
from interviewprep.web.transactions import now

from ..built_in_decks import add_built_in
from .conftest import Browser, add_user, signed_in


class Candidate:
    """Somebody in a mock: a browser, and the address of the round in hand."""

    def __init__(self, database: Database, browser: Browser, user_id: int) -> None:
        self.database = database
        self.browser = browser
        self.user_id = user_id
        self.mock_id = uuid.UUID(int=0)
        self.position = 0

    @property
    def address(self) -> str:
        return f"/api/v1/mocks/{self.mock_id}/rounds/{self.position}"

    def prompts(self, interview: str) -> list[PromptCard]:
        with self.database.reading_core() as connection:
            every = list_prompts(connection, self.user_id)
        return [one for one in every if one.interview == interview]

    def start(self, kind: str, **choice: Any) -> None:
        with self.database.writing() as session:
            learner = load_learner(session.connection(), self.user_id)
            self.mock_id = start_mock(session, learner, Choice(kind, **choice), now()).id
        self.position = 0

    def get(self, query: str = "") -> TestResponse:
        return self.browser.get(self.address + query)

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get().get_json()
        RoundStateOut.model_validate(found)  # nothing more, and nothing less
        return found

    def post(self, verb: str, **body: Any) -> TestResponse:
        return self.browser.post(f"{self.address}/{verb}", json=body)

    def done(self, verb: str, **body: Any) -> dict[str, Any]:
        answer = self.post(verb, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def put(self, name: str, text: str, version: int) -> TestResponse:
        headers = {"X-CSRFToken": self.browser.csrf()}
        body = {"text": text, "version": version}
        return self.browser.client.put(f"{self.address}/texts/{name}", json=body, headers=headers)


@pytest.fixture
def with_decks(database: Database) -> Database:
    add_built_in(database)
    return database


@pytest.fixture
def alice(app: Flask, with_decks: Database) -> Candidate:
    user_id = add_user(with_decks, "alice@example.org")
    return Candidate(with_decks, signed_in(app, user_id), user_id)


def sentence(answer: TestResponse) -> str:
    return str(answer.get_json()["error"]["message"])


def test_the_state_has_the_plan_the_prompt_and_empty_texts(alice: Candidate) -> None:
    alice.start("coding", hides_difficulty=True)
    state = alice.state()
    assert state["mock"] == {
        "id": str(alice.mock_id),
        "kind": "coding",
        "is_bare": False,
        "rounds": 1,
        "has_interviewer": False,
    }
    assert state["round"]["label"] == "Coding"
    assert state["round"]["stages"][1]["panels"] == ["prompt", "notes"]
    assert state["round"]["running_since"].endswith("Z")
    [item] = state["items"]
    assert item["prompt_html"].startswith("<p>")
    assert item["difficulty"] is None
    assert item["hidden_names"] and item["test_names"]
    assert item["revealed"] is None
    assert state["texts"]["notes"] == {"text": "", "version": 0}


def test_polling_answers_304_until_something_moves(alice: Candidate) -> None:
    alice.start("coding")
    version = alice.state()["version"]
    assert alice.get(f"?since={version}").status_code == 304
    assert alice.done("stage", stage=3)["version"] == version + 1
    moved = alice.get(f"?since={version}")
    assert (moved.status_code, moved.get_json()["round"]["stage"]) == (200, 3)
    alice.position = 1
    assert alice.get(f"?since={version + 1}").status_code == 404


def test_a_stranger_finds_nothing_and_moves_nothing(app: Flask, alice: Candidate) -> None:
    alice.start("coding")
    bob = signed_in(app, add_user(alice.database, "bob@example.org"))
    before = alice.state()["version"]
    assert bob.get(alice.address).status_code == 404
    assert bob.get(f"{alice.address}?since={before}").status_code == 404
    for verb, body in (("pause", {}), ("stage", {"stage": 1}), ("finish", {})):
        assert bob.post(f"{alice.address}/{verb}", json=body).status_code == 404
    assert alice.state()["version"] == before


def test_two_windows_do_not_overwrite_each_other(alice: Candidate) -> None:
    alice.start("coding")
    first = alice.put("notes", "one", 0)
    assert first.get_json()["version"] == 1
    late = alice.put("notes", "two", 0)
    assert late.status_code == 409
    assert (late.get_json()["text"], late.get_json()["version"]) == ("one", 1)
    assert "nothing was overwritten" in sentence(late)
    assert alice.put("notes", "one", 0).get_json()["version"] == 1
    assert alice.put("notes", "one and two", 1).get_json()["version"] == 2
    assert alice.state()["texts"]["notes"] == {"text": "one and two", "version": 2}


def test_a_text_that_cannot_be_kept_is_refused_with_a_sentence(alice: Candidate) -> None:
    alice.start("coding")
    assert "is called notes" in sentence(alice.put("diary", "x", 0))
    assert "at most 200,000" in sentence(alice.put("notes", "x" * 200_001, 0))
    assert alice.put("asked", "[]", 0).status_code == 404
    alice.done("finish")
    after = alice.put("code", "x", 0)
    assert (after.status_code, after.get_json().get("text")) == (409, None)
    assert alice.put("notes", "kept", 0).status_code == 200


def test_only_submitting_hands_out_the_hidden_tests(alice: Candidate) -> None:
    prompt = alice.prompts("coding")[0]
    alice.start("coding", card_id=prompt.card_id)
    [item] = alice.state()["items"]
    names = [one["name"] for one in item["test_names"]]
    hidden = [one["name"] for one in item["hidden_names"]]
    ran = alice.done(
        "attempt",
        item=0,
        code="x = 1",
        kind="run",
        outcomes=[{"name": names[0], "passed": True, "label": "mine"}],
    )
    assert ran["items"][0]["outcomes"] == []
    early = alice.post("outcomes", item=0, outcomes=[])
    assert (early.status_code, sentence(early)) == (409, "Nothing was submitted yet.")
    submitted = alice.done("submit", item=0, code="x = 2")
    assert f"def {hidden[0]}" in submitted["hidden_tests"]
    assert submitted["submitted_code"] == "x = 2"
    again = alice.done("submit", item=0, code="x = 3")
    assert again["submitted_code"] == "x = 2"
    assert "no test called test_of_mine" in sentence(
        alice.post("outcomes", item=0, outcomes=[{"name": "test_of_mine", "passed": True}])
    )
    told = [{"name": hidden[0], "passed": True, "hidden": True, "label": "<b>", "message": ""}]
    state = alice.done("outcomes", item=0, outcomes=told)
    outcomes = {(one["name"], one["hidden"]): one for one in state["items"][0]["outcomes"]}
    assert outcomes[hidden[0], True]["passed"]
    assert outcomes[hidden[0], True]["label"] == item["hidden_names"][0]["label"]
    assert outcomes[names[0], False]["message"] == "This test was not run."
    assert state["items"][0]["revealed"]["solutions"]
    assert "hidden_tests" not in state
    assert alice.post("submit", item=0, code="x = 4").status_code == 409


def test_giving_up_shows_the_solutions_and_ends_submitting(alice: Candidate) -> None:
    alice.start("sql")
    alice.put("code", "SELECT 1", 0)
    state = alice.done("give-up", item=0)
    assert state["items"][0]["gave_up"] and state["items"][0]["revealed"]["wrong"]
    assert "given up" in sentence(alice.post("submit", item=0, code="SELECT 2"))


def test_a_bare_round_has_neither_hints_nor_pauses(alice: Candidate) -> None:
    alice.start("coding", is_bare=True)
    assert alice.state()["items"][0]["hints"] == {"taken": [], "left": 0}
    assert "no hints" in sentence(alice.post("hint", item=0))
    assert "cannot be paused" in sentence(alice.post("pause"))
    assert alice.state()["round"]["state"] == "running"


def test_a_paused_round_gives_nothing_until_it_goes_on(alice: Candidate) -> None:
    alice.start("coding")
    assert alice.done("pause")["round"]["running_since"] is None
    assert sentence(alice.post("hint", item=0)) == "The clock is paused; resume first."
    assert alice.done("resume")["round"]["running_since"]
    assert len(alice.done("hint", item=0)["items"][0]["hints"]["taken"]) == 1


def test_facts_come_to_those_who_ask_and_stay(alice: Candidate) -> None:
    prompt = next(one for one in alice.prompts("system-design") if "Rate limiter" in one.title)
    alice.start("system-design", card_id=prompt.card_id)
    assert alice.state()["items"][0]["facts"] == []
    given = alice.done("facts", item=0, asked="What is the latency requirement?")
    assert given["given"]["row"] == 2
    assert "5 ms" in given["items"][0]["facts"][0]["answer_html"]
    open_one = alice.done("facts", item=0, asked="What is your favourite colour?")
    assert open_one["given"] == {
        "row": None,
        "said": "That is open; assume something sensible and say so.",
    }
    again = alice.done("facts", item=0, asked="What is the  latency requirement?")
    assert again["given"]["row"] == 2
    assert again["version"] == open_one["version"]
    assert [(one["row"], one["asked"]) for one in alice.state()["items"][0]["facts"]] == [
        (2, "What is the latency requirement?"),
        (None, "What is your favourite colour?"),
    ]
    assert "asked" not in alice.state()["texts"]


def test_the_requirement_changes_from_half_way_on_and_once(alice: Candidate) -> None:
    alice.start("system-design")
    [item] = alice.state()["items"]
    assert (item["has_change"], item["change"], item["change_due"]) == (True, None, False)
    assert "not yet" in sentence(alice.post("change", item=0))
    stages = alice.state()["round"]["stages"]
    place = next(n for n, stage in enumerate(stages) if "change" in stage["panels"])
    assert alice.done("stage", stage=place)["items"][0]["change_due"]
    changed = alice.done("change", item=0)
    change = changed["items"][0]["change"]
    assert change and not changed["items"][0]["change_due"]
    assert alice.done("change", item=0)["version"] == changed["version"]
    left = changed["items"][0]["follow_ups"]["left"]
    for _ in range(left):
        shown = alice.done("follow-up", item=0)["items"][0]["follow_ups"]["shown"]
    assert len(shown) == left and change not in [one["question_html"] for one in shown]
    assert "no further" in sentence(alice.post("follow-up", item=0))
    marked = alice.done("follow-up/answered", item=0, n=1, answered=True)
    assert [one["answered"] for one in marked["items"][0]["follow_ups"]["shown"]][:2] == [
        None,
        True,
    ]
    missing = alice.post("follow-up/answered", item=0, n=left, answered=True)
    assert missing.status_code == 409


def test_questions_come_one_by_one_and_answers_when_asked_for(alice: Candidate) -> None:
    alice.start("concepts")
    [item] = alice.state()["items"]
    total = 1 + item["questions_left"]
    assert 5 <= total <= 8
    assert [one["answer_html"] for one in item["questions"]] == [None]
    shown = alice.done("question", item=0, n=0, grade=None)["items"][0]["questions"]
    assert len(shown) == 1 and shown[0]["answer_html"] and shown[0]["grade"] is None
    assert "not asked yet" in sentence(alice.post("question", item=0, n=1, grade="good"))
    for n in range(total):
        state = alice.done("question", item=0, n=n, grade="good")
    questions = state["items"][0]["questions"]
    assert [one["grade"] for one in questions] == ["good"] * total
    assert state["items"][0]["questions_left"] == 0
    regraded = alice.done("question", item=0, n=0, grade="again")
    assert regraded["items"][0]["questions"][0]["grade"] == "again"


def test_a_round_that_waits_shows_no_prompt_before_it_begins(alice: Candidate) -> None:
    alice.start("loop", rounds=(("coding", 45), ("behavioral", 30)))
    alice.position = 1
    waiting = alice.state()
    assert (waiting["items"], waiting["round"]["break_until"]) == ([], None)
    assert "before this one" in sentence(alice.post("begin"))
    assert "has not begun" in sentence(alice.post("stage", stage=1))
    alice.position = 0
    alice.done("finish")
    alice.position = 1
    assert alice.state()["round"]["break_until"]
    begun = alice.done("begin")
    assert (begun["round"]["state"], len(begun["items"])) == ("running", 4)


def test_a_finished_round_takes_nothing_more(alice: Candidate) -> None:
    alice.start("coding")
    alice.done("finish")
    assert alice.done("finish")["round"]["state"] == "scoring"
    for verb, body in (
        ("stage", {"stage": 1}),
        ("pause", {}),
        ("resume", {}),
        ("hint", {"item": 0}),
        ("submit", {"item": 0, "code": ""}),
        ("give-up", {"item": 0}),
    ):
        refused = alice.post(verb, **body)
        assert (refused.status_code, sentence(refused)) == (
            409,
            "This round is over; score it now.",
        )


@pytest.mark.parametrize(
    ("verb", "body", "reason"),
    [
        ("hint", {"item": "0"}, "field item"),
        ("facts", {"item": 0, "asked": " "}, "field asked"),
        ("question", {"item": 0, "n": 0, "grade": "superb"}, "field grade"),
        ("submit", {"item": 0, "code": "x" * 100_001}, "at most 100,000"),
        ("attempt", {"item": 0, "code": "", "outcomes": [], "kind": "submit"}, "field kind"),
        ("attempt", {"item": 0, "code": "", "outcomes": [{"name": "a"}]}, "passed"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(
    alice: Candidate, verb: str, body: dict[str, Any], reason: str
) -> None:
    alice.start("coding")
    refused = alice.post(verb, **body)
    assert refused.status_code == 422
    assert reason in sentence(refused)


def test_what_a_round_does_not_have_is_not_found(alice: Candidate) -> None:
    alice.start("coding")
    assert sentence(alice.post("stage", stage=99)) == "This round has no such stage."
    missing = alice.post("hint", item=7)
    assert (missing.status_code, sentence(missing)) == (404, "This round has no such prompt.")
