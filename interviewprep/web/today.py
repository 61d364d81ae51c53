"""The start page: what is due and one button to begin."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ..services.interviews.starting import label_of
from ..services.learner import learner_of
from ..services.today import today_of
from ..services.tracks import plan_tracks
from .card_rows import day_words
from .login import login_required, person
from .transactions import now, reading_core

blueprint = Blueprint("today", __name__)


@blueprint.get("/")
@login_required
def page() -> ResponseReturnValue:
    learner = learner_of(person.account)
    with reading_core() as connection:
        today = today_of(connection, learner, now())
        plans = [] if today.deck_count else plan_tracks(connection)
    return render_template(
        "today.html",
        today=today,
        plans=plans,
        new_per_day=learner.settings.new_per_day,
        day_words=day_words,
        kind_label=lambda prompt: label_of(prompt.interview) or "Prompt",
    )
