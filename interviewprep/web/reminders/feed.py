"""The calendar of reminders: its page for calendar programs, and giving and ending its address."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, flash, request
from flask.typing import ResponseReturnValue

from ...core.studyday import study_day
from ...services.reminding.feed import calendar_of, end_feed, find_feed, offer_feed
from ..forms import go_to
from ..login import person
from ..mail import absolute
from ..own_browser import browser_required
from ..transactions import now, reading_core, settings, writing
from .blueprint import blueprint

KEPT_FOR_S = 15 * 60


@blueprint.get("/reminders/calendar/<token>.ics")
def calendar(token: str) -> ResponseReturnValue:
    """:raise 404: for an address that is forged, or was ended."""
    with reading_core() as connection:
        owner = find_feed(connection, settings().secret_key, token)
    today = study_day(now(), owner.zone, owner.rollover_hour)
    host = urlsplit(settings().base_url).hostname or "localhost"
    text = calendar_of(owner, today, review_url=absolute("review.page"), host=host)
    answer = Response(text, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_FOR_S}"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Content-Disposition"] = 'inline; filename="interview-prep.ics"'
    answer.add_etag()
    return answer.make_conditional(request)


@blueprint.post("/settings/reminders/calendar")
@browser_required
def do_offer_calendar() -> ResponseReturnValue:
    with writing() as db:
        offer_feed(db, person.id, now())
    flash("The calendar has a new address; one that you had before has ended.", "success")
    return go_to("reminders.settings", _anchor="calendar")


@blueprint.post("/settings/reminders/calendar/end")
@browser_required
def do_end_calendar() -> ResponseReturnValue:
    with writing() as db:
        end_feed(db, person.id, now())
    flash("The calendar’s address has ended.", "success")
    return go_to("reminders.settings", _anchor="calendar")
