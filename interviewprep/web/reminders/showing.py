"""The settings of reminders, as one page: what was chosen, where it goes, what would be said."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_wtf.csrf import generate_csrf

from ...core.chat_addresses import SCHEMES
from ...core.reminders import DAILY_FIRST, ReminderSettings, next_day
from ...core.reminders.settings import clock_time
from ...errors import InterviewPrepError
from ...services.learner import learner_of
from ...services.reminding.channels import troubles_of
from ...services.reminding.chat_addresses import list_addresses
from ...services.reminding.deciding import Subject, load_subject
from ...services.reminding.feed import feed_token
from ...services.reminding.places import destination_of
from ...services.reminding.push_subscriptions import list_devices
from ...storage import Reminder
from ...worker import chat, push
from ..forms import form_page
from ..login import person
from ..mail import absolute, mail_is_set_up
from ..transactions import now, reading, settings
from .sampling import sample

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SAVING = "reminders.do_settings"


def settings_page(error: InterviewPrepError | None = None) -> Response:
    """Return the page; after an error with what was typed, and the sentence beside its field."""
    learner, moment = learner_of(person.account), now()
    with reading() as db:
        connection = db.connection()
        row = db.get(Reminder, person.id)
        chosen = ReminderSettings.from_mapping(row.settings if row is not None else None)
        subject = load_subject(connection, person.id)
        values: dict[str, Any] = {
            "devices": list_devices(db, person.id),
            "chats": list_addresses(db, person.id),
            "troubles": troubles_of(db, person.id),
            "example": sample(connection, subject, moment),
        }
    feed = ""
    if row is not None and row.feed_revision and chosen.calendar_feed:
        token = feed_token(settings().secret_key, person.id, row.feed_revision)
        feed = absolute("reminders.calendar", token=token)
    answer = form_page(
        "reminders/settings.html",
        error=error,
        chosen=_typed() if request.endpoint == SAVING else _shown(chosen),
        weekdays=list(enumerate(WEEKDAYS)),
        zone=learner.zone.key.replace("_", " "),
        feed=feed,
        by_mail=mail_is_set_up(),
        mail_destination=destination_of(person.email),
        has_push=push.is_installed(),
        has_chat=chat.is_installed(),
        is_https=settings().is_https,
        schemes=sorted(f"{scheme}:// ({name})" for scheme, name in SCHEMES.items()),
        next_reminder=_next_reminder(subject),
        silent=subject.silent,
        push_csrf=generate_csrf(),
        **values,
    )
    answer.headers["Cache-Control"] = "no-store"  # the calendar's address is a secret
    return answer


def _shown(chosen: ReminderSettings) -> dict[str, Any]:
    """Return the choices as the form's fields have them."""
    again, until = chosen.again_minute, chosen.paused_until
    return {
        **chosen.as_dict(),
        **{f"weekday_{day}": day in chosen.weekdays for day in range(7)},
        "minute_of_day": clock_time(chosen.minute_of_day),
        "again_minute": "" if again is None else clock_time(again),
        "paused_until": "" if until is None else until.isoformat(),
    }


def _typed() -> dict[str, Any]:
    """Return what was typed, switches left off included."""
    names = [*ReminderSettings().as_dict(), *(f"weekday_{day}" for day in range(7))]
    return {name: request.form.get(name, "") for name in names}


def _next_reminder(subject: Subject) -> str:
    """Return the day before which somebody who stopped coming gets nothing; else nothing."""
    if subject.silent < DAILY_FIRST:
        return ""
    day = next_day(subject.silent, subject.last_day)
    return "" if day is None else day.strftime("%-d %B %Y")
