"""Exercises over HTTP: the list, the page, what is kept, and what stays secret until when."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.core.prompts import Prompt, named_tests
from interviewprep.services.interviews.prompts import list_prompts, load_prompt
from interviewprep.storage import Card, CardMark, CodeAttempt, Database, Memory, Note, Practice

from ..built_in_decks import add_built_in
from .conftest import Browser, add_user, signed_in
from .test_decks import user_id
from .test_mock_secrets import read, secrets_of

SECRET = ("hidden", "solution", "wrong", "reasons", "after code", "good answers")


class Practising:
    """A learner at the page of one exercise, by the requests that it makes."""

    def __init__(self, database: Database, browser: Browser, owner: int, kind: str) -> None:
        with database.reading_core() as connection:
            prompts = list_prompts(connection, owner)
            self.card_id = next(one.card_id for one in prompts if one.kind == kind)
            self.prompt: Prompt = load_prompt(connection, owner, self.card_id)[1]
        self.browser = browser
        self.said: list[str] = []

    def page(self) -> str:
        text = self.browser.get(f"/exercises/{self.card_id}").text
        self.said.append(text)
        return text

    def ask(self, path: str, status: int = 200, method: str = "POST", **body: Any) -> Any:
        headers = {"X-CSRFToken": self.browser.csrf()}
        answer = self.browser.client.open(
            f"/api/v1/exercises/{self.card_id}/{path}", method=method, json=body, headers=headers
        )
        assert answer.status_code == status, answer.text
        self.said.append(answer.text)
        return answer.get_json()

    def outcomes(self, *, passed: bool = True) -> list[dict[str, Any]]:
        cases = [*named_tests(self.prompt.tests), *named_tests(self.prompt.hidden_tests)]
        return [{"name": case.name, "label": case.label, "passed": passed} for case in cases]

    def submit(self, *, passed: bool = True) -> Any:
        submitted = self.ask("submit", code="x = 1")
        attempt = submitted["attempt"]["id"]
        return self.ask("outcomes", attempt=attempt, outcomes=self.outcomes(passed=passed))

    def read(self) -> str:
        return " ".join(map(read, self.said))


@pytest.fixture
def practising(database: Database, alice: Browser) -> Practising:
    add_built_in(database)
    return Practising(database, alice, user_id(database, "alice"), "coding")


def test_the_list_has_every_prompt_by_kind_and_can_be_searched(
    practising: Practising, database: Database
) -> None:
    browser = practising.browser
    page = browser.get("/exercises").text
    with database.reading_core() as connection:
        prompts = list_prompts(connection, user_id(database, "alice"))
    assert all(one.title in read(page) for one in prompts)
    assert page.index(">Coding<") < page.index(">SQL<") < page.index(">Behavioral<")
    assert f'href="/exercises/{practising.card_id}"' in page
    design = next(one for one in prompts if one.kind == "design")
    assert f'href="/mocks/new?prompt={design.card_id}"' in page
    assert f'href="/exercises/{design.card_id}"' not in page
    found = browser.get(f"/exercises?q={practising.prompt.title.upper()}").text
    assert "1 prompt for" in found and design.title not in read(found)
    assert "Nothing is called so" in browser.get("/exercises?q=nothing+of+the+sort").text


def test_a_list_without_prompts_says_where_they_come_from(alice: Browser) -> None:
    assert "No exercises yet" in alice.get("/exercises").text


def test_looking_at_an_exercise_changes_nothing(practising: Practising, database: Database) -> None:
    page = practising.page()
    assert practising.prompt.starter.split("\n")[0] in read(page)
    with database.reading() as session:
        assert not session.scalars(select(Practice)).all()
        assert not session.scalars(select(Memory)).all()


@pytest.mark.parametrize("kind", ["coding", "sql"])
def test_nothing_is_given_away_before_it_is_time(
    practising: Practising, database: Database, kind: str
) -> None:
    owner = user_id(database, "alice")
    practising = Practising(database, practising.browser, owner, kind)
    secrets = secrets_of(practising.prompt)
    practising.page()
    practising.ask("code", method="PUT", text="x", version=0)
    practising.ask("attempts", code="x", outcomes=practising.outcomes()[:1])
    for place, hint in enumerate(practising.prompt.hints):
        told = practising.read()
        for later in range(place, len(practising.prompt.hints)):
            assert not any(one in told for one in secrets[f"hint {later}"])
        assert practising.ask("hint", taken=place)["state"]["hints"]["left"] == (
            len(practising.prompt.hints) - place - 1
        ), hint
    for address in (f"/cards/{practising.card_id}", f"/api/v1/cards/{practising.card_id}"):
        practising.said.append(practising.browser.get(address).text)
    told = practising.read()
    for name in SECRET:
        assert not any(one in told for one in secrets[name]), name
    submitted = practising.ask("submit", code="x")
    assert submitted["hidden_tests"] == practising.prompt.hidden_tests
    practising.said.clear()
    state = practising.ask(
        "outcomes", attempt=submitted["attempt"]["id"], outcomes=practising.outcomes(passed=False)
    )["state"]
    assert state["revealed"] is None and state["grading"]["proposed"] == "again"
    practising.page()
    told = practising.read()
    for name in SECRET:
        assert not any(one in told for one in secrets[name]), name
    practising.ask("give-up", code="x")
    practising.page()
    told = practising.read()
    for name in SECRET:
        for one in secrets[name]:
            assert (one in told) is (name != "hidden"), (name, one)


def test_a_grade_says_what_it_leads_to_and_keeps_its_promise(
    practising: Practising, database: Database
) -> None:
    practising.page()
    grading = practising.submit()["state"]["grading"]
    assert grading["proposed"] == "easy" and set(grading["outcomes"]) == {
        "again",
        "hard",
        "good",
        "easy",
    }
    answer_id = str(uuid.uuid4())
    promised = grading["outcomes"]["good"]
    body = {
        "id": answer_id,
        "version": grading["version"],
        "grade": "good",
        "promised_due_day": promised["due_day"],
    }
    graded = practising.ask("grade", **body)
    assert graded["status"] == "stored" and graded["due_at"] == promised["due_at"]
    assert practising.ask("grade", **body)["status"] == "repeated"
    with database.reading() as session:
        memory = session.scalars(select(Memory)).one()
        assert str(memory.due_day) == promised["due_day"]
    back = practising.ask("undo", id=answer_id)
    assert back["status"] == "stored" and back["state"]["grading"]["proposed"] == "easy"
    assert back["state"]["grading"]["version"] == 2
    assert practising.ask("undo", id=answer_id)["status"] == "repeated"


def test_refusals_say_what_to_do(practising: Practising) -> None:
    assert "before you grade" in str(
        practising.ask("grade", 409, id=str(uuid.uuid4()), version=0, grade="good")
    )
    practising.ask("give-up", code="")
    assert "over" in str(practising.ask("submit", 409, code=""))
    assert practising.ask("code", 409, "PUT", text="x", version=3)["text"] == (
        practising.prompt.starter
    )
    many = [{"name": "n", "passed": True}] * 201
    assert "outcomes" in str(practising.ask("attempts", 422, code="", outcomes=many))
    assert "code" in str(practising.ask("submit", 422, code="x" * 100_001))
    assert "no more hints" in str(practising.ask("hint", 409, taken=99))
    practising.ask("outcomes", 404, attempt=str(uuid.uuid4()), outcomes=[])
    practising.ask("undo", 404, id=str(uuid.uuid4()))


def test_data_inside_the_page_cannot_end_its_script(practising: Practising) -> None:
    practising.ask("code", method="PUT", text="</script><b>bold</b>", version=0)
    page = practising.page()
    held = page.partition('id="exercise-data"')[2].partition(">")[2].partition("</script>")[0]
    assert json.loads(held)["state"]["code"] == "</script><b>bold</b>"
    assert "<b>bold" not in page


def test_the_card_of_a_prompt_leads_to_where_it_is_done(
    practising: Practising, database: Database
) -> None:
    browser, card_id = practising.browser, practising.card_id
    page = browser.get(f"/cards/{card_id}").text
    assert f"<h1>{practising.prompt.title}</h1>" in page
    assert f'href="/exercises/{card_id}"' in page and f"/mocks/new?prompt={card_id}" in page
    owner = user_id(database, "alice")
    design = Practising(database, browser, owner, "design").card_id
    page = browser.get(f"/cards/{design}").text
    assert f'href="/exercises/{design}"' not in page and f"/mocks/new?prompt={design}" in page
    refused = browser.get(f"/exercises/{design}")
    assert refused.status_code == 404 and "start a mock interview" in refused.text


def test_ones_own_version_of_an_exercise_takes_along_what_was_done(
    practising: Practising, database: Database
) -> None:
    browser, old = practising.browser, practising.card_id
    practising.ask("hint", taken=0)
    practising.ask("attempts", code="mine = 1", outcomes=[])
    with database.reading() as session:
        note_id = session.get_one(Card, old).note_id
    answer = browser.post(f"/notes/{note_id}/own-version")
    edit_page = answer.headers["Location"]
    assert "### Solution" in browser.get(edit_page).text
    with database.reading() as session:
        copy = session.scalars(select(Note).where(Note.owner_id.is_not(None))).one()
        new = session.scalars(select(Card.id).where(Card.note_id == copy.id)).one()
        assert session.get_one(CardMark, (copy.owner_id, old)).is_hidden
        assert session.scalars(select(CodeAttempt.card_id)).all() == [new]
        assert session.scalars(select(Practice.card_id)).all() == [new]
        fields = list(copy.fields)
    listed = browser.get("/exercises").text
    assert f'href="/exercises/{new}"' in listed and f'href="/exercises/{old}"' not in listed
    form = {"field_0": "My islands", "field_1": "No parts at all", "tags": ""}
    refused = browser.post(edit_page, form)
    assert refused.status_code == 422 and "### Prompt" in refused.text
    form["field_1"] = fields[1].replace("### Prompt\n\n", "### Prompt\n\nIn my own words. ")
    assert browser.post(edit_page, form).status_code == 303
    page = browser.get(f"/exercises/{new}").text
    assert "In my own words." in page and "My islands" in page and "mine = 1" in page


def test_what_another_learner_has_in_hand_is_not_shown(
    practising: Practising, database: Database, bob: Browser
) -> None:
    practising.ask("code", method="PUT", text="of_alice = 1", version=0)
    practising.ask("give-up", code="of_alice = 1")
    page = bob.get(f"/exercises/{practising.card_id}").text
    assert "of_alice" not in page and '"revealed":null' in page
    with database.reading() as session:
        card = session.get_one(Card, practising.card_id)
    carol = signed_in(bob.client.application, add_user(database, "carol@example.org"))
    browser = practising.browser
    browser.post(f"/notes/{card.note_id}/own-version")
    with database.reading() as session:
        own = session.scalars(
            select(Card.id).join(Note, Note.id == Card.note_id).where(Note.owner_id.is_not(None))
        ).one()
    assert carol.get(f"/exercises/{own}").status_code == 404
