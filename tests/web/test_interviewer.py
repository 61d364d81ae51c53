"""The interviewer's link and page: who gets in, what it is good for, and what it is not."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from interviewprep.services.interviews.running import finish_round
from interviewprep.services.interviews.scoring import save_scores
from interviewprep.services.interviews.sheets import Given as Scored
from interviewprep.services.interviews.starting import Choice, start_mock
from interviewprep.services.learner import load_learner
from interviewprep.storage import (
    Card,
    Database,
    Deck,
    InterviewerLink,
    MediaFile,
    Mock,
    MockRound,
    NoteMedia,
    RoundItem,
    Score,
    User,
)
from interviewprep.storage.media_store import MediaStore

from .conftest import Browser
from .people import text_of
from .route_table import TABLE
from .route_world import PICTURE, World, fresh_site
from .test_route_walk import READING, address, ask, refused, world  # noqa: F401
from .walking_mocks import add_prompt

COOKIE = "interviewprep_interviewer"
TEXT = """### Prompt

Design a counter of visits. ![](tower.png)

### Clarifications

| If asked | Answer |
| --- | --- |
| How much traffic? | A hundred visits a second. |
| How exact? | Within one in a hundred. |

### Rubric

| Dimension | Weight | 1 | 2 | 3 | 4 | Revise |
| --- | --- | --- | --- | --- | --- | --- |
| Requirements | 60 | None | Some | Most | All of them | caching |
| Depth | 40 | None | Little | Good | Great | caching |

### Follow-ups

- Now each country counts by itself. — A key for each country.
- Who reads it? — The owner of the page.

### Outline

Shards of counters, summed when read.
"""


@dataclass
class Interview:
    """A mock of Alice's that runs, and the link to its interviewer's seat."""

    mock_id: uuid.UUID
    link: str


def start(database: Database, *, title: str = "Counter", now: datetime | None = None) -> uuid.UUID:
    now = now or datetime.now(UTC)
    with database.writing() as session:
        user_id = session.scalars(select(User.id).where(User.email == "alice@example.org")).one()
        deck = Deck(owner_id=user_id, name=title, created_at=now)
        session.add(deck)
        session.flush()
        ids = {"owner_id": user_id, "deck_id": deck.id}
        card_id = add_prompt(session, ids, title, TEXT, {"kind": "design"}, now)
        learner = load_learner(session.connection(), user_id)
        return start_mock(session, learner, Choice("system-design", card_id=card_id), now).id


def make_link(browser: Browser, mock_id: uuid.UUID) -> str:
    """Make a link as the candidate does, and return its path."""
    answer = browser.post(f"/mocks/{mock_id}/interviewer")
    assert answer.status_code == 200
    found = re.search(r'value="http://localhost(/interviewer/[\w-]+)"', answer.text)
    assert found is not None
    return found[1]


@pytest.fixture
def interview(alice: Browser, database: Database) -> Interview:
    mock_id = start(database)
    return Interview(mock_id, make_link(alice, mock_id))


@pytest.fixture
def friend(app: Flask, interview: Interview) -> Browser:
    """Somebody without an account who has opened the link."""
    browser = Browser(app.test_client())
    assert browser.post(interview.link).location == "/interviewing"
    return browser


def item(database: Database) -> RoundItem:
    with database.reading() as session:
        return session.scalars(select(RoundItem)).one()


def state(browser: Browser, since: str = "") -> Any:
    return browser.get(f"/interviewing/state?since={since}", headers={"Accept": "application/json"})


def give(browser: Browser, what: str, n: int = 0, **more: Any) -> Any:
    return browser.post("/interviewing/give", {"what": what, "n": n, "item": 0, **more})


def test_one_click_opens_the_page_to_somebody_without_an_account(
    app: Flask, interview: Interview
) -> None:
    browser = Browser(app.test_client())
    page = browser.get(interview.link)
    assert page.status_code == 200 and "Be the interviewer" in page.text
    assert "alice" not in page.text and "Counter" not in page.text
    assert browser.client.get_cookie(COOKIE) is None  # looking opens nothing
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    answer = browser.client.post(interview.link, data={"csrf_token": token[1]})
    assert (answer.status_code, answer.location) == (303, "/interviewing")
    for one in (page, answer):
        assert one.headers["Referrer-Policy"] == "no-referrer"
        assert one.headers["Cache-Control"] == "no-store"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    live = browser.get("/interviewing").text
    words = text_of(live)
    for piece in ("A hundred visits a second.", "Who reads it?"):
        assert piece in words
    assert "Shards of counters" in words and "Most" in words
    assert interview.link.rpartition("/")[2] not in live and "alice" not in live


def test_over_https_the_cookie_is_secure_and_the_form_is_taken_without_a_referer(
    make_app: Any, database: Database, alice: Browser, interview: Interview
) -> None:
    app = make_app(BASE_URL="https://prep.example.org")
    browser = Browser(app.test_client())
    host = {"base_url": "https://prep.example.org"}
    page = browser.client.get(interview.link, **host)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    answer = browser.client.post(interview.link, data={"csrf_token": token[1]}, **host)
    assert answer.status_code == 303
    assert any("Secure" in line for line in answer.headers.getlist("Set-Cookie") if COOKIE in line)


def test_without_the_token_of_its_form_the_link_opens_nothing(
    app: Flask, interview: Interview
) -> None:
    client = app.test_client()
    assert client.post(interview.link).status_code == 400
    assert client.post(interview.link, headers={"Accept": "application/json"}).status_code == 400
    assert client.get_cookie(COOKIE) is None


def test_forged_links_open_nothing_and_guessing_is_slowed_down(
    app: Flask, interview: Interview
) -> None:
    browser = Browser(app.test_client())
    assert browser.get(interview.link).status_code == 200
    for n in range(20):
        answer = browser.get(f"/interviewer/{'x' * n}y")
        assert answer.status_code == 404
    assert "Ask the candidate for a new one" in answer.text
    late = browser.post(f"/interviewer/{'z' * 22}")
    assert late.status_code == 429 and late.headers["Retry-After"]
    assert browser.client.get_cookie(COOKIE) is None


def test_real_links_are_never_slowed_down(app: Flask, interview: Interview) -> None:
    browser = Browser(app.test_client())
    for _ in range(30):
        assert browser.get(interview.link).status_code == 200


def test_a_forged_cookie_is_good_for_nothing(app: Flask, interview: Interview) -> None:
    for forged in ("", "x", interview.link.rpartition("/")[2], "é" * 5):
        client = app.test_client()
        client.set_cookie(COOKIE, forged)
        assert client.get("/interviewing").status_code == 404


def test_the_candidate_is_told_that_the_link_is_for_somebody_else(
    alice: Browser, interview: Interview, database: Database
) -> None:
    for answer in (alice.get(interview.link), alice.post(interview.link)):
        assert answer.status_code == 403
        assert "for somebody else" in answer.text and "Be the interviewer" not in answer.text
    assert alice.client.get_cookie(COOKIE) is None
    with database.reading() as session:
        assert session.scalars(select(InterviewerLink.visitor_hash)).one() is None


def test_a_friend_with_an_account_stays_signed_in_as_they_were(
    bob: Browser, interview: Interview
) -> None:
    assert bob.post(interview.link).status_code == 303
    assert "bob@example.org" in bob.get("/account").text
    assert bob.get("/interviewing").status_code == 200
    assert bob.get(f"/mocks/{interview.mock_id}/report").status_code == 404


def end_mock(database: Database, interview: Interview) -> None:
    with database.writing() as session:
        session.execute(update(Mock).values(ended_at=datetime.now(UTC)))


def let_a_day_pass(database: Database, interview: Interview) -> None:
    with database.writing() as session:
        session.execute(update(InterviewerLink).values(expires_at=datetime.now(UTC)))


@pytest.mark.parametrize("how", ["withdrawn", "replaced", "ended", "expired", "taken over"])
def test_the_seat_is_gone_at_once(
    alice: Browser, friend: Browser, app: Flask, interview: Interview, database: Database, how: str
) -> None:
    assert state(friend).status_code == 200
    if how == "withdrawn":
        alice.post(f"/mocks/{interview.mock_id}/interviewer/withdraw")
    elif how == "replaced":
        make_link(alice, interview.mock_id)
    elif how == "ended":
        end_mock(database, interview)
    elif how == "expired":
        let_a_day_pass(database, interview)
    else:
        Browser(app.test_client()).post(interview.link)
    answer = state(friend)
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "seat-gone"
    assert "You are not the interviewer here, or no longer" in answer.json["error"]["message"]
    assert friend.get("/interviewing").status_code == 404
    assert give(friend, "fact").status_code == 404
    assert item(database).facts == []
    if how != "taken over":
        assert friend.post(interview.link).status_code == 404


def test_the_seat_is_in_one_mock_and_no_other(
    alice: Browser, friend: Browser, interview: Interview, database: Database
) -> None:
    other = start(database, title="Another prompt")
    make_link(alice, other)
    assert "Another prompt" not in friend.get("/interviewing").text
    give(friend, "fact", 0)
    with database.reading() as session:
        facts = {one.mock_id: one.facts for one in session.scalars(select(RoundItem))}
    assert facts == {interview.mock_id: [0], other: []}


def test_what_the_friend_gives_is_stored_and_shown_as_given(
    friend: Browser, database: Database
) -> None:
    for what, n in (("fact", 1), ("fact", 0), ("follow-up", 1), ("change", 0)):
        assert give(friend, what, n).location == "/interviewing?round=0"
    sent = {"item": 0, "n": 0, "answered": "1"}
    assert friend.post("/interviewing/answered", sent).status_code == 303
    kept = item(database)
    assert kept.facts == [1, 0]
    assert kept.follow_ups == [{"n": 1, "answered": True}]
    assert kept.change_shown_at is not None
    words = text_of(friend.get("/interviewing").text)
    assert words.count("Given") == 2 and "Injected" in words and "Answered" in words


def test_a_script_asks_only_for_what_moved(friend: Browser, database: Database) -> None:
    first: Any = state(friend).json
    assert set(first["parts"]) == {"status", "giving-0", "work-0"}
    assert state(friend, first["mark"]).status_code == 304
    headers = {"Accept": "application/json"}
    given: Any = friend.post(
        "/interviewing/give", {"what": "fact", "n": 0, "item": 0, "round": 0}, headers=headers
    ).json
    assert given["mark"] != first["mark"] and given["said"].startswith("Given")
    assert state(friend, first["mark"]).json["parts"]["giving-0"] == given["parts"]["giving-0"]
    assert "csrf_token" in given["parts"]["giving-0"] and "Ij" not in given["parts"]["giving-0"]
    sent = {"n": 0, "item": 0, "answered": "1"}
    refusal: Any = friend.post("/interviewing/answered", sent, headers=headers)
    assert refusal.status_code == 409
    assert refusal.json["error"]["message"] == "This follow-up was not asked."


def test_scores_are_kept_as_the_interviewer_goes(friend: Browser, database: Database) -> None:
    sent = {"item": 0, "level-0": "3", "evidence-0": "Asked for traffic.", "evidence-1": ""}
    assert friend.post("/interviewing/scores", sent).status_code == 303
    friend.post("/interviewing/scores", {**sent, "level-1": "4", "evidence-1": "Shards."})
    with database.reading() as session:
        rows = session.execute(select(Score.row, Score.scorer, Score.level, Score.evidence))
        assert sorted(map(tuple, rows)) == [
            (0, "interviewer", 3, "Asked for traffic."),
            (1, "interviewer", 4, "Shards."),
        ]
    page = friend.get("/interviewing").text
    assert re.search(r'name="level-1" value="4" checked', page)
    assert 'value="Asked for traffic."' in page


def test_the_candidate_sees_the_interviewers_scores_once_their_own_are_in(
    alice: Browser, friend: Browser, interview: Interview, database: Database
) -> None:
    friend.post("/interviewing/scores", {"item": 0, "level-0": "2", "evidence-0": "Drew at once."})
    score_page = f"/mocks/{interview.mock_id}/rounds/0/score"
    with database.writing() as session:
        user_id = session.scalars(select(User.id).where(User.email == "alice@example.org")).one()
        learner = load_learner(session.connection(), user_id)
        finish_round(session, learner, interview.mock_id, 0, datetime.now(UTC))
    state_page = f"/api/v1/mocks/{interview.mock_id}/rounds/0"
    for page in (score_page, state_page, f"/mocks/{interview.mock_id}/report"):
        assert "Drew at once." not in alice.get(page, follow_redirects=True).text
    with database.writing() as session:
        given = {(0, row): Scored(3, "Mine.") for row in range(2)}
        save_scores(session, user_id, interview.mock_id, 0, given, datetime.now(UTC))
    assert "Drew at once." in alice.get(score_page).text


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("give", {"what": "story", "item": 0, "n": 0}, 422),
        ("give", {"what": "fact", "item": "x", "n": "y"}, 404),
        ("give", {"what": "fact", "item": 0, "n": 99}, 404),
        ("give", {"what": "fact", "item": 0, "n": 0, "round": "77"}, 404),
        ("give", {"what": "fact", "item": 0, "n": 0, "round": "-1"}, 404),
        ("give", {"what": "fact", "item": 0, "n": 0, "round": "9" * 30}, 404),
        ("answered", {"item": 0, "n": 0, "answered": "1"}, 409),
        ("scores", {"item": 5, "evidence-0": "Good."}, 404),
        ("scores", {"item": 0, "level-0": "7", "evidence-0": "Good."}, 422),
        ("scores", {"item": 0, "level-99": "1", "evidence-99": "Good."}, 404),
        ("scores", {"item": 0, "level-0": "1", "evidence-0": "x" * 2001}, 422),
    ],
)
def test_nonsense_is_refused_in_a_sentence(
    friend: Browser, database: Database, path: str, sent: dict[str, Any], status: int
) -> None:
    answer = friend.post(f"/interviewing/{path}", sent)
    assert answer.status_code == status
    assert "Something went wrong" not in answer.text
    kept = item(database)
    assert (kept.facts, kept.hints, kept.follow_ups) == ([], 0, [])
    with database.reading() as session:
        assert session.scalars(select(Score)).all() == []


def test_the_link_is_shown_once(alice: Browser, interview: Interview, friend: Browser) -> None:
    page = alice.get(f"/mocks/{interview.mock_id}/interviewer").text
    assert interview.link.rpartition("/")[2] not in page
    assert "Somebody has opened the link" in page and "Withdraw the link" in page


def test_a_mock_that_has_ended_offers_no_link(
    alice: Browser, interview: Interview, database: Database
) -> None:
    end_mock(database, interview)
    page = f"/mocks/{interview.mock_id}/interviewer"
    assert "This mock has ended" in alice.get(page).text
    assert alice.post(page).status_code == 403


def test_the_prompts_pictures_are_shown_to_the_interviewer_and_no_others(
    friend: Browser, app: Flask, interview: Interview, database: Database
) -> None:
    addresses = {}
    with database.writing() as session:
        notes = {
            "tower.png": session.scalars(
                select(Card.note_id).join(RoundItem, RoundItem.card_id == Card.id)
            ).one()
        }
        deck = Deck(owner_id=1, name="Other", created_at=datetime.now(UTC))
        session.add(deck)
        session.flush()
        ids = {"owner_id": 1, "deck_id": deck.id}
        other = add_prompt(session, ids, "Other", TEXT, {"kind": "design"}, datetime.now(UTC))
        notes["other.png"] = session.get_one(Card, other).note_id
        for label, note_id in notes.items():
            data = PICTURE + label.encode()
            sha256 = MediaStore(app.extensions["settings"].media_dir).put_bytes(data)
            session.add(
                MediaFile(
                    sha256=sha256,
                    size_bytes=len(data),
                    content_type="image/png",
                    created_at=datetime.now(UTC),
                )
            )
            session.flush()
            session.add(NoteMedia(note_id=note_id, label=label, sha256=sha256))
            addresses[label] = f"/media/{sha256}/{label}"
    assert f'src="{addresses["tower.png"]}"' in friend.get("/interviewing").text
    with friend.get(addresses["tower.png"]) as shown:
        assert shown.data.startswith(PICTURE)
    assert friend.get(addresses["other.png"]).status_code == 302
    assert app.test_client().get(addresses["tower.png"]).status_code == 302
    end_mock(database, interview)
    assert friend.get(addresses["tower.png"]).status_code == 302


def test_a_loop_leads_the_interviewer_from_round_to_round(
    friend: Browser, interview: Interview, database: Database
) -> None:
    with database.writing() as session:
        first = session.scalars(select(MockRound)).one()
        values = {
            column.name: getattr(first, column.name) for column in MockRound.__table__.columns
        }
        session.add(MockRound(**{**values, "position": 1, "state": "waiting", "segments": []}))
        first.state = "done"
    page = text_of(friend.get("/interviewing").text)
    assert "Round 1 Round 2" in page and "Not begun" in page
    before = friend.get("/interviewing?round=0").text
    assert "The round is over" in before and 'href="/interviewing">round 2' in before


@pytest.fixture
def seated(world: World, tmp_path: Path) -> Iterator[Any]:  # noqa: F811
    """Make sites on fresh copies of the walk's world, with a browser in the interviewer's seat."""
    with ExitStack() as sites:

        def make() -> tuple[Any, Browser]:
            site = sites.enter_context(fresh_site(world, tmp_path))
            browser = Browser(site.app.test_client())
            link = f"/interviewer/{world.ids['interviewer_link']}"
            assert browser.post(link).status_code == 303
            return site, browser

        yield make


OWN = ("/interviewing", "/interviewer/")
ELSEWHERE = [route for route in TABLE if not route.startswith(OWN)]


def test_with_the_cookie_alone_every_other_route_answers_as_to_anybody(seated: Any) -> None:
    site, browser = seated()
    before = site.rows()
    wrong = []
    for route in ELSEWHERE:
        for method, line in TABLE[route].items():
            path = address(site, route, line)
            answer = ask(browser, method, path, line, site.world.ids)
            if answer.status_code != line.anonymous:
                wrong.append(f"{method} {path}: {answer.status_code}, not {line.anonymous}")
            if method in READING or refused(answer):
                if site.rows() != before:
                    wrong.append(f"{method} {path} changed rows")
            else:
                site, browser = seated()
                before = site.rows()
    assert wrong == []


def test_a_day_is_the_longest_that_the_cookie_lasts(
    app: Flask, interview: Interview, friend: Browser
) -> None:
    cookie = friend.client.get_cookie(COOKIE)
    assert cookie is not None and cookie.max_age is not None
    assert timedelta(hours=23) < timedelta(seconds=cookie.max_age) <= timedelta(hours=24)
