"""Search and actions on many cards, through a client."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from interviewprep.services.enrolling import enrol
from interviewprep.storage import CardMark, Database, Note
from interviewprep.web.search import Action, Done, sentence
from tests.services.content import NOW, add_built_in, add_note, cards

from .conftest import Browser
from .test_decks import user_id


def titles(page: str) -> list[str]:
    return re.findall(r'card-row-question" href="/cards/\d+">([^<]+)<', page)


@pytest.fixture
def ids(database: Database, alice: Browser) -> list[int]:
    """Two cards of Alice's and a built-in one she studies."""
    with database.writing() as session:
        ada = user_id(database, "alice")
        notes = [add_note(session, ada, f"own {n} <i>", tags="x") for n in range(2)]
        built_in = add_built_in(session, "Evaluation", "built in")[0]
        enrol(session, ada, built_in.deck_id, NOW)
        return [cards(session, note)[0].id for note in [*notes, built_in]]


def test_nothing_to_search_leads_to_the_library(alice: Browser) -> None:
    assert 'href="/decks"' in alice.get("/search").text
    assert "No cards to search yet" in alice.get("/search").text


def test_a_search_lists_cards_with_where_they_stand(alice: Browser, ids: list[int]) -> None:
    page = alice.get("/search?q=own").text
    assert titles(page) == ["own 0 &lt;i&gt;", "own 1 &lt;i&gt;"]
    assert "2 cards" in page
    assert "badge-new" in page
    assert titles(alice.get("/search").text)[-1] == "built in"
    assert "Nothing found" in alice.get("/search?q=missing").text


def test_a_query_that_cannot_be_read_is_explained(alice: Browser, ids: list[int]) -> None:
    answer = alice.get("/search?q=is:lost")
    assert answer.status_code == 422
    assert "“is:lost” is not known" in answer.text
    assert 'id="search-query-error"' in answer.text
    assert 'value="is:lost"' in answer.text


def test_many_cards_are_suspended_at_once(
    database: Database, alice: Browser, ids: list[int]
) -> None:
    form = {"q": "", "card": [str(ids[0]), str(ids[2])], "action": "suspend"}
    answer = alice.post("/search/cards", form)
    assert answer.status_code == 303
    assert "2 cards suspended." in alice.get(answer.headers["Location"]).text
    with database.reading() as session:
        assert set(session.scalars(select(CardMark.card_id))) == {ids[0], ids[2]}


def test_all_that_was_found_can_be_changed(
    database: Database, alice: Browser, ids: list[int]
) -> None:
    answer = alice.post(
        "/search/cards", {"q": "own OR built", "all": "1", "action": "add-tags", "tags": "new"}
    )
    assert "3 cards tagged." in alice.get(answer.headers["Location"]).text
    assert len(titles(alice.get("/search?q=tag:new").text)) == 3
    with database.reading() as session:
        tags = session.scalars(select(Note.tags).order_by(Note.id)).all()
    assert tags == [" x new ", " x new ", " evaluation "]


def test_deleting_asks_first_and_spares_cards_of_others(
    database: Database, alice: Browser, ids: list[int]
) -> None:
    form = {"q": "", "all": "1", "action": "delete"}
    asked = alice.post("/search/cards", form)
    assert asked.status_code == 200
    assert "Delete 3 cards?" in asked.text
    with database.reading() as session:
        assert session.scalars(select(Note.retired_at)).all() == [None] * 3
    answer = alice.post("/search/cards", form | {"confirmed": "1"})
    page = alice.get(answer.headers["Location"]).text
    assert "2 cards deleted. 1 card left as it is: only your own can be changed." in page
    assert titles(page) == ["built in"]


@pytest.mark.parametrize(
    "form",
    [
        {"action": "suspend"},
        {"action": "delete"},
        {"action": "burn", "all": "1"},
        {"action": "add-tags", "all": "1", "tags": ""},
        {"action": "move", "all": "1"},
        {"action": "suspend", "all": "1", "q": "is:lost"},
    ],
)
def test_what_cannot_be_done_is_explained_and_nothing_changes(
    database: Database, alice: Browser, ids: list[int], form: dict[str, str]
) -> None:
    answer = alice.post("/search/cards", form)
    assert answer.status_code == 422
    with database.reading() as session:
        assert session.scalars(select(CardMark)).all() == []
        assert session.scalars(select(Note.retired_at)).all() == [None] * 3


def test_a_stranger_changes_nothing(database: Database, bob: Browser, ids: list[int]) -> None:
    form = {"card": [str(each) for each in ids[:2]], "confirmed": "1"}
    for action in ("suspend", "delete"):
        answer = bob.post("/search/cards", form | {"action": action})
        assert "2 cards were no longer there" in bob.get(answer.headers["Location"]).text
    asked = bob.post("/search/cards", {"card": form["card"], "action": "delete"}).text
    assert "own 0" not in asked
    with database.reading() as session:
        assert session.scalars(select(CardMark)).all() == []
        assert session.scalars(select(Note.retired_at)).all() == [None] * 3


@pytest.mark.parametrize(
    ("action", "done", "said"),
    [
        (Action.SUSPEND, Done(1, 2), "1 card suspended. 2 cards were suspended already."),
        (Action.UNSUSPEND, Done(0, 1), "0 cards let back in. 1 card was not suspended."),
        (Action.MOVE, Done(1_200, 0, 2), "1,200 cards moved. 2 cards left as they are: only your"),
    ],
)
def test_an_action_is_told_in_plain_words(action: Action, done: Done, said: str) -> None:
    assert sentence(action, done).startswith(said)
