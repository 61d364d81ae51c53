"""The start page: what is due and one button to begin; after a break, a gentle restart."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request
from flask.typing import ResponseReturnValue

from ..core.restarting import USUAL_CHOICE_DAYS, parse_days
from ..errors import Invalid
from ..services.interviews.starting import label_of
from ..services.learner import learner_of
from ..services.reminding.asking import should_ask
from ..services.restarting import begin_restart, restart_offer, wave_restart_off
from ..services.today import today_of
from ..services.tracks import known_tracks, plan_tracks
from .card_rows import day_words
from .forms import form_page, go_to
from .login import login_required, person
from .transactions import now, reading_core, writing

blueprint = Blueprint("today", __name__)


@blueprint.get("/")
@login_required
def page() -> ResponseReturnValue:
    return _page()


@blueprint.post("/restart")
@login_required
def do_restart() -> ResponseReturnValue:
    """Spread the backlog over the days chosen."""
    learner = learner_of(person.account)
    try:
        days = parse_days(request.form.get("days", ""))
    except Invalid as error:
        return _page(error)
    with writing() as db:
        plan = begin_restart(db, learner, learner.study_day(now()), days)
    flash(f"At most {plan.per_day} reviews a day for {days} days.", "success")
    return go_to("today.page")


@blueprint.post("/restart/end")
@login_required
def do_end_restart() -> ResponseReturnValue:
    """End the plan, or wave its offer off."""
    learner = learner_of(person.account)
    with writing() as db:
        wave_restart_off(db, learner, learner.study_day(now()))
    return go_to("today.page")


def _page(error: Invalid | None = None) -> Response:
    learner, moment = learner_of(person.account), now()
    with reading_core() as connection:
        today = today_of(connection, learner, moment)
        plans = [] if today.deck_count else plan_tracks(connection)
        offer = None
        if today.streak_days < 2:  # who studied yesterday has not been away
            offer = restart_offer(connection, learner, today.study_day)
        asks = should_ask(connection, learner.id) if today.done.answers else False
    is_bound = learner.plan is not None and learner.plan.binds(today.study_day)
    return form_page(
        "today.html",
        error=error,
        today=today,
        plans=plans,
        new_per_day=learner.settings.new_per_day,
        day_words=day_words,
        kind_label=lambda prompt: label_of(prompt.interview) or "Prompt",
        offer=offer,
        usual_days=USUAL_CHOICE_DAYS,
        plan=learner.plan if is_bound else None,
        asks_about_reminders=asks,
        track=known_tracks().get(learner.settings.track),
        has_taken_all_new=0 < learner.settings.new_per_day <= today.done.new,
    )
