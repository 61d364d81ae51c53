"""Choosing a mock, the history, the report and the comparison, through a client."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from interviewprep.core.prompts import FollowUp
from interviewprep.services.drafts import draft_offers, list_drafts, make_drafts
from interviewprep.services.interviews.prompts import list_prompts
from interviewprep.storage import (
    Card,
    CardMark,
    Database,
    Deck,
    Memory,
    Mock,
    MockRound,
    RoundItem,
    User,
)

from ..built_in_decks import add_built_in
from ..services.interviews.past_mocks import add_attempt, add_mock, card_titled, write_text
from .conftest import Browser
from .people import text_of

NOW = datetime.now(UTC)
CODING = "Total covered time"
DESIGN = "Rate limiter for a public API"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def with_decks(database: Database) -> Database:
    add_built_in(database)
    return database


def user_id(database: Database, name: str = "alice") -> int:
    with database.reading() as session:
        return session.scalars(select(User.id).where(User.email == f"{name}@example.org")).one()


def one_mock(database: Database, title: str = CODING, kind: str = "coding", **more: object) -> str:
    owner = user_id(database)
    with database.writing() as session:
        card = card_titled(session, owner, title)
        at = more.pop("at", NOW - timedelta(days=3))
        return str(add_mock(session, owner, [(kind, [card])], at, **more))  # type: ignore[arg-type]


def started(database: Database) -> tuple[Mock, list[MockRound], list[RoundItem]]:
    with database.reading() as session:
        mock = session.scalars(select(Mock).order_by(Mock.started_at.desc())).first()
        assert mock is not None
        rounds = session.scalars(
            select(MockRound).where(MockRound.mock_id == mock.id).order_by(MockRound.position)
        ).all()
        items = session.scalars(select(RoundItem).where(RoundItem.mock_id == mock.id)).all()
        return mock, list(rounds), list(items)


def test_the_page_names_what_the_schedule_proposes_and_why(
    with_decks: Database, alice: Browser
) -> None:
    page = text_of(alice.get("/mocks/new?kind=coding").text)
    assert "What the schedule proposes" in page and ": never done" in page
    with with_decks.writing() as session:
        card = card_titled(session, user_id(with_decks), CODING)
        today = NOW.date()
        session.add(
            Memory(
                user_id=user_id(with_decks),
                card_id=card,
                due_day=today - timedelta(days=5),
                last_day=today - timedelta(days=9),
                interval_days=4,
                version=1,
            )
        )
    page = text_of(alice.get("/mocks/new?kind=coding").text)
    assert re.search(rf"{CODING}: due for [456] days", page)
    assert "its turn" in text_of(alice.get("/mocks/new").text)


def test_a_mock_starts_as_chosen_and_the_choices_are_remembered(
    with_decks: Database, alice: Browser
) -> None:
    card = card_of(with_decks, CODING)
    answer = alice.post(
        "/mocks",
        {
            "kind": "coding",
            "level": "2",
            "minutes": "60",
            "prompt": card,
            "hides_difficulty": "1",
            "is_bare": "1",
        },
    )
    mock, [round_], [item] = started(with_decks)
    assert answer.status_code == 303 and answer.headers["Location"] == f"/mocks/{mock.id}"
    assert (mock.kind, mock.level, mock.hides_difficulty, mock.is_bare) == ("coding", 2, True, True)
    assert (round_.minutes, item.card_id) == (60, card)
    page = alice.get("/mocks/new?kind=coding").text
    assert re.search(r'name="minutes" value="60" checked', page)
    assert re.search(r'name="hides_difficulty" type="checkbox" value="1" checked', page)
    assert re.search(r'href="[^"]*level=2#chosen" aria-current="true"', page)
    assert "· medium" not in page  # the difficulty is hidden here as well


def test_a_prompt_in_the_address_is_chosen_with_its_kind(
    with_decks: Database, alice: Browser
) -> None:
    card = card_of(with_decks, DESIGN)
    page = alice.get(f"/mocks/new?prompt={card}").text
    assert re.search(rf'name="prompt" value="{card}" checked', page)
    assert re.search(r'kind=system-design" aria-current="true"', page)
    assert alice.get("/mocks/new?prompt=999999").status_code == 404
    assert alice.get("/mocks/new?prompt=" + "9" * 30).status_code == 404
    assert alice.get("/mocks/new?kind=chess").status_code == 404
    assert alice.get("/mocks/new?kind=coding&level=nine&minutes=x").status_code == 200


def test_a_surprise_and_a_loop_begin(with_decks: Database, alice: Browser) -> None:
    assert alice.post("/mocks", {"kind": "sql", "prompt": "surprise"}).status_code == 303
    mock, [round_], items = started(with_decks)
    assert round_.kind == "sql" and len(items) == 1
    page = alice.get("/mocks/new?kind=loop").text
    assert 'name="round" value="0" checked' in page and 'value="10" selected>10 minutes' in page
    answer = alice.post(
        "/mocks",
        {
            "kind": "loop",
            "prompt": "proposed",
            "round": ["0", "3"],
            "minutes-3": "45",
            "break_minutes": "5",
        },
    )
    assert answer.status_code == 303
    mock, rounds, _ = started(with_decks)
    assert (mock.kind, mock.break_minutes) == ("loop", 5)
    assert [(one.kind, one.minutes) for one in rounds] == [("coding", 45), ("behavioral", 45)]


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"kind": "loop", "prompt": "proposed"}, 422, "Tick at least one round"),
        ({"kind": "coding", "prompt": "nonsense"}, 422, "Choose a prompt from the list"),
        ({"kind": "coding", "minutes": "7"}, 422, "30, 45 or 60 minutes, not 7"),
        ({"kind": "chess"}, 404, "no such kind of interview"),
        ({}, 404, "no such kind of interview"),
    ],
)
def test_what_cannot_begin_is_refused_on_the_page(
    with_decks: Database, alice: Browser, form: dict[str, str], status: int, sentence: str
) -> None:
    answer = alice.post("/mocks", form)
    assert answer.status_code == status and sentence in text_of(answer.text)
    with with_decks.reading() as session:
        assert session.scalars(select(Mock)).all() == []


def test_a_prompt_of_another_kind_is_refused(with_decks: Database, alice: Browser) -> None:
    answer = alice.post("/mocks", {"kind": "coding", "prompt": card_of(with_decks, DESIGN)})
    assert answer.status_code == 422 and "choose another" in text_of(answer.text)


def test_without_any_prompt_the_page_says_so(database: Database, alice: Browser) -> None:
    page = text_of(alice.get("/mocks/new?kind=coding").text)
    assert "There is no prompt yet for this interview" in page
    assert alice.post("/mocks", {"kind": "coding"}).status_code == 422


def test_the_history_begins_empty_and_lists_what_is_open_and_done(
    with_decks: Database, alice: Browser
) -> None:
    assert "No mock yet" in alice.get("/mocks").text
    running = one_mock(with_decks, ended=False)
    page = alice.get("/mocks").text
    assert "Go on" in page and f"/mocks/{running}/discard" in page
    first = one_mock(with_decks, levels=[2, 3, 3, 4])
    one_mock(with_decks, levels=[3, 3, 4, 4], at=NOW - timedelta(days=1), verdict="strong-hire")
    page = alice.get("/mocks").text
    assert f"/mocks/{first}/report" in page and "Strong hire" in page
    assert "2 attempts" in text_of(page)
    assert page.count('class="chart"') == 5  # the whole round, and four dimensions
    assert 'aria-label="Problem solving: 2 scores, the last 3 of 4, 2.5 on average"' in page
    assert alice.post(f"/mocks/{running}/discard").status_code == 303
    with with_decks.reading() as session:
        assert session.get(Mock, (user_id(with_decks), uuid.UUID(running))) is None
    assert alice.post(f"/mocks/{first}/discard").status_code == 409


def test_a_long_history_has_pages(with_decks: Database, alice: Browser) -> None:
    for number in range(14):
        one_mock(with_decks, at=NOW - timedelta(days=number + 1))
    page = alice.get("/mocks").text
    assert page.count("card-row-title") == 12
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older is not None
    page = alice.get(older[1].replace("&amp;", "&")).text
    assert page.count("card-row-title") == 2 and "chart-figure" not in page
    assert alice.get("/mocks?before=nonsense~x").status_code == 200
    for moment in ("0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"):
        assert alice.get(f"/mocks?before={moment}~{uuid.uuid4()}").status_code == 200


def test_the_report_shows_everything_and_nothing_of_it_is_markup(
    with_decks: Database, alice: Browser, bob: Browser
) -> None:
    mock_id = one_mock(with_decks, levels=[1, 2, 3, 4], revised=[2], interviewer=[3, 3, 3, 3])
    owner = user_id(with_decks)
    with with_decks.writing() as session:
        card = card_titled(session, owner, CODING)
        code = f"# {HOSTILE}\ndef covered(): ..."
        add_attempt(session, owner, uuid.UUID(mock_id), card, code, NOW)
        write_text(session, owner, uuid.UUID(mock_id), "notes", f"first {HOSTILE}", NOW)
        write_text(session, owner, uuid.UUID(mock_id), "diagram", "flowchart LR\n a-->b", NOW)
    answer = alice.get(f"/mocks/{mock_id}/report")
    page = text_of(answer.text)
    for words in (
        "Leaning hire",
        "You, at first",
        "You, revised",
        "Interviewer",
        "self saw row 0 again",
        "Model solution",
        "Plausible, and wrong",
        "Nothing: no card was moved.",
        "What to do next",
        "Minutes of each stage",
    ):
        assert words in page, words
    assert HOSTILE not in answer.text and "first &lt;script&gt;" in answer.text
    assert answer.text.count('class="bar"') == 7
    assert "data-diagram=" in answer.text and "report" in answer.text
    assert 'href="/search?q=tag:intervals"' in answer.text
    assert bob.get(f"/mocks/{mock_id}/report").status_code == 404
    assert bob.get(f"/mocks/{mock_id}/report.md").status_code == 404


def test_signals_in_the_report_are_formatted(with_decks: Database, alice: Browser) -> None:
    title = "From a wish to a task"
    mock_id = one_mock(with_decks, title, "behavioral", levels=[2, 2, 2, 2])
    page = alice.get(f"/mocks/{mock_id}/report").text
    assert "<em>not</em> built" in page and "*not*" not in page


def test_the_report_comes_as_a_file_of_markdown(with_decks: Database, alice: Browser) -> None:
    mock_id = one_mock(with_decks, levels=[3, 3, 3, 3])
    answer = alice.get(f"/mocks/{mock_id}/report.md")
    assert answer.mimetype == "text/markdown" and answer.text.startswith(f"# Mock: {CODING}\n")
    assert re.fullmatch(
        r'attachment; filename="mock-coding-\d{4}-\d\d-\d\d\.md"',
        answer.headers["Content-Disposition"],
    )


def test_an_open_mock_has_no_report(with_decks: Database, alice: Browser) -> None:
    mock_id = one_mock(with_decks, ended=False)
    answer = alice.get(f"/mocks/{mock_id}/report")
    assert answer.status_code == 303 and answer.headers["Location"] == f"/mocks/{mock_id}"
    answer = alice.get(f"/mocks/{mock_id}/report.md")
    assert answer.status_code == 409 and "solution" not in answer.text


@pytest.mark.parametrize(("verb", "is_draft"), [("accept", False), ("decline", None)])
def test_a_draft_waits_for_a_yes_or_a_no(
    with_decks: Database, alice: Browser, bob: Browser, verb: str, is_draft: bool | None
) -> None:
    mock_id = one_mock(with_decks)
    owner = user_id(with_decks)
    with with_decks.writing() as session:
        card = card_titled(session, owner, CODING)
        offers = draft_offers(session, owner, card, CODING, [FollowUp("And at least k?", "Sweep.")])
        notes = make_drafts(session, owner, offers, NOW)
        mock = session.get_one(Mock, (owner, uuid.UUID(mock_id)))
        mock.effects = {"reviews": [], "drafts": notes, "offered": []}
        [draft] = list_drafts(session, owner)
    assert "And at least k?" in alice.get(f"/mocks/{mock_id}/report").text
    assert "1 draft waits for your yes" in alice.get("/mocks").text
    assert "draft waits" not in bob.get("/mocks").text
    waiting = alice.get("/mocks/drafts").text
    assert "And at least k?" in waiting and CODING in waiting
    assert "No draft waits" in bob.get("/mocks/drafts").text
    path = f"/mocks/drafts/{draft.card_id}/{verb}"
    assert bob.post(path, {"mock": mock_id}).status_code == 404
    answer = alice.post(path, {"mock": mock_id})
    assert answer.headers["Location"] == f"/mocks/{mock_id}/report#drafts"
    with with_decks.reading() as session:
        assert list_drafts(session, owner) == []
        retired = session.get_one(Card, draft.card_id).retired_at
        mark = session.get(CardMark, (owner, draft.card_id))
        assert (retired is None) is (verb == "accept")
        assert mark is None or mark.is_draft is False
    assert alice.post(path).status_code == 404
    assert "draft waits" not in alice.get("/mocks").text


def test_drafts_are_gone_through_one_after_the_other(with_decks: Database, alice: Browser) -> None:
    owner = user_id(with_decks)
    with with_decks.writing() as session:
        card = card_titled(session, owner, CODING)
        missed = [FollowUp("And at least k?", "Sweep."), FollowUp("And online?", "A tree.")]
        make_drafts(session, owner, draft_offers(session, owner, card, CODING, missed), NOW)
        one, other = (draft.card_id for draft in list_drafts(session, owner))
    assert alice.post(f"/mocks/drafts/{one}/accept").headers["Location"] == "/mocks/drafts"
    page = alice.get("/mocks/drafts").text
    assert "And online?" in page and "And at least k?" not in page
    assert alice.post(f"/mocks/drafts/{other}/decline").headers["Location"] == "/mocks"


def test_undoing_says_what_it_did(with_decks: Database, alice: Browser) -> None:
    mock_id = one_mock(with_decks)
    answer = alice.post(f"/mocks/{mock_id}/undo", follow_redirects=True)
    assert "0 cards stand where they stood before" in text_of(answer.text)
    assert "Taken back on" in text_of(answer.text)
    answer = alice.post(f"/mocks/{mock_id}/undo", follow_redirects=True)
    assert "taken back before" in text_of(answer.text)


def test_two_attempts_are_compared(with_decks: Database, alice: Browser, bob: Browser) -> None:
    first = one_mock(with_decks, levels=[1, 3, 3, 4])
    card = card_of(with_decks, CODING)
    assert alice.get(f"/mocks/compare?card={card}").status_code == 404
    second = one_mock(with_decks, levels=[3, 3, 2, 4], at=NOW)
    for path in (f"card={card}", f"a={first}&b={second}", f"a={second}&b={first}"):
        page = text_of(alice.get(f"/mocks/compare?{path}").text)
        assert "up by 2" in page and "down by 1" in page and "as before" in page
    for path in ("", "card=x", f"a={first}", f"a={first}&b={first}", f"a={first}&b=x"):
        assert alice.get(f"/mocks/compare?{path}").status_code == 404
    assert bob.get(f"/mocks/compare?a={first}&b={second}").status_code == 404
    assert bob.get(f"/mocks/compare?card={card}").status_code == 404


def card_of(database: Database, title: str) -> int:
    with database.reading() as session:
        return card_titled(session, user_id(database), title)


def test_the_start_page_lists_prompts_apart_and_leads_back_to_the_mock(
    with_decks: Database, alice: Browser
) -> None:
    owner = user_id(with_decks)
    for title in (CODING, DESIGN):
        with with_decks.writing() as session:
            session.add(
                Memory(
                    user_id=owner,
                    card_id=card_titled(session, owner, title),
                    due_day=(NOW - timedelta(days=2)).date(),
                    last_day=(NOW - timedelta(days=9)).date(),
                    interval_days=7,
                    version=1,
                )
            )
    running = one_mock(with_decks, ended=False)
    coding, design = card_of(with_decks, CODING), card_of(with_decks, DESIGN)
    page = alice.get("/").text
    assert "Prompts and exercises due" in page and "65 minutes in all" in page
    assert f'href="/exercises/{coding}"' in page and f'href="/mocks/new?prompt={design}"' in page
    assert f'href="/mocks/{running}"' in page and "cards wait" not in page


def test_a_deck_of_prompts_alone_says_what_it_is(with_decks: Database, alice: Browser) -> None:
    with with_decks.reading() as session:
        key = "coding/exercises-binary-search"
        deck = session.scalars(select(Deck).where(Deck.key == key)).one()
    page = alice.get(f"/decks/{deck.id}").text
    assert "2 prompts" in text_of(page) and "no flashcards in this deck" in text_of(page)
    assert "Study this deck" not in page and "0 cards" not in page
    assert "Smallest daily capacity" in page
    library = text_of(alice.get("/decks").text)
    assert "2 prompts" in library and re.search(r"\b0 cards", library) is None


def test_questions_are_shown_in_the_markup_of_their_cards(
    with_decks: Database, alice: Browser
) -> None:
    owner = user_id(with_decks)
    with with_decks.writing() as session:
        ladder = next(
            one for one in list_prompts(session.connection(), owner) if one.kind == "concepts"
        )
        mock_id = add_mock(session, owner, [("concepts", [ladder.card_id])], NOW, levels=[3] * 4)
        item = session.scalars(select(RoundItem).where(RoundItem.mock_id == mock_id)).one()
        item.questions = [
            question("What is *recall*?", "markdown", "again"),
            question("What is <b>AUC</b>?<script>x</script>", "html", None),
        ]
    page = alice.get(f"/mocks/{mock_id}/report").text
    assert "<em>recall</em>" in page and "<b>AUC</b>" in page and "<script>x" not in page
    assert "not reached" in text_of(page)
    text = alice.get(f"/mocks/{mock_id}/report.md").text
    assert "- What is recall?: again" in text and "- What is AUC?: not graded" in text


def question(text: str, markup: str, grade: str | None) -> dict[str, object]:
    return {
        "question": text,
        "answer": "An answer.",
        "markup": markup,
        "step": "define",
        "card_id": None,
        "is_shown": grade is not None,
        "grade": grade,
    }
