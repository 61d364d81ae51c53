"""What stands in the messages, taken from a real mail server."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

from sqlalchemy import insert, update

from interviewprep.core.reminders import ReminderSettings
from interviewprep.services.learner import Learner
from interviewprep.services.reminding.settings import save_settings, settings_of
from interviewprep.storage import ChannelState, Database, Day, Deck, Memory
from interviewprep.storage.memories import shift_load
from interviewprep.worker.reminding import Outcome, remind
from tests.mail_server import mail_server

from ..services.interviews.mocks import add_prompt
from ..services.reminding_world import BASE_URL, add_reminded, deliveries, settings_for, study

SIX = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)  # Monday, 18:00 in Berlin
EVE = SIX - timedelta(hours=10)
SUNDAY = SIX + timedelta(days=6)
HOSTILE = '<img src=x onerror=alert(1)>"\r\nBcc: all@example.org'


def send(database: Database, port: int, at: datetime) -> list[Outcome]:
    return remind(settings_for(database, f"smtp://127.0.0.1:{port}"), database, at)


def test_the_message_has_text_and_html_and_one_click_to_end_it(database: Database) -> None:
    learner = add_reminded(database, begun=EVE, cards=12)
    with database.writing_core() as connection:
        connection.execute(update(Deck).values(name="Basics::Loops"))
    with mail_server() as inbox:
        [outcome] = send(database, inbox.port, SIX)
        [message] = inbox.messages
    assert outcome.state == "sent"
    assert message["Subject"] == "12 cards wait, about 3 minutes"
    assert message["To"] == "alice@example.org"
    assert message["Message-ID"] == f"<{outcome.claimed.message_id}@prep.example.org>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    ending = re.fullmatch(r"<(https://[^>]+)>", message["List-Unsubscribe"])
    assert ending is not None
    assert message.get_content_type() == "multipart/alternative"
    text, html = [part.get_content() for part in message.iter_parts()]
    for body in (text, unescape(html)):
        assert "12 cards wait, about 3 minutes" in body and "Basics · Loops" in body
        assert f"{BASE_URL}/review" in body and f"{BASE_URL}/settings/reminders" in body
        assert ending[1] in body
        assert "mock" not in body and "I am back" not in body
    with database.reading_core() as connection:
        assert settings_of(connection, learner.id).is_on


def test_the_html_fetches_nothing_and_has_inline_styles_in_both_themes(database: Database) -> None:
    add_reminded(database, begun=EVE)
    with mail_server() as inbox:
        send(database, inbox.port, SIX)
        [message] = inbox.messages
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert not re.search(r"<(img|script|style|link|iframe)|url\(|@import|\bon\w+=", html)
    assert 'name="color-scheme" content="light dark"' in html
    assert html.count("light-dark(") > 5
    assert set(re.findall(r"https?://[^/\"]+", html)) == {BASE_URL}


def test_the_name_of_a_deck_stays_text(database: Database) -> None:
    add_reminded(database, begun=EVE)
    with database.writing_core() as connection:
        connection.execute(update(Deck).values(name=HOSTILE))
    with mail_server() as inbox:
        send(database, inbox.port, SIX)
        [message] = inbox.messages
    assert message["Bcc"] is None and "onerror" not in message["Subject"]
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<img" not in html and "&lt;img src=x" in html


def test_the_mock_that_is_due_is_named(database: Database) -> None:
    learner = add_reminded(database, begun=EVE)
    with database.writing() as session:
        prompt = add_prompt(session, learner.id, EVE)
        session.add(
            Memory(
                user_id=learner.id,
                card_id=prompt,
                due_day=date(2026, 5, 4),
                last_day=date(2026, 4, 20),
                interval_days=14,
                version=1,
            )
        )
        shift_load(session.connection(), learner.id, [(None, date(2026, 5, 4))])
    with mail_server() as inbox:
        send(database, inbox.port, SIX)
        [message] = inbox.messages
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "A mock interview is due too: “" in text and f"{BASE_URL}/mocks" in text


def test_an_address_the_mail_server_refuses_costs_nobody_else(database: Database) -> None:
    bad = add_reminded(database, "bad@example.org", begun=EVE)
    others = {f"p{number}@example.org" for number in range(5)}
    for email in others:
        add_reminded(database, email, begun=EVE)
    with mail_server() as inbox:
        inbox.unknown.add("bad@example.org")
        send(database, inbox.port, SIX)
        assert {str(message["To"]) for message in inbox.messages} == others
    assert deliveries(database, bad.id)[0][2] == "failed"
    with database.reading() as session:
        [state] = session.query(ChannelState).all()
        assert "550 5.1.1 no such user here" in state.last_error


def test_a_mail_server_that_is_down_is_tried_again_under_the_same_name(database: Database) -> None:
    add_reminded(database, begun=EVE)
    with mail_server() as inbox:
        port = inbox.port
    [failed] = send(database, port, SIX)
    assert failed.state == "failed" and "could not be reached" in failed.reason
    with mail_server() as inbox:
        [sent] = send(database, inbox.port, SIX + timedelta(minutes=10))
        [message] = inbox.messages
    assert sent.claimed.message_id == failed.claimed.message_id in message["Message-ID"]


def summarised(database: Database) -> Learner:
    learner = add_reminded(database, begun=EVE, cards=4)
    with database.writing() as session:
        chosen = ReminderSettings(is_on=False, weekly=True)
        save_settings(session, learner.id, chosen, EVE)
    return learner


def test_the_weekly_summary_says_what_was_done_and_what_comes(database: Database) -> None:
    learner = summarised(database)
    study(database, learner, SIX)
    with database.writing_core() as connection:
        connection.execute(
            update(Memory).where(Memory.user_id == learner.id).values(interval_days=30)
        )
        [deck_id] = connection.execute(Deck.__table__.select()).scalars().all()
        connection.execute(update(Deck).values(name="Basics::Loops"))
        connection.execute(
            insert(Day),
            [
                {
                    "user_id": learner.id,
                    "study_day": date(2026, 5, 6),
                    "deck_id": deck_id,
                    "answers": 20,
                    "passes": 8,
                    "duration_ms": 600_000,
                }
            ],
        )
    with mail_server() as inbox:
        send(database, inbox.port, SIX)
        assert inbox.messages == []
        send(database, inbox.port, SUNDAY)
        send(database, inbox.port, SUNDAY + timedelta(minutes=1))
        [message] = inbox.messages
    assert message["Subject"] == "Your week: 24 answers on 2 days"
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Time spent: 10 minutes" in text
    assert "Stronger: Basics · Loops: 4 cards" in text
    assert "Weak: Basics · Loops: 50% of 24 right" in text
    assert "/reminders/unsubscribe/" in message["List-Unsubscribe"]


def test_nobody_gets_a_summary_of_nothing(database: Database) -> None:
    learner = summarised(database)
    with mail_server() as inbox:
        send(database, inbox.port, SUNDAY)
        assert inbox.messages == []
    [row] = deliveries(database, learner.id)
    assert row[2] == "skipped" and "nothing to sum up" in row[3]


def test_the_summary_is_off_by_default(database: Database) -> None:
    assert replace(ReminderSettings(), is_on=True).weekly is False


def test_headers_with_addresses_stay_on_one_line(database: Database) -> None:
    add_reminded(database, begun=EVE)
    host = "a-rather-long-name-of-a-server-in-a-very-large-organisation.learning.example.org"
    with mail_server() as inbox:
        smtp_url = f"smtp://127.0.0.1:{inbox.port}"
        settings = replace(settings_for(database, smtp_url), base_url=f"https://{host}")
        remind(settings, database, SIX)
        [message] = inbox.messages
    for name in ("Message-ID", "List-Unsubscribe"):
        value = message[name]
        assert value.startswith("<") and value.endswith(">") and " " not in value
        assert f"{host}" in value
