"""Cards are written, edited, looked at and marked, through a client."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from interviewprep.services import marks
from interviewprep.services.enrolling import enrol
from interviewprep.storage import Card, CardMark, Database, Deck, Memory, Note, NoteType, Rendering
from tests.services.content import NOW, add_built_in, add_note, cards, remember

from .conftest import Browser
from .test_decks import user_id

BASIC = {
    "kind": "basic",
    "field_0": "What is AUC?",
    "field_1": "A **rank** statistic",
    "field_2": "",
    "field_3": "",
    "tags": "ml::metrics",
    "new_deck": "ML",
}


def all_notes(database: Database) -> list[Note]:
    with database.reading() as session:
        return list(session.scalars(select(Note).order_by(Note.id)))


def test_a_first_card_brings_its_deck(database: Database, alice: Browser) -> None:
    assert 'value="My cards"' in alice.get("/cards/new").text
    answer = alice.post("/cards/new", BASIC)
    assert answer.status_code == 303
    page = alice.get(answer.headers["Location"]).text
    assert "look at the card" in page
    assert 'value="ml::metrics"' in page
    with database.reading() as session:
        deck = session.scalars(select(Deck)).one()
        assert deck.name == "ML"
        assert re.search(rf'<option value="{deck.id}" selected>ML', page)
    (note,) = all_notes(database)
    assert note.fields == ["What is AUC?", "A **rank** statistic", "", ""]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"field_0": " "}, "field_0"),
        ({"field_1": ""}, "field_1"),
        ({"kind": "cloze"}, "field_0"),
        ({"kind": "templates"}, "kind"),
        ({"new_deck": ""}, "new_deck"),
        ({"new_deck": "A::"}, "new_deck"),
        ({"tags": "x" * 200}, "tags"),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(
    database: Database, alice: Browser, change: dict[str, str], field: str
) -> None:
    answer = alice.post("/cards/new", BASIC | {"field_3": "keep <this>"} | change)
    assert answer.status_code == 422
    assert "keep &lt;this&gt;" in answer.text
    assert field == "kind" or f'id="field-{field}-error"' in answer.text
    assert all_notes(database) == []


def test_a_preview_shows_front_and_back_and_stores_nothing(
    database: Database, alice: Browser
) -> None:
    form = BASIC | {"kind": "both-ways", "field_1": "<script>alert(1)</script> $x^2$ `code`"}
    answer = alice.post("/cards/preview", form)
    assert answer.status_code == 200
    assert "Card 2 of 2" in answer.text
    assert "<math" in answer.text
    assert "<script" not in answer.text
    assert "<html" not in answer.text
    assert all_notes(database) == []
    assert "appear here" in alice.post("/cards/preview", {"kind": "basic"}).text
    assert alice.post("/cards/preview", {"kind": "no"}).status_code == 200


def test_editing_keeps_the_history_and_shows_the_new_text(
    database: Database, alice: Browser
) -> None:
    with database.writing() as session:
        ada = user_id(database, "alice")
        note = add_note(session, ada, "old question")
        card = cards(session, note)[0]
        remember(session, ada, card)
    assert "old question" in alice.get(f"/cards/{card.id}").text
    page = alice.get(f"/notes/{note.id}/edit").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    form = {"field_0": "new question", "field_1": "a", "tags": "x", "seen": seen[1]}
    answer = alice.post(f"/notes/{note.id}/edit", form)
    assert answer.headers["Location"] == f"/cards/{card.id}"
    page = alice.get(f"/cards/{card.id}").text
    assert "new question" in page
    assert "old question" not in page
    with database.reading() as session:
        assert session.get_one(Memory, (ada, card.id)).interval_days == 3
    late = alice.post(f"/notes/{note.id}/edit", form | {"field_0": "from another tab"})
    assert late.status_code == 422
    assert "changed elsewhere" in late.text
    assert "from another tab" in late.text
    assert all_notes(database)[0].fields[0] == "new question"


def test_editing_goes_back_only_to_this_site(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        note = add_note(session, user_id(database, "alice"), "q")
    form = {"field_0": "q", "field_1": "a", "tags": ""}
    answer = alice.post(f"/notes/{note.id}/edit", form | {"next": "/review"})
    assert answer.headers["Location"] == "/review"
    assert "Saved." not in alice.get("/review").text
    answer = alice.post(f"/notes/{note.id}/edit", form | {"next": "//evil.example"})
    assert answer.headers["Location"].startswith("/cards/")


@pytest.mark.parametrize(
    ("opened_from", "back"),
    [
        ("http://localhost/review?deck=7", "/review?deck=7"),
        ("http://localhost/review", "/review"),
        ("http://localhost/decks", None),
        ("http://evil.example/review", None),
        ("", None),
    ],
)
def test_editing_from_a_review_leads_back_to_it(
    database: Database, alice: Browser, opened_from: str, back: str | None
) -> None:
    with database.writing() as session:
        note = add_note(session, user_id(database, "alice"), "Q?")
    page = alice.client.get(f"/notes/{note.id}/edit", headers={"Referer": opened_from}).text
    found = re.search(r'name="next" value="([^"]*)"', page)
    assert (found and found[1]) == back


def test_each_field_of_an_imported_note_can_be_edited(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        ada = user_id(database, "alice")
        note = add_note(session, ada, "q")
        kind = NoteType(
            owner_id=ada,
            name="Words",
            kind="templates",
            markup="html",
            fields=["Word", "Meaning", "Example"],
            templates=[
                {"name": "1", "question": "{{Word}}", "answer": "{{FrontSide}}<hr>{{Meaning}}"},
                {"name": "2", "question": "{{Example}}", "answer": "{{Word}}"},
            ],
            fingerprint="f",
        )
        session.add(kind)
        session.flush()
        note = session.get_one(Note, note.id)
        note.note_type_id, note.fields = kind.id, ["<b>w</b>", "m", ""]
    page = alice.get(f"/notes/{note.id}/edit").text
    assert [label for label in ("Word", "Meaning", "Example") if f">{label}" in page] == [
        "Word",
        "Meaning",
        "Example",
    ]
    assert "&lt;b&gt;w&lt;/b&gt;" in page
    form = {"field_0": "<b>w</b>", "field_1": "m", "field_2": "an example", "tags": ""}
    preview = alice.post("/cards/preview", form | {"note_id": str(note.id)}).text
    assert "Card 2 of 2" in preview
    alice.post(f"/notes/{note.id}/edit", form)
    with database.reading() as session:
        living = select(Card).where(Card.note_id == note.id, Card.retired_at.is_(None))
        assert len(session.scalars(living).all()) == 2


def test_a_card_of_others_is_changed_by_an_own_version(
    database: Database, alice: Browser, bob: Browser
) -> None:
    with database.writing() as session:
        ada = user_id(database, "alice")
        original = add_built_in(session, "Evaluation", "built-in question")[0]
        enrol(session, ada, original.deck_id, NOW)
        remember(session, ada, cards(session, original)[0])
    page = alice.get(f"/notes/{original.id}/edit")
    assert page.status_code == 200
    assert "own version" in page.text
    assert alice.post(f"/notes/{original.id}/edit", {"field_0": "mine"}).status_code == 403
    answer = alice.post(f"/notes/{original.id}/own-version")
    address = answer.headers["Location"]
    assert alice.get(address).status_code == 200
    form = {"field_0": "my question", "field_1": "mine", "tags": ""}
    card_page = alice.post(address, form).headers["Location"]
    assert "my question" in alice.get(card_page).text
    assert "3<small>" in alice.get(card_page).text or "<dd>3" in alice.get(card_page).text
    assert bob.get(address).status_code == 404
    assert "No cards here" in alice.get(f"/decks/{original.deck_id}").text
    assert "built-in question" in bob.get(f"/decks/{original.deck_id}").text


def test_marks_are_set_from_the_card_page(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        ada = user_id(database, "alice")
        card = cards(session, add_note(session, ada, "q"))[0]
        remember(session, ada, card, repetitions=0, interval_days=1)
    base = f"/cards/{card.id}"
    assert alice.post(f"{base}/suspend", {"suspended": "1"}).status_code == 303
    assert "Let back in" in alice.get(base).text
    alice.post(f"{base}/flag", {"flag": "5"})
    assert alice.post(f"{base}/flag", {"flag": "9"}).status_code == 422
    alice.post(f"{base}/note", {"note": "remember <this>"})
    alice.post(f"{base}/tags", {"tags": "hard, later"})
    with database.reading() as session:
        mark = session.get_one(CardMark, (ada, card.id))
        assert (mark.is_suspended, mark.flag, mark.note) == (True, 5, "remember <this>")
        assert mark.tags == " hard later "
    assert "remember &lt;this&gt;" in alice.get(base).text
    alice.post(f"{base}/suspend", {"suspended": "0"})
    alice.post(f"{base}/flag", {"flag": "0"})
    alice.post(f"{base}/note", {"note": ""})
    alice.post(f"{base}/tags", {"tags": ""})
    with database.reading() as session:
        assert session.get(CardMark, (ada, card.id)) is None
    assert alice.post(f"{base}/reset").status_code == 303
    page = alice.get(base).text
    assert "you have not answered it yet" in page
    assert "Begun again" in page


def test_looking_at_a_card_keeps_its_html_for_the_next_time(
    database: Database, alice: Browser
) -> None:
    with database.writing() as session:
        card = cards(session, add_note(session, user_id(database, "alice"), "q"))[0]
    alice.get(f"/cards/{card.id}")
    with database.reading() as session:
        assert session.scalars(select(Rendering.card_id)).all() == [card.id]


def test_a_deleted_note_is_gone_for_everyone(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        note = add_note(session, user_id(database, "alice"), "q")
        card = cards(session, note)[0]
    assert "Delete this card?" in alice.get(f"/notes/{note.id}/delete").text
    assert alice.post(f"/notes/{note.id}/delete").status_code == 303
    assert alice.get(f"/cards/{card.id}").status_code == 404
    assert alice.get(f"/notes/{note.id}/edit").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/cards/{card}/suspend",
        "/cards/{card}/flag",
        "/cards/{card}/note",
        "/cards/{card}/tags",
        "/cards/{card}/reset",
        "/notes/{note}/edit",
        "/notes/{note}/own-version",
        "/notes/{note}/delete",
    ],
)
def test_a_stranger_gets_404_for_cards(
    database: Database, alice: Browser, bob: Browser, path: str
) -> None:
    with database.writing() as session:
        note = add_note(session, user_id(database, "bob"), "secret")
        card = cards(session, note)[0]
    address = path.format(card=card.id, note=note.id)
    form = {"suspended": "1", "flag": "1", "note": "x", "field_0": "x", "field_1": "x"}
    assert alice.post(address, form).status_code == 404
    preview = alice.post("/cards/preview", BASIC | {"note_id": str(note.id)})
    assert preview.status_code == 404
    (stored,) = all_notes(database)
    assert (stored.fields[0], stored.retired_at) == ("secret", None)
    with database.reading() as session:
        assert session.scalars(select(CardMark)).all() == []


@pytest.mark.parametrize("path", ["/cards/99", "/notes/99/edit", f"/cards/{2**63}", "/decks/99"])
def test_what_does_not_exist_is_not_found(alice: Browser, path: str) -> None:
    assert alice.get(path).status_code == 404


def test_a_number_too_great_for_an_id_is_no_id(alice: Browser) -> None:
    huge = str(2**64)
    assert alice.post("/cards/new", BASIC | {"new_deck": "", "deck": huge}).status_code == 422
    assert alice.get(f"/cards/new?deck={huge}&added={huge}").status_code == 200
    assert alice.post("/cards/preview", BASIC | {"note_id": huge}).status_code == 200
    form = {"action": "move", "card": huge, "deck": huge}
    assert alice.post("/search/cards", form).status_code == 422


def test_a_form_without_its_token_is_refused(database: Database, alice: Browser) -> None:
    assert alice.client.post("/cards/new", data=BASIC).status_code == 400
    assert all_notes(database) == []


def test_strange_names_still_lead_to_a_search(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        ada = user_id(database, "alice")
        note = add_note(session, ada, "odd", deck='A "b" (c)', tags='a(b)"c')
        card = cards(session, note)[0]
    for page in (f"/cards/{card.id}", f"/decks/{note.deck_id}"):
        link = re.search(r'href="(/search\?q=[^"]+)"', alice.get(page).text)
        assert link is not None
        assert ">odd<" in alice.get(unescape(link[1])).text


def test_a_personal_note_stands_with_the_card(database: Database, alice: Browser) -> None:
    with database.writing() as session:
        ada = user_id(database, "alice")
        card = cards(session, add_built_in(session, "Evaluation", "q")[0])[0]
        marks.write_personal_note(session, ada, card.id, "line one\nline <b>")
        enrol(session, ada, card.deck_id, NOW)
    assert "line one\nline &lt;b&gt;" in alice.get(f"/cards/{card.id}").text
    queue = alice.get("/api/v1/reviews/queue").json
    assert queue is not None
    note_html = queue["cards"][0]["note_html"]
    assert note_html == '<p class="personal-note">line one\nline &lt;b&gt;</p>'
    assert "&lt;b&gt;" not in alice.get(f"/api/v1/cards/{card.id}").json["note_html"]  # type: ignore[index]
