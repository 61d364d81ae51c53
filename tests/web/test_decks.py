"""The library and deck pages, through a client."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from interviewprep.services import decks
from interviewprep.storage import Database, Deck, Enrolment, User
from tests.services.content import NOW, add_built_in, add_note, cards, remember

from .conftest import Browser
from .test_accounts_settings import STUDY


def user_id(database: Database, name: str) -> int:
    with database.reading() as session:
        return session.scalars(select(User.id).where(User.email == f"{name}@example.org")).one()


def test_a_newcomer_is_told_the_next_step(alice: Browser) -> None:
    page = alice.get("/decks").text
    assert "No deck of your own yet" in page
    assert 'href="/imports"' in page


def test_the_library_offers_built_in_decks_to_study(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        deck_id = add_built_in(session, "Evaluation", "What is AUC?", "What is recall?")[0].deck_id
    page = alice.get("/decks").text
    assert "Machine learning" in page
    assert "2 cards" in page
    assert alice.post(f"/decks/{deck_id}/enrol").status_code == 303
    with database.reading() as session:
        assert session.scalars(select(Enrolment.deck_id)).all() == [deck_id]
    page = alice.get(f"/decks/{deck_id}").text
    assert "What is AUC?" in page
    assert f"/review?deck={deck_id}" in page
    assert "Delete this deck" not in page
    alice.post(f"/decks/{deck_id}/leave")
    with database.reading() as session:
        assert session.scalars(select(Enrolment.deck_id)).all() == []


def test_a_deck_whose_subdecks_have_the_cards_tells_their_counts(
    database: Database, alice: Browser
) -> None:
    address = alice.post("/decks", {"name": "ML"}).headers["Location"]
    assert "No cards here yet" in alice.get(address).text
    with database.writing() as session:
        for front, name in (("a", "ML::Metrics"), ("b", "ML::Metrics"), ("c", "ML::Losses")):
            add_note(session, user_id(database, "alice"), front, deck=name)
    page = alice.get(address).text
    assert "No cards here yet" not in page
    assert "3 cards in 2 subdecks; none in this deck itself." in page
    assert "<b>2</b> cards" in page and "<b>1</b> card<" in page


def test_a_deck_is_made_renamed_described_and_deleted(database: Database, alice: Browser) -> None:
    answer = alice.post("/decks", {"name": "ML::Metrics"})
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert "No cards here yet" in alice.get(address).text
    assert alice.post(f"{address}/rename", {"name": "ML::Scores"}).status_code == 303
    alice.post(f"{address}/description", {"description": "About **scores** <script>x</script>"})
    page = alice.get(address).text
    assert "<strong>scores</strong>" in page
    assert "<script>x" not in page
    assert "1 subdeck" not in alice.get(f"{address}/delete").text
    with database.reading() as session:
        assert session.scalars(select(Deck.retired_at)).one() is None
    assert alice.post(f"{address}/delete").headers["Location"] == "/decks"
    assert alice.get(address).status_code == 404


@pytest.mark.parametrize("name", ["", "A::", "x" * 500])
def test_a_bad_name_is_explained_beside_its_field(alice: Browser, name: str) -> None:
    answer = alice.post("/decks", {"name": name})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'id="field-name-error"' in answer.text


def test_options_are_kept_and_bad_ones_explained(database: Database, alice: Browser) -> None:
    address = alice.post("/decks", {"name": "ML"}).headers["Location"]
    form = {"new_per_day": "3", "reviews_per_day": "", "new_order": "random", "typed_answers": "1"}
    assert alice.post(f"{address}/options", form).status_code == 303
    with database.reading() as session:
        kept = session.scalars(select(Enrolment.options)).one()
    assert kept == {"new_per_day": 3, "new_order": "random", "typed_answers": True}
    answer = alice.post(f"{address}/options", form | {"new_per_day": "many"})
    assert answer.status_code == 422
    assert 'value="many"' in answer.text


def test_a_deck_can_be_shared_and_taken_back(
    database: Database, alice: Browser, bob: Browser
) -> None:
    with database.writing() as session:
        deck_id = add_note(session, user_id(database, "bob"), "q", deck="Group").deck_id
    assert alice.get(f"/decks/{deck_id}").status_code == 404
    bob.post(f"/decks/{deck_id}/share", {"is_shared": "1"})
    assert "Group" in alice.get("/decks").text
    assert alice.post(f"/decks/{deck_id}/enrol").status_code == 303
    assert "1 person studies" in bob.get(f"/decks/{deck_id}").text
    assert alice.post(f"/decks/{deck_id}/rename", {"name": "Mine"}).status_code == 403
    assert alice.get(f"/decks/{deck_id}/delete").status_code == 403
    bob.post(f"/decks/{deck_id}/share", {"is_shared": "0"})
    assert alice.get(f"/decks/{deck_id}").status_code == 404


@pytest.mark.parametrize(
    "act", ["enrol", "leave", "options", "order", "rename", "description", "share", "delete"]
)
def test_a_stranger_gets_404_and_changes_nothing(
    database: Database, alice: Browser, bob: Browser, act: str
) -> None:
    with database.writing() as session:
        bobs = user_id(database, "bob")
        deck_id = decks.create_deck(session, bobs, "Private", NOW).id
    form = {"name": "Mine", "description": "x", "is_shared": "1", "to": "later"}
    assert alice.post(f"/decks/{deck_id}/{act}", form).status_code == 404
    with database.reading() as session:
        deck = session.get_one(Deck, deck_id)
        assert (deck.name, deck.is_shared, deck.retired_at) == ("Private", False, None)
        assert session.scalars(select(Enrolment.user_id)).all() == [bobs]


def test_a_long_deck_is_shown_in_pages(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        ada = user_id(database, "alice")
        for number in range(120):
            note = add_note(session, ada, f"question {number}.")
    address = f"/decks/{note.deck_id}"
    seen: list[str] = []
    while True:
        page = alice.get(address).text
        seen += re.findall(r"question (\d+)\.", page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        if found is None:
            break
        address = found[1]
    assert seen == [str(number) for number in range(120)]
    assert 'rel="prev"' in page


def test_counts_stand_on_the_deck_page(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        ada = user_id(database, "alice")
        note = add_note(session, ada, "due")
        add_note(session, ada, "new")
        remember(session, ada, cards(session, note)[0], due_in_days=-400)
    page = alice.get(f"/decks/{note.deck_id}").text
    shown = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)", page))
    assert shown == {"new": "1", "learning": "0", "due": "1", "in all": "2"}


def test_the_end_of_one_deck_speaks_of_that_deck_and_of_the_daily_limit(
    database: Database, alice: Browser
) -> None:
    alice.post("/account/study", {**STUDY, "new_per_day": "0"})
    with database.writing() as session:
        deck_id = add_note(session, user_id(database, "alice"), "new").deck_id
        name = session.get_one(Deck, deck_id).name
    page = alice.get(f"/review?deck={deck_id}").text
    assert f"That is all of {name} for today" in page
    assert "New cards come 0 a day over all your decks together" in page
    page = alice.get("/review").text
    assert "Nothing is due just now" in page
    assert "New cards come 0 a day;" in page


def test_decks_change_places(database: Database, alice: Browser) -> None:
    first, second = (alice.post("/decks", {"name": n}).headers["Location"] for n in "AB")
    alice.post(f"{second}/order", {"to": "earlier"})
    with database.reading() as session:
        order = session.scalars(select(Enrolment.deck_id).order_by(Enrolment.position)).all()
    assert [f"/decks/{deck_id}" for deck_id in order] == [second, first]


def test_nobody_sees_decks_without_signing_in(alice: Browser, anonymous: Browser) -> None:
    for path in ("/decks", "/decks/1", "/cards/1", "/cards/new", "/search", "/notes/1/edit"):
        assert anonymous.get(path).headers["Location"].startswith("/sign-in")
