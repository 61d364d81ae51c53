"""Tracks on the pages: offered to a newcomer, taken, changed, left."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from interviewprep.bundled_files import bundled
from interviewprep.services.built_in import sync_built_in
from interviewprep.services.tracks import known_tracks
from interviewprep.storage import Database, Deck, Enrolment, User

from .conftest import Browser
from .people import START, add_person, sign_in

ANN, BOB = "ann@example.org", "bob@example.org"


DECKS = (
    *("coding/sql", "coding/python", "coding/numpy-pandas", "coding/exercises-tables"),
    *("ml/probability", "ml/statistics", "ml/computer-vision", "ml/domains"),
    *("system-design/data-systems", "system-design/ml-systems"),
)
"""Enough of the shelf to see an order in it; all of it takes seconds to read."""


@pytest.fixture
def ann(anonymous: Browser, database: Database, tmp_path: Path) -> Browser:
    for key in DECKS:
        path = tmp_path / "cards" / f"{key}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(bundled("cards") / f"{key}.md", path)
    with database.writing() as session:
        sync_built_in(session, tmp_path / "cards", START)
    add_person(database, ANN)
    sign_in(anonymous, ANN)
    return anonymous


def options(database: Database) -> dict[str | None, dict[str, object]]:
    query = select(Deck.key, Enrolment.options).join(Enrolment, Enrolment.deck_id == Deck.id)
    with database.reading() as session:
        return {row.key: row.options for row in session.execute(query)}


def track_of(database: Database) -> object:
    with database.reading() as session:
        return session.scalars(select(User)).one().settings.get("track", "")


def test_a_newcomer_is_offered_every_track_with_its_extent(ann: Browser) -> None:
    page = ann.get("/").text
    for track in known_tracks().values():
        assert f"Choose {track.name}" in page and track.stresses in page
    assert len(re.findall(r"[\d,]+ cards · about \d+ days? at 20 new a day", page)) == 10
    assert "Choose decks yourself" in page and "Import a deck" in page


def test_one_post_begins_a_track_and_today_shows_its_first_deck(
    ann: Browser, database: Database
) -> None:
    answer = ann.post("/tracks", {"track": "ds"})
    assert (answer.status_code, answer.location) == (303, "/")
    page = ann.get("/").text
    assert "is your track" in page and "20 cards wait" in page
    assert re.search(r"track. \d+ decks were added", page)
    assert 'Your track: <a href="/tracks/ds">Data Scientist</a>' in page
    assert ">SQL<" in page and "What do you prepare for?" not in page
    assert track_of(database) == "ds"
    before = options(database)
    assert before["ml/statistics"] == {"depth": 3, "track": "ds"}
    ann.post("/tracks", {"track": "ds"})
    assert options(database) == before
    assert "were among yours already" in ann.get("/").text


@pytest.mark.parametrize("code", ["", "everything", "../../etc", "x" * 5000])
def test_a_track_that_does_not_exist_is_refused_with_a_sentence(
    ann: Browser, database: Database, code: str
) -> None:
    answer = ann.post("/tracks", {"track": code})
    assert answer.status_code == 404
    assert "There is no such track; choose one of those listed." in answer.text
    assert "Choose Data Scientist" in answer.text, "the list is there to choose from"
    assert options(database) == {} and track_of(database) == ""


def test_the_page_of_a_track_shows_order_depths_and_shares(ann: Browser) -> None:
    page = ann.get("/tracks/de").text
    names = ["SQL", "Data systems", "ML system design"]
    places = [page.index(f"<td>{name}</td>") for name in names]
    assert places == sorted(places)
    assert "Core and standard" in page and "25%" in page
    assert ann.get("/tracks/nothing").status_code == 404


def test_another_track_says_what_it_would_change_and_asks_before_decks_rest(
    ann: Browser, database: Database
) -> None:
    ann.post("/tracks", {"track": "cv"})
    page = ann.get("/tracks/de").text
    assert (
        "Study only what this track asks" in page
        and "One deck that another track brought rests" in page
    )
    ann.post("/tracks", {"track": "de"})
    assert "ml/computer-vision" in options(database)
    page = ann.get("/tracks/de").text
    assert "Bring up to date" in page
    ann.post("/tracks", {"track": "de", "only": "1"})
    assert "ml/computer-vision" not in options(database)
    assert "Bring up to date" not in ann.get("/tracks/de").text


def test_settings_mocks_and_library_know_the_track(ann: Browser) -> None:
    assert "No track chosen" in ann.get("/account").text
    ann.post("/tracks", {"track": "de"})
    assert "Data / ML Platform Engineer" in ann.get("/account").text
    chosen = re.search(r'kind=([a-z-]+)" aria-current="true"', ann.get("/mocks/new").text)
    assert chosen is not None and chosen[1] in ("sql", "system-design")
    assert 'href="/tracks"' in ann.get("/decks").text
    answer = ann.post("/tracks", {"leave": "1"})
    assert (answer.status_code, answer.location) == (303, "/tracks")
    assert "No track chosen" in ann.get("/account").text


def test_the_depth_of_a_deck_is_shown_and_changed_on_its_page(
    ann: Browser, database: Database
) -> None:
    ann.post("/tracks", {"track": "mle"})
    with database.reading() as session:
        deck_id = session.scalars(select(Deck.id).where(Deck.key == "coding/python")).one()
    page = ann.get(f"/decks/{deck_id}").text
    assert re.search(r'<option value="2" selected>Core and standard', page)
    assert ann.post(f"/decks/{deck_id}/options", {"depth": "1"}).status_code == 303
    assert options(database)["coding/python"] == {"depth": 1}
    answer = ann.post(f"/decks/{deck_id}/options", {"depth": "4"})
    assert answer.status_code == 422
    assert "How deep you study the deck: give a whole number from 1 to 3." in answer.text
    assert options(database)["coding/python"] == {"depth": 1}


def test_parts_of_a_deck_are_chosen_on_its_page(ann: Browser, database: Database) -> None:
    ann.post("/tracks", {"track": "domain"})
    assert "has parts; once you study it, choose yours" in ann.get("/tracks/domain").text
    with database.reading() as session:
        deck_id = session.scalars(select(Deck.id).where(Deck.key == "ml/domains")).one()
    assert (
        len(re.findall(r'name="pack-[a-z-]+" value="1" checked', ann.get(f"/decks/{deck_id}").text))
        == 4
    )
    form = {"packs": "1", "pack-finance": "1", "depth": "3"}
    assert ann.post(f"/decks/{deck_id}/options", form).status_code == 303
    stored = options(database)["ml/domains"]
    assert stored["without"] == ["healthcare", "robotics", "e-commerce", "climate"]
    assert stored["track"] == "domain"
    page = ann.get(f"/decks/{deck_id}").text
    assert re.findall(r'name="pack-([a-z-]+)" value="1" checked', page) == ["finance"]


def test_one_learner_s_track_is_nobody_else_s(ann: Browser, app: Flask, database: Database) -> None:
    add_person(database, BOB)
    bob = Browser(app.test_client())
    sign_in(bob, BOB)
    ann.post("/tracks", {"track": "mle"})
    assert "What do you prepare for?" in bob.get("/").text
    assert "No track chosen" in bob.get("/account").text


def test_without_built_in_decks_the_welcome_offers_no_tracks(
    anonymous: Browser, database: Database
) -> None:
    add_person(database, ANN)
    sign_in(anonymous, ANN)
    page = anonymous.get("/").text
    assert "What do you prepare for?" not in page and "Open the library" in page
    assert "No tracks here" in anonymous.get("/tracks").text
