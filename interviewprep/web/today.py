"""The start page: what is due and one button to begin."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ..services.learner import learner_of
from ..services.today import today_of
from .login import login_required, person
from .transactions import now, reading_core

blueprint = Blueprint("today", __name__)


@blueprint.get("/")
@login_required
def page() -> ResponseReturnValue:
    with reading_core() as connection:
        today = today_of(connection, learner_of(person.account), now())
    return render_template("today.html", today=today)
