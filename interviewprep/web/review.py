"""The review page: the first cards travel with it, so that nothing has to be waited for."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from ..services.learner import learner_of
from ..services.queue import next_cards
from ..services.reminding.asking import should_ask
from ..services.today import done_and_pace, due_tomorrow
from .api.session import account_key
from .cards_json import card_json, counts_json, script_json
from .login import login_required, person
from .renderings import keep_for_later
from .transactions import now, reading_core

blueprint = Blueprint("review", __name__)
FIRST_CARDS = 3
"""The page asks for more in the background, long before these are answered."""


@blueprint.get("/review")
@login_required
def page() -> ResponseReturnValue:
    learner, moment = learner_of(person.account), now()
    deck_id = request.args.get("deck", type=int)
    with reading_core() as connection:
        queue = next_cards(connection, learner, moment, limit=FIRST_CARDS, deck_id=deck_id)
        done, pace = done_and_pace(connection, learner, queue.study_day)
        tomorrow = due_tomorrow(connection, learner, queue.study_day)
        asks = should_ask(connection, learner.id)
    data = {
        "user": account_key(),
        "study_day": queue.study_day.isoformat(),
        "counts": counts_json(queue.counts),
        "cards": [card_json(card) for card in queue.cards],
        "done_today": {"answers": done.answers, "seconds": round(done.seconds)},
        "seconds_per_card": round(pace, 1),
        "deck": deck_id,
        "deck_name": queue.deck_name.replace("::", " · "),
        "tomorrow": tomorrow,
        "csrf": generate_csrf(),
    }
    page = render_template(
        "review.html",
        data=data,
        data_json=script_json(data),
        asks_about_reminders=asks,
        new_per_day=learner.settings.new_per_day,
    )
    keep_for_later(queue.fresh)
    return page
