"""What a report says of a mock that ended, as values and as Markdown, and two beside each other."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from interviewprep.core.rendering.markdown import markdown_html
from interviewprep.errors import Conflict, NotFound
from interviewprep.services.interviews.comparing import compare, diff_lines
from interviewprep.services.interviews.finishing import finish_mock
from interviewprep.services.interviews.report_text import report_markdown
from interviewprep.services.interviews.reports import load_report
from interviewprep.services.interviews.taking_back import undo_mock
from interviewprep.services.learner import Learner
from interviewprep.storage import Database, MockRound, RoundItem

from ..conftest import NOW, add_learner
from .past_mocks import add_attempt, add_mock, card_titled, write_text

DAY = timedelta(days=1)
CODING = "Total covered time"
DESIGN = "Rate limiter for a public API"
HOSTILE = "# not a heading\n```\nnot *the* end | of `it`\n`````\n<script>alert(1)</script>"


def coding_mock(session: Session, learner: Learner, **more: object) -> uuid.UUID:
    card = card_titled(session, learner.id, CODING)
    mock_id = add_mock(
        session,
        learner.id,
        [("coding", [card])],
        NOW,
        levels=[1, 3, 2, None],
        revised=[2, None, None, None][:1],
        interviewer=[4],
        **more,  # type: ignore[arg-type]
    )
    add_attempt(session, learner.id, mock_id, card, "def covered(): ...", NOW, [False], "run")
    add_attempt(session, learner.id, mock_id, card, "def covered(x):\n    return 1", NOW + DAY)
    write_text(session, learner.id, mock_id, "notes", HOSTILE, NOW)
    write_text(session, learner.id, mock_id, "diagram", "flowchart LR\n  a --> b", NOW)
    session.execute(
        update(RoundItem)
        .where(RoundItem.mock_id == mock_id)
        .values(
            hints=1,
            submitted_at=NOW,
            follow_ups=[{"n": 0, "answered": False}],
            outcomes=[{"name": "test_a", "label": "a_b *c*", "passed": True, "hidden": True}],
        )
    )
    return mock_id


def test_a_report_holds_what_was_scored_written_and_run(with_decks: Database) -> None:
    learner = add_learner(with_decks)
    with with_decks.writing() as session:
        mock_id = coding_mock(session, learner)
    with with_decks.reading() as session:
        report = load_report(session, learner, mock_id, NOW)
    [each] = report.rounds
    [item] = each.items
    assert report.title == CODING and report.label == "Coding"
    assert "committee" in report.meaning
    first, coding, testing, communication = item.sheet.rows
    assert (first.first, first.revised) and first.level == 2
    assert first.interviewer is not None and first.interviewer.level == 4
    assert (coding.level, testing.level, communication.level) == (3, 2, None)
    assert [row.rubric.dimension for row in item.weak_rows] == ["Problem solving", "Testing"]
    assert report.weak[0][2] == ("intervals", "complexity")
    assert [one.code[:15] for one in item.attempts] == ["def covered(): ", "def covered(x):"]
    assert item.texts["notes"] == HOSTILE and set(item.texts) == {"notes", "diagram"}
    assert item.passed == 1 and [answered for _, answered in item.follow_ups] == [False]
    plan = [stage.planned_seconds for stage in each.stages]
    assert [stage.seconds for stage in each.stages] == [
        seconds + (60 if place == 2 else 0) for place, seconds in enumerate(plan)
    ]
    assert each.minutes_taken == 46


def test_there_is_no_report_before_the_end_nor_for_a_stranger(with_decks: Database) -> None:
    learner, other = add_learner(with_decks), add_learner(with_decks, "bob@example.org")
    with with_decks.writing() as session:
        card = card_titled(session, learner.id, CODING)
        running = add_mock(session, learner.id, [("coding", [card])], NOW, ended=False)
        ended = add_mock(session, learner.id, [("coding", [card])], NOW)
    with with_decks.reading() as session:
        with pytest.raises(Conflict):
            load_report(session, learner, running, NOW)
        with pytest.raises(NotFound):
            load_report(session, other, ended, NOW)
        with pytest.raises(NotFound):
            compare(session, other, NOW, chosen=[ended, running])


def test_what_was_written_reads_back_from_the_markdown_as_it_was(with_decks: Database) -> None:
    learner = add_learner(with_decks)
    with with_decks.writing() as session:
        mock_id = coding_mock(session, learner)
    with with_decks.reading() as session:
        text = report_markdown(load_report(session, learner, mock_id, NOW), learner)
    html = markdown_html(text)
    assert "<script" not in html
    blocks = [
        unescape(re.sub(r"<[^>]+>", "", block)).rstrip()
        for block in re.findall(r"<pre[^>]*>(.*?)</pre>", html, re.DOTALL)
    ]
    assert blocks[-3:-1] == ["def covered(x):\n    return 1", HOSTILE]
    assert blocks[-1] == "flowchart LR\n  a --> b"
    headings = re.findall(r"<h\d>(.*?)</h\d>", html)
    assert headings[:3] == [f"Mock: {CODING}", "Coding", CODING]
    assert "not a heading" not in headings
    words = unescape(re.sub(r"<[^>]+>", "", html))
    assert "passed: a_b *c*" in words and "self saw row 0 again" in words
    assert "Leaning hire, 3.00 of 4." in words and "1 of 3 hints" in words


def test_what_the_mock_did_stands_in_its_report_and_so_does_its_undoing(
    with_decks: Database,
) -> None:
    learner = add_learner(with_decks)
    with with_decks.writing() as session:
        card = card_titled(session, learner.id, CODING)
        mock_id = add_mock(
            session,
            learner.id,
            [("coding", [card])],
            NOW - timedelta(hours=1),
            levels=[1, 1, 2, 2],
            ended=False,
        )
        session.execute(
            update(MockRound).where(MockRound.mock_id == mock_id).values(state="revising")
        )
        session.execute(
            update(RoundItem)
            .where(RoundItem.mock_id == mock_id)
            .values(follow_ups=[{"n": 0, "answered": False}])
        )
    with with_decks.writing() as session:
        finish_mock(session, learner, mock_id, NOW)
    with with_decks.reading() as session:
        report = load_report(session, learner, mock_id, NOW)
    move = report.moves[0]
    assert (move.title, move.why, move.grade, move.before_day) == (CODING, "prompt", "Again", None)
    assert move.after_day == date(2026, 5, 5) and move.is_seen
    assert len(report.drafts) == 1 and report.drafts[0].prompt_title == CODING
    assert report.offered  # cards about complexity that nobody has begun
    with with_decks.writing() as session:
        undo_mock(session, learner, mock_id, NOW)
    with with_decks.reading() as session:
        report = load_report(session, learner, mock_id, NOW)
        text = report_markdown(report, learner)
    assert report.mock.undone_at == NOW and not report.drafts
    assert "It was taken back since." in text


def test_two_attempts_at_a_prompt_stand_side_by_side(with_decks: Database) -> None:
    learner = add_learner(with_decks)
    with with_decks.writing() as session:
        coding = card_titled(session, learner.id, CODING)
        design = card_titled(session, learner.id, DESIGN)
        one, two, three = (
            add_mock(session, learner.id, [("coding", [coding])], NOW + n * DAY, levels=[n + 1] * 4)
            for n in range(3)
        )
        alone = add_mock(session, learner.id, [("system-design", [design])], NOW)
        for mock_id, code in ((one, "a\nb\n"), (three, "a\nc\n")):
            add_attempt(session, learner.id, mock_id, coding, code, NOW)
    with with_decks.reading() as session:
        newest = compare(session, learner, NOW, card_id=coding)
        chosen = compare(session, learner, NOW, chosen=[three, one])
        for wrong in ({"card_id": design}, {"chosen": [one]}, {"chosen": [one, alone]}):
            with pytest.raises(NotFound):
                compare(session, learner, NOW, **wrong)
    assert [each.mock_id for each in newest.attempts] == [three, two, one]
    assert (newest.earlier.mock.id, newest.later.mock.id) == (two, three)
    assert (chosen.earlier.mock.id, chosen.later.mock.id) == (one, three)
    pair = chosen.rows[0]
    assert pair.earlier is not None and pair.later is not None
    assert (pair.dimension, pair.earlier.level, pair.later.level) == ("Problem solving", 1, 3)
    assert [(line.mark, line.text) for line in chosen.code] == [
        ("@", ""),
        (" ", "a"),
        ("-", "b"),
        ("+", "c"),
    ]
    assert [stage.label for stage in chosen.stages][:2] == ["Introduction", "Clarify"]


def test_equal_code_has_no_difference() -> None:
    assert diff_lines("a\nb", "a\nb") == ()
    assert [line.mark for line in diff_lines("", "@@ a")] == ["@", "+"]
