"""Reminders come once, at the learner's hour, only when there is something to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from interviewprep.core.reminders import ReminderSettings
from interviewprep.services.account_changes import change_address, set_time
from interviewprep.services.housekeeping import sweep as housekeeping_sweep
from interviewprep.services.learner import Learner
from interviewprep.services.reminding.claiming import claim
from interviewprep.services.reminding.outgoing import DeliveryFailed, Outgoing
from interviewprep.services.reminding.places import destination_of
from interviewprep.services.reminding.settings import save_settings, settings_of, welcome_back
from interviewprep.storage import (
    ChannelState,
    Database,
    PushSubscription,
    Reminder,
    ReminderDelivery,
    User,
)

from ..services.reminding_world import BEGUN, Post, add_reminded, deliveries, study, sweep, tick

SIX = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)  # Monday, 18:00 in Berlin
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# From the eve of the first day that counts: what lies before it is not of the test.
EVE = SIX - 10 * HOUR


def change(database: Database, learner: Learner, now: datetime, **values: object) -> None:
    with database.writing() as session:
        before = settings_of(session.connection(), learner.id)
        save_settings(session, learner.id, replace(before, **values), now)  # type: ignore[arg-type]


def move(database: Database, learner: Learner, zone: str, now: datetime, hour: str = "4") -> None:
    with database.writing() as session:
        set_time(session, learner.id, zone, hour, now)


@pytest.fixture
def post() -> Post:
    return Post()


def test_one_goes_out_at_the_hour_and_no_second_one(database: Database, post: Post) -> None:
    learner = add_reminded(database, begun=EVE)
    tick(database, post, SIX - MINUTE)
    assert post.sent == []
    for minutes in range(5):
        tick(database, post, SIX + minutes * MINUTE)
    [sent] = post.sent
    assert sent.address == "alice@example.org"
    assert sent.message.subject == "3 cards wait, about 1 minute"
    assert deliveries(database) == [("2026-05-04", "first", "sent", "")]
    with database.reading() as session:
        row = session.get_one(Reminder, learner.id)
        assert (row.last_day, row.silent) == (date(2026, 5, 4), 1)


def test_up_to_six_hours_late_it_is_sent_once_later_it_is_recorded_as_skipped(
    database: Database, post: Post
) -> None:
    add_reminded(database, begun=EVE)
    tick(database, post, SIX + 6 * HOUR)
    assert len(post.sent) == 1
    tick(database, post, SIX + DAY + 6 * HOUR + MINUTE)
    assert len(post.sent) == 1
    late = deliveries(database)[1]
    assert late[:3] == ("2026-05-05", "first", "skipped") and "six hours" in late[3]
    tick(database, post, SIX + 3 * DAY + HOUR)  # two days without a server
    assert len(post.sent) == 2
    assert [row[2] for row in deliveries(database)] == ["sent", "skipped", "skipped", "sent"]


def test_nothing_is_sent_once_the_reviews_of_the_day_are_done(
    database: Database, post: Post
) -> None:
    learner = add_reminded(database, begun=EVE)
    study(database, learner, SIX - HOUR)
    tick(database, post, SIX)
    assert post.sent == []
    assert deliveries(database) == [
        ("2026-05-04", "first", "skipped", "Everything of the day is done.")
    ]


def test_at_half_past_midnight_it_is_yesterday_that_counts(database: Database, post: Post) -> None:
    learner = add_reminded(database, begun=EVE, minute_of_day=30)
    study(database, learner, SIX)
    at = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    tick(database, post, at)
    assert post.sent == []
    assert deliveries(database)[0][:3] == ("2026-05-04", "first", "skipped")
    tick(database, post, at + DAY)  # now the cards of the day before are due again
    assert len(post.sent) == 1 and deliveries(database)[1][0] == "2026-05-05"


def test_fewer_cards_than_wanted_are_not_worth_a_message(database: Database, post: Post) -> None:
    add_reminded(database, begun=EVE, least_due=4)
    tick(database, post, SIX)
    assert post.sent == []
    assert deliveries(database)[0][2:] == ("skipped", "Only 3 of at least 4 cards wait.")


def test_a_second_one_comes_only_if_something_is_left(database: Database, post: Post) -> None:
    learner = add_reminded(database, begun=EVE, again_minute=21 * 60)
    assert [at for at, _ in sweep(database, post, SIX, SIX + 5 * HOUR)] == [SIX, SIX + 3 * HOUR]
    tick(database, post, SIX + DAY)
    study(database, learner, SIX + DAY + HOUR)
    tick(database, post, SIX + DAY + 3 * HOUR)
    assert len(post.sent) == 3
    with database.reading() as session:
        assert session.get_one(Reminder, learner.id).silent == 2  # two days, not three messages


def test_who_wakes_after_both_hours_gets_one(database: Database, post: Post) -> None:
    add_reminded(database, begun=EVE, again_minute=21 * 60)
    sweep(database, post, SIX + 4 * HOUR, SIX + 5 * HOUR)
    assert len(post.sent) == 1
    assert [row[1:3] for row in deliveries(database)] == [("first", "skipped"), ("second", "sent")]


@pytest.mark.parametrize(
    "zone", ["Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
)
def test_whoever_travels_after_the_reminder_gets_no_second_one_for_that_date(
    database: Database, post: Post, zone: str
) -> None:
    learner = add_reminded(database, begun=EVE)
    tick(database, post, SIX)
    move(database, learner, zone, SIX + 5 * MINUTE)
    sent = sweep(database, post, SIX + HOUR, SIX + 3 * DAY, HOUR)
    days = [row[0] for row in deliveries(database) if row[2] == "sent"]
    assert len(days) == len(set(days)) == len(sent) + 1
    dates = [at.astimezone(ZoneInfo(zone)).date() for at, _ in sent]
    assert len(dates) == len(set(dates)) and date(2026, 5, 4) not in dates


@pytest.mark.parametrize("minute", [18 * 60 + 30, 23 * 60 + 30, 30, 9 * 60])
def test_another_hour_in_mid_day_sends_no_second_one(
    database: Database, post: Post, minute: int
) -> None:
    learner = add_reminded(database, begun=EVE)
    tick(database, post, SIX)
    change(database, learner, SIX + 5 * MINUTE, minute_of_day=minute)
    sweep(database, post, SIX + 10 * MINUTE, datetime(2026, 5, 5, 2, tzinfo=UTC))
    assert len(post.sent) == 1
    sweep(database, post, datetime(2026, 5, 5, 2, 30, tzinfo=UTC), SIX + 2 * DAY, HOUR / 2)
    days = [row[0] for row in deliveries(database) if row[2] == "sent"]
    assert days[:2] == ["2026-05-04", "2026-05-05"]


def test_an_hour_after_midnight_moved_to_the_evening_serves_that_date_once(
    database: Database, post: Post
) -> None:
    learner = add_reminded(database, begun=EVE, minute_of_day=30)
    night = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)  # the fifth, on the wall
    tick(database, post, night)
    change(database, learner, night + HOUR, minute_of_day=18 * 60)
    sweep(database, post, night + HOUR, night + DAY, HOUR / 2)
    assert len(post.sent) == 1
    sweep(database, post, night + DAY, night + 2 * DAY, HOUR / 2)
    assert len(post.sent) == 2


def test_another_rollover_another_address_and_another_channel_send_no_second_one(
    database: Database, post: Post
) -> None:
    learner = add_reminded(database, begun=EVE, by_push=False)
    tick(database, post, SIX)
    move(database, learner, "Europe/Berlin", SIX + MINUTE, hour="20")
    with database.writing() as session:
        change_address(session, learner.id, "alice@example.net", SIX + MINUTE)
        session.add(push_of(learner.id, "https://push.example/1", SIX + MINUTE))
    change(database, learner, SIX + 2 * MINUTE, by_push=True)
    tick(database, post, SIX + 3 * MINUTE, ("email", "push"))
    assert len(post.sent) == 1


def push_of(user_id: int, endpoint: str, at: datetime) -> PushSubscription:
    return PushSubscription(
        user_id=user_id,
        endpoint=endpoint,
        endpoint_hash=destination_of(endpoint),
        p256dh="p",
        auth="a",
        created_at=at,
        last_seen_at=at,
    )


def test_switching_on_in_the_evening_sends_nothing_for_the_hour_that_has_passed(
    database: Database, post: Post
) -> None:
    add_reminded(database, begun=SIX + HOUR)
    sweep(database, post, SIX + HOUR, SIX + 6 * HOUR)
    assert post.sent == [] and deliveries(database) == []


def test_a_saved_form_without_a_change_of_timing_loses_nothing(
    database: Database, post: Post
) -> None:
    learner = add_reminded(database, begun=EVE)
    change(database, learner, SIX + MINUTE / 2, least_due=2)
    tick(database, post, SIX + MINUTE)
    assert len(post.sent) == 1


def test_what_changed_between_due_and_sent_counts(database: Database, post: Post) -> None:
    off = add_reminded(database, "off@example.org", begun=EVE)
    gone = add_reminded(database, "moved@example.org", begun=EVE)
    barred = add_reminded(database, "barred@example.org", begun=EVE)
    paused = add_reminded(database, "paused@example.org", begun=EVE)
    post.refusals["*"] = DeliveryFailed("down", is_channel=True)
    tick(database, post, SIX)
    post.refusals.clear()
    change(database, off, SIX + MINUTE, is_on=False)
    change(database, paused, SIX + MINUTE, paused_until=date(2026, 6, 1))
    with database.writing() as session:
        change_address(session, gone.id, "else@example.org", SIX + MINUTE)
        session.get_one(User, barred.id).is_disabled = True
    tick(database, post, SIX + 10 * MINUTE)
    assert post.sent == []
    assert {row[2] for row in deliveries(database)} == {"skipped"}


def test_there_is_no_storm_after_a_pause(database: Database, post: Post) -> None:
    add_reminded(database, begun=EVE, paused_until=date(2026, 5, 20))
    assert sweep(database, post, SIX, datetime(2026, 5, 20, 1, tzinfo=UTC), 6 * HOUR) == []
    sent = sweep(database, post, datetime(2026, 5, 20, 1, tzinfo=UTC), SIX + 17 * DAY, HOUR)
    assert [at for at, _ in sent] == [SIX + 16 * DAY, SIX + 17 * DAY]


def test_people_who_stay_away_get_fewer_until_they_come_back(
    database: Database, post: Post
) -> None:
    learner = add_reminded(database, begun=EVE)
    sent = sweep(database, post, SIX, SIX + 45 * DAY, DAY)
    assert [(at - SIX).days for at, _ in sent] == [0, 1, 2, 4, 6, 11, 21, 41]
    texts = [outgoing.message.text for _, outgoing in sent]
    assert ["I am back" in text for text in texts] == [False, False] + [True] * 6
    assert "wait 2 days" in texts[2] and "wait 30 days" in texts[7]
    with database.writing() as session:
        welcome_back(session, learner.id, SIX + 46 * DAY)
    after = sweep(database, post, SIX + 47 * DAY, SIX + 50 * DAY, DAY)
    assert [(at - SIX).days for at, _ in after] == [47, 48, 49]


def test_studying_ends_the_back_off(database: Database, post: Post) -> None:
    learner = add_reminded(database, begun=EVE, cards=9)
    sweep(database, post, SIX, SIX + 30 * DAY, DAY)
    study(database, learner, SIX + 30 * DAY + HOUR, 1)
    sent = sweep(database, post, SIX + 31 * DAY, SIX + 33 * DAY, DAY)
    assert [(at - SIX).days for at, _ in sent] == [31, 32, 33]


def test_a_bouncing_address_costs_nobody_else_and_is_off_after_a_week(
    database: Database, post: Post
) -> None:
    bad = add_reminded(database, "bad@example.org", begun=EVE)
    for number in range(12):
        add_reminded(database, f"p{number}@example.org", begun=EVE)
    post.refusals["bad@example.org"] = DeliveryFailed("550 no such user", is_permanent=True)
    tick(database, post, SIX)
    assert len(post.sent) == 12
    assert deliveries(database, bad.id)[0][2:] == ("failed", "550 no such user")
    with database.reading() as session:
        [state] = session.query(ChannelState).all()
        assert (state.user_id, state.last_error) == (bad.id, "550 no such user")
        assert state.failing_since == state.last_error_at is not None
        assert state.switched_off_at is None
    tick(database, post, SIX + 10 * MINUTE)
    assert post.tried == 13  # not tried again the same day
    for day in range(1, 12):
        tick(database, post, SIX + day * DAY)
    with database.reading() as session:
        [state] = session.query(ChannelState).all()
        assert state.switched_off_at is not None
        assert 7 * DAY <= state.switched_off_at - SIX < 8 * DAY
    assert len(deliveries(database, bad.id)) == 8


def test_a_server_that_does_not_answer_is_tried_again_and_asked_once_a_tick(
    database: Database, post: Post
) -> None:
    for number in range(30):
        add_reminded(database, f"p{number}@example.org", begun=EVE, cards=1)
    post.refusals["*"] = DeliveryFailed("no connection", is_channel=True)
    tick(database, post, SIX)
    assert post.tried == 1
    tries = [at for at in (SIX + n * MINUTE for n in range(1, 30)) if tried_at(database, post, at)]
    assert [(at - SIX) // MINUTE for at in tries] == [2, 8, 24]
    post.refusals.clear()
    sweep(database, post, SIX + HOUR, SIX + 3 * HOUR)
    assert len(post.sent) == 30
    with database.reading() as session:
        assert session.query(ChannelState).all() == []


def tried_at(database: Database, post: Post, at: datetime) -> bool:
    before = post.tried
    tick(database, post, at)
    return post.tried > before


def test_six_hours_of_failures_end_in_a_failed_row(database: Database, post: Post) -> None:
    add_reminded(database, begun=EVE)
    post.refusals["*"] = DeliveryFailed("no connection", is_channel=True)
    sweep(database, post, SIX, SIX + 8 * HOUR)
    assert deliveries(database) == [("2026-05-04", "first", "failed", "no connection")]


def test_a_device_that_is_gone_is_removed_and_each_device_has_its_own_row(
    database: Database, post: Post
) -> None:
    learner = add_reminded(database, begun=EVE)
    with database.writing() as session:
        session.add_all([push_of(learner.id, f"https://push.example/{n}", BEGUN) for n in (1, 2)])
    post.refusals["https://push.example/1"] = DeliveryFailed("410 gone", is_gone=True)
    tick(database, post, SIX, ("email", "push"))
    assert sorted(sent.address for sent in post.sent) == [
        "alice@example.org",
        "https://push.example/2",
    ]
    with database.reading() as session:
        left = [row.endpoint for row in session.query(PushSubscription)]
        row = session.get_one(Reminder, learner.id)
        assert left == ["https://push.example/2"] and row.silent == 1
    assert len({sent.message_id for sent in post.sent}) == 2
    pushed = next(sent for sent in post.sent if sent.channel == "push")
    assert pushed.message.push["body"] == "3 cards wait, about 1 minute."
    assert "Basics" not in str(pushed.message.push)


def test_a_lease_keeps_others_away_until_it_ends(database: Database, post: Post) -> None:
    add_reminded(database, begun=EVE)
    post.refusals["*"] = DeliveryFailed("x", is_channel=True)
    tick(database, post, SIX)
    post.refusals.clear()
    later = SIX + 2 * MINUTE
    with database.writing() as session:
        [claimed] = claim(session, later, limit=10, lease=5 * MINUTE)
    tick(database, post, later + 4 * MINUTE)
    assert post.sent == []
    tick(database, post, later + 6 * MINUTE)
    assert [sent.message_id for sent in post.sent] == [claimed.message_id]


def test_a_learner_whose_message_cannot_be_written_costs_nobody_else(
    database: Database, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = add_reminded(database, "a@example.org", begun=EVE)
    add_reminded(database, "b@example.org", begun=EVE)
    from interviewprep.worker import reminding

    real = reminding.decide

    def fails_for_one(connection, subject, *rest):  # type: ignore[no-untyped-def]
        if subject.learner.id == broken.id:
            raise RuntimeError("a bug")
        return real(connection, subject, *rest)

    monkeypatch.setattr(reminding, "decide", fails_for_one)
    tick(database, post, SIX)
    assert [sent.address for sent in post.sent] == ["b@example.org"]
    assert deliveries(database, broken.id)[0][2] == "due"


def test_a_transport_that_breaks_costs_nobody_else(database: Database) -> None:
    broken = add_reminded(database, "a@example.org", begun=EVE)
    add_reminded(database, "b@example.org", begun=EVE)

    class Breaks(Post):
        def send(self, outgoing: Outgoing) -> None:
            if outgoing.address == "a@example.org":
                raise ValueError("a bug")
            super().send(outgoing)

    post = Breaks()
    tick(database, post, SIX)
    assert [sent.address for sent in post.sent] == ["b@example.org"]
    assert deliveries(database, broken.id)[0][2:] == ("due", "The message could not be sent.")


def test_nobody_is_looked_at_who_has_reminders_off(database: Database, post: Post) -> None:
    learner = add_reminded(database, begun=EVE)
    change(database, learner, SIX - HOUR, is_on=False)
    assert sweep(database, post, SIX, SIX + DAY, HOUR) == []
    with database.reading() as session:
        assert session.get_one(Reminder, learner.id).next_at is None
        assert session.query(ReminderDelivery).count() == 0


def test_the_defaults_send_nothing() -> None:
    assert ReminderSettings().is_on is False


def test_deliveries_are_forgotten_after_three_months(database: Database, post: Post) -> None:
    add_reminded(database, begun=EVE)
    tick(database, post, SIX)
    for days, left in ((89, 1), (91, 0)):
        with database.writing() as session:
            housekeeping_sweep(session, SIX + days * DAY)
        assert len(deliveries(database)) == left
