"""Changing what one chose about reminders, and answering the one question about them."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, request
from flask.typing import ResponseReturnValue

from ...core.reminders import ReminderSettings
from ...errors import Invalid
from ...services.reminding.asking import answer_question, mark_asked
from ...services.reminding.settings import save_settings, settings_of, welcome_back
from ..forms import go_to
from ..login import person
from ..own_browser import browser_required
from ..transactions import now, writing
from .blueprint import blueprint
from .showing import settings_page


@blueprint.get("/settings/reminders")
@browser_required
def settings() -> ResponseReturnValue:
    return settings_page()


@blueprint.post("/settings/reminders")
@browser_required
def do_settings() -> ResponseReturnValue:
    try:
        chosen = ReminderSettings.parse_form(request.form)
    except Invalid as error:
        return settings_page(error)
    with writing() as db:
        before = settings_of(db.connection(), person.id)
        kept = replace(chosen, calendar_feed=before.calendar_feed)  # it has buttons of its own
        save_settings(db, person.id, kept, now())
        mark_asked(db, person.id, now())
    flash("The reminders are saved.", "success")
    return go_to("reminders.settings")


@blueprint.post("/settings/reminders/question")
@browser_required
def do_question() -> ResponseReturnValue:
    """Take the answer to the one question: yes, at this hour, or not now."""
    if request.form.get("answer") != "yes":
        with writing() as db:
            answer_question(db, person.id, None, now())
        return go_to("today.page")
    try:
        typed = {**request.form.to_dict(), "least_due": "1"}
        minute = ReminderSettings.parse_form(typed).minute_of_day
    except Invalid as error:
        return settings_page(error)
    with writing() as db:
        answer_question(db, person.id, minute, now())
    flash("You are reminded each day on which something waits.", "success")
    return go_to("reminders.settings")


@blueprint.post("/settings/reminders/daily-again")
@browser_required
def do_daily_again() -> ResponseReturnValue:
    """End the back-off of somebody who had stopped coming."""
    with writing() as db:
        welcome_back(db, person.id, now())
    flash("Reminders come daily again.", "success")
    return go_to("reminders.settings")
