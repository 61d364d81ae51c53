"""Reminders as a learner sees them: choosing, being asked once, devices, chats, the calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import vobject
from flask import Flask
from sqlalchemy import insert, select

from interviewprep.core.reminders import ReminderSettings
from interviewprep.services.reminding.settings import ensure_reminder, settings_of
from interviewprep.services.tokens import create_token
from interviewprep.storage import (
    ChannelState,
    ChatAddress,
    Database,
    Day,
    Memory,
    PushSubscription,
    Reminder,
    User,
)
from tests.mail_server import mail_server

from ..services.conftest import add_deck
from .conftest import Browser, MakeApp, add_user, signed_in
from .walking_reminders import CHAT, SUBSCRIPTION

PAGE = "/settings/reminders"
KEYS = "/api/v1/push-subscriptions"
GOOD = {
    "is_on": "1",
    "minute_of_day": "07:30",
    "weekday_0": "1",
    "weekday_3": "1",
    "least_due": "5",
    "again_minute": "21:15",
    "paused_until": "2027-01-04",
    "by_email": "1",
    "weekly": "1",
    "weekly_weekday": "5",
}
CHOSEN = ReminderSettings(
    is_on=True,
    minute_of_day=450,
    weekdays=frozenset({0, 3}),
    least_due=5,
    again_minute=1275,
    paused_until=date(2027, 1, 4),
    by_email=True,
    by_push=False,
    by_chat=False,
    weekly=True,
    weekly_weekday=5,
)


def stored(database: Database, email: str = "bob@example.org") -> ReminderSettings:
    with database.reading() as session:
        user_id = session.scalars(select(User.id).where(User.email == email)).one()
        return settings_of(session.connection(), user_id)


def reminder(database: Database) -> Reminder | None:
    with database.reading() as session:
        return session.scalars(select(Reminder)).one_or_none()


def test_what_is_chosen_is_kept_and_shown_again(bob: Browser, database: Database) -> None:
    assert stored(database) == ReminderSettings()
    answer = bob.post(PAGE, GOOD)
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert stored(database) == CHOSEN
    page = bob.get(PAGE).text
    for part in ('value="07:30"', 'value="21:15"', 'value="2027-01-04"', 'value="5"'):
        assert part in page
    assert re.search(r'name="weekday_3" value="1" checked', page)
    assert not re.search(r'name="weekday_1" value="1" checked', page)
    assert bob.get("/account").text.count(PAGE) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("minute_of_day", "25:00", "give a time such as 18:05"),
        ("minute_of_day", "", "give a time such as 18:05"),
        ("least_due", "0", "a whole number from 1 to 999"),
        ("least_due", "²", "a whole number from 1 to 999"),
        ("again_minute", "07:30", "needs another time than the first"),
        ("paused_until", "soon", "give a date"),
        ("paused_until", "9999-12-31", "give a date"),
        ("weekly_weekday", "7", "a whole number from 0 to 6"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field_and_nothing_is_lost(
    bob: Browser, database: Database, field: str, value: str, sentence: str
) -> None:
    typed = {**GOOD, "least_due": "77", field: value}
    answer = bob.post(PAGE, typed)
    assert answer.status_code == 422
    page = unescape(answer.text)
    [error] = re.findall(rf'id="field-{field}-error">([^<]+)<', page)
    assert sentence in error
    if field != "least_due":
        assert 'value="77"' in page
    assert re.search(r'name="weekday_3" value="1" checked', page)
    assert not re.search(r'name="by_push"[^>]* checked', page)
    assert stored(database) == ReminderSettings()


def test_a_week_without_a_day_is_refused_beside_the_days(bob: Browser) -> None:
    answer = bob.post(PAGE, {"is_on": "1", "minute_of_day": "08:00", "least_due": "1"})
    assert answer.status_code == 422
    assert 'id="weekdays-error">Choose at least one day' in answer.text


def test_a_server_without_mail_says_what_its_administrator_has_to_set(bob: Browser) -> None:
    page = bob.get(PAGE).text
    assert "INTERVIEWPREP_SMTP_URL" in page and "This server sends no mail" in page
    assert "interviewprep[push]" not in page and "interviewprep[chat]" not in page


def test_a_server_without_the_extras_says_which_to_install(
    bob: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("push", "chat"):
        monkeypatch.setattr(f"interviewprep.worker.{module}.find_spec", lambda _name: None)
    page = bob.get(PAGE).text
    assert "interviewprep[push]" in page and "interviewprep[chat]" in page
    assert "data-push-on" not in page
    assert bob.post(f"{PAGE}/chats", {"url": CHAT}).status_code == 403
    monkeypatch.undo()


def study(database: Database, email: str, days_ago: int = 0, answers: int = 3) -> tuple[int, int]:
    """Give the learner a deck and a day with answers; return the learner and the deck."""
    with database.reading() as session:
        user_id = session.scalars(select(User.id).where(User.email == email)).one()
    deck_id, cards = add_deck(database, user_id, cards=60)
    day = (datetime.now(UTC) - timedelta(hours=4, days=days_ago)).date()
    with database.writing_core() as connection:
        connection.execute(
            insert(Day),
            [
                {
                    "user_id": user_id,
                    "study_day": day,
                    "deck_id": deck_id,
                    "answers": answers,
                    "reviews": answers,
                }
            ],
        )
        due_day = day - timedelta(days=1) if days_ago else day + timedelta(days=9)
        row = {"user_id": user_id, "interval_days": 9, "repetitions": 2, "version": 1}
        row |= {"due_day": due_day, "last_day": due_day - timedelta(days=9)}
        connection.execute(insert(Memory), [{**row, "card_id": card} for card in cards])
    return user_id, deck_id


QUESTION = "Remind you each day?"


def test_a_newcomer_is_not_asked(bob: Browser) -> None:
    assert QUESTION not in bob.get("/").text


@pytest.mark.parametrize("yes", [True, False])
def test_a_learner_is_asked_once_after_the_first_finished_session(
    bob: Browser, database: Database, yes: bool
) -> None:
    study(database, "bob@example.org")
    assert QUESTION in bob.get("/").text and QUESTION in bob.get("/review").text
    form = {"answer": "yes" if yes else "no", "minute_of_day": "06:45"}
    answer = bob.post(f"{PAGE}/question", form)
    assert (answer.status_code, answer.location) == (303, PAGE if yes else "/")
    assert QUESTION not in bob.get("/").text and QUESTION not in bob.get("/review").text
    expected = ReminderSettings(is_on=True, minute_of_day=405) if yes else ReminderSettings()
    assert stored(database) == expected


def test_whoever_has_chosen_is_not_asked(bob: Browser, database: Database) -> None:
    study(database, "bob@example.org")
    bob.post(PAGE, {**GOOD, "is_on": ""})
    assert QUESTION not in bob.get("/").text


def test_an_hour_that_is_none_leads_to_the_settings(bob: Browser, database: Database) -> None:
    answer = bob.post(f"{PAGE}/question", {"answer": "yes", "minute_of_day": "late"})
    assert answer.status_code == 422 and "give a time such as 18:05" in answer.text
    assert stored(database) == ReminderSettings()


def test_devices_are_added_shown_renewed_and_removed(
    bob: Browser, alice: Browser, database: Database
) -> None:
    key = bob.post(f"{KEYS}/key").json
    assert key is not None and bob.post(f"{KEYS}/key").json == key
    assert re.fullmatch(r"[\w-]{87}", key["key"])
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}
    first = bob.post(KEYS, json=SUBSCRIPTION, headers=agent)
    again = bob.post(KEYS, json=SUBSCRIPTION, headers=agent)
    assert (first.status_code, again.json) == (201, first.json)
    assert first.json is not None
    page = bob.get(PAGE).text
    assert "Firefox on Linux" in page and SUBSCRIPTION["endpoint"] not in page
    remove = f"{PAGE}/devices/{first.json['id']}/remove"
    assert alice.post(remove).status_code == 404
    assert bob.post(remove).status_code == 303
    assert "Firefox on Linux" not in bob.get(PAGE).text


def test_a_browser_belongs_to_whoever_subscribed_it_last(
    bob: Browser, alice: Browser, database: Database
) -> None:
    bob.post(KEYS, json=SUBSCRIPTION)
    alice.post(KEYS, json=SUBSCRIPTION)
    with database.reading() as session:
        [row] = session.scalars(select(PushSubscription))
        assert session.get_one(User, row.user_id).email == "alice@example.org"


def test_of_too_many_devices_the_one_seen_longest_ago_goes(
    bob: Browser, database: Database
) -> None:
    for number in range(22):
        endpoint = f"https://push.example.com/{number}"
        assert bob.post(KEYS, json={**SUBSCRIPTION, "endpoint": endpoint}).status_code == 201
        if number == 19:  # the first is seen again
            again = {**SUBSCRIPTION, "endpoint": "https://push.example.com/0"}
            assert bob.post(KEYS, json=again).status_code == 201
    with database.reading() as session:
        held = {
            row.endpoint.rpartition("/")[2] for row in session.scalars(select(PushSubscription))
        }
    assert held == {str(number) for number in range(22)} - {"1", "2"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endpoint": "http://push.example.com/x"}, "endpoint"),
        ({"endpoint": "https://push.example.com:22/x"}, "endpoint"),
        ({"endpoint": "javascript:alert(1)"}, "endpoint"),
        ({"endpoint": "https://push.example.com/" + "x" * 2000}, "endpoint"),
        ({"p256dh": "AAAA"}, "p256dh"),
        ({"p256dh": "ä"}, "p256dh"),
        ({"auth": ""}, "auth"),
        ({"more": "x"}, "more"),
    ],
)
def test_a_subscription_that_cannot_be_used_is_refused(
    bob: Browser, database: Database, change: dict[str, str], field: str
) -> None:
    answer = bob.post(KEYS, json={**SUBSCRIPTION, **change})
    assert answer.status_code == 422 and answer.json is not None
    assert answer.json["error"]["field"] == field
    with database.reading() as session:
        assert session.scalars(select(PushSubscription)).all() == []


def test_chats_are_added_shown_masked_and_removed(
    bob: Browser, alice: Browser, database: Database
) -> None:
    assert bob.post(f"{PAGE}/chats", {"url": CHAT}).status_code == 303
    page = bob.get(PAGE).text
    assert "Discord, …" in page and CHAT not in page and "JHMHI8" not in page
    twice = bob.post(f"{PAGE}/chats", {"url": CHAT})
    assert twice.status_code == 422 and "among yours already" in twice.text
    with database.reading() as session:
        [row] = session.scalars(select(ChatAddress))
        assert row.url == CHAT
    remove = f"{PAGE}/chats/{row.id}/remove"
    assert alice.post(remove).status_code == 404
    assert bob.post(remove).status_code == 303
    with database.reading() as session:
        assert session.scalars(select(ChatAddress)).all() == []


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("json://example.org/x", "are not taken"),
        ("ntfys://127.0.0.1/topic", "private network"),
        ("nonsense", "as Apprise writes it"),
    ],
)
def test_a_chat_that_cannot_be_used_is_refused_beside_its_field(
    bob: Browser, url: str, sentence: str
) -> None:
    answer = bob.post(f"{PAGE}/chats", {"url": url})
    assert answer.status_code == 422
    [error] = re.findall(r'id="field-url-error">([^<]+)<', answer.text)
    assert sentence in error and f'value="{url}"' in answer.text


def test_a_failing_place_shows_its_error_and_is_switched_on_again(
    bob: Browser, alice: Browser, database: Database
) -> None:
    bob.post(f"{PAGE}/chats", {"url": CHAT})
    with database.writing() as session:
        [row] = session.scalars(select(ChatAddress))
        session.add(
            ChannelState(
                user_id=row.user_id,
                channel="chat",
                destination=row.url_hash,
                last_error="The service said <no>.",
                last_error_at=datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
                switched_off_at=datetime(2026, 11, 8, 8, 30, tzinfo=UTC),
            )
        )
    page = bob.get(PAGE).text
    assert "1 November, 08:30 UTC" in page and "The service said &lt;no&gt;." in page
    assert "8 November 2026" in page and "Switch on again" in page
    again = f"{PAGE}/places/{row.url_hash}/try-again"
    alice.post(again)
    assert "Switch on again" in bob.get(PAGE).text
    bob.post(again)
    assert "Switch on again" not in bob.get(PAGE).text


def feed_of(page: str) -> str:
    [found] = re.findall(r'value="(http[^"]+/reminders/calendar/[^"]+\.ics)"', page)
    return str(found)


def test_the_calendar_needs_no_session_and_ends_with_its_address(
    bob: Browser, anonymous: Browser, database: Database
) -> None:
    assert "/reminders/calendar/" not in bob.get(PAGE).text
    bob.post(PAGE, {**GOOD, "paused_until": "", "again_minute": ""})
    bob.post(f"{PAGE}/calendar")
    assert stored(database).calendar_feed
    address = feed_of(bob.get(PAGE).text)
    path = address.partition("127.0.0.1:8000")[2]
    answer = anonymous.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["Cache-Control"] == "private, max-age=900"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in answer.headers
    [event] = vobject.readOne(answer.text).contents["vevent"]
    assert event.dtstart.value.strftime("%H:%M") == "07:30"
    assert event.rrule.value == "FREQ=WEEKLY;BYDAY=MO,TH"
    etag = answer.headers["ETag"]
    assert anonymous.get(path, headers={"If-None-Match": etag}).status_code == 304
    bob.post(f"{PAGE}/calendar")
    other = feed_of(bob.get(PAGE).text).partition("127.0.0.1:8000")[2]
    assert anonymous.get(path).status_code == 404 and anonymous.get(other).status_code == 200
    bob.post(PAGE, GOOD)  # saving the rest leaves the calendar as it is
    assert anonymous.get(other).status_code == 200
    bob.post(f"{PAGE}/calendar/end")
    assert anonymous.get(other).status_code == 404
    assert anonymous.get(other[:-5] + "A.ics").status_code == 404


def test_one_sent_now_arrives_by_mail_with_its_way_out(
    make_app: MakeApp, database: Database
) -> None:
    with mail_server() as inbox:
        app = make_app(SMTP_URL=f"smtp://127.0.0.1:{inbox.port}", BASE_URL="https://p.example.org")
        browser = signed_in(app, add_user(database, "carol@example.org"))
        page = browser.get(PAGE).text
        assert "INTERVIEWPREP_SMTP_URL" not in page and "15 cards wait" in page
        assert "these figures are an example" in page
        assert browser.post(f"{PAGE}/send").status_code == 303
        [message] = inbox.wait_for(1)
    assert message["To"] == "carol@example.org" and "15 cards wait" in message["Subject"]
    assert "https://p.example.org/reminders/unsubscribe/" in message["List-Unsubscribe"]
    assert "E-mail: sent." in browser.get(PAGE).text
    with database.reading() as session:
        assert session.scalars(select(ChannelState)).all() == []


def test_a_mail_server_that_is_away_is_said_on_the_page(
    make_app: MakeApp, database: Database
) -> None:
    with mail_server() as inbox:
        port = inbox.port
    app = make_app(SMTP_URL=f"smtp://127.0.0.1:{port}")
    browser = signed_in(app, add_user(database, "carol@example.org"))
    browser.post(f"{PAGE}/send")
    assert "could not be reached" in browser.get(PAGE).text


def test_so_many_sent_at_once_have_to_wait(bob: Browser) -> None:
    answers = [bob.post(f"{PAGE}/send").status_code for _ in range(10)]
    assert answers[:8] == [303] * 8 and answers[-1] == 429


def test_the_message_is_shown_apart_from_the_site_and_without_scripts(bob: Browser) -> None:
    answer = bob.get(f"{PAGE}/message")
    assert "15 cards wait" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "script" not in policy


def test_back_off_is_said_and_ended_by_one_click(bob: Browser, database: Database) -> None:
    with database.writing() as session:
        user_id = session.scalars(select(User.id).where(User.email == "bob@example.org")).one()
        row = ensure_reminder(session, user_id, datetime.now(UTC))
        row.silent, row.last_day = 5, date(2026, 11, 1)
    page = bob.get(PAGE).text
    assert "after 5 reminders" in page and "6 November 2026" in page
    assert bob.post(f"{PAGE}/daily-again").status_code == 303
    assert "after 5 reminders" not in bob.get(PAGE).text
    found = reminder(database)
    assert found is not None and found.silent == 0 and found.welcome_back_at is not None


def test_a_learner_who_was_away_spreads_the_backlog_from_today(
    bob: Browser, database: Database
) -> None:
    study(database, "bob@example.org", days_ago=12)
    page = bob.get("/").text
    assert "You were away for 12 days, and 60 cards fell due" in page
    assert "7 days, at most 9 reviews a day" in page
    refused = bob.post("/restart", {"days": "0"})
    assert refused.status_code == 422 and "from 2 to 60" in refused.text
    assert bob.post("/restart", {"days": "10"}).status_code == 303
    page = bob.get("/").text
    assert "at most 6 reviews a day" in page and "You were away" not in page
    assert re.search(r"<b>6</b> due", page)
    assert bob.post("/restart/end").status_code == 303
    page = bob.get("/").text
    assert "catching up" not in page and "You were away" not in page
    assert re.search(r"<b>60</b> due", page)


def test_an_offer_waved_off_is_gone(bob: Browser, database: Database) -> None:
    study(database, "bob@example.org", days_ago=12)
    assert 'formaction="/restart/end"' in bob.get("/").text
    bob.post("/restart/end", {"days": "7"})
    assert "You were away" not in bob.get("/").text


def test_a_token_of_the_api_opens_no_settings(app: Flask, database: Database) -> None:
    user_id = add_user(database, "carol@example.org")
    with database.writing() as session:
        made = create_token(session, user_id, datetime.now(UTC))
    headers = {"Authorization": f"Bearer {made.token}"}
    assert app.test_client().get(PAGE, headers=headers).status_code == 403
