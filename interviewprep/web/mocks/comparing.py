"""Two attempts at one prompt, side by side."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from ...core.interviews.verdicts import LABELS
from ...errors import NotFound
from ...services.interviews.comparing import compare as compare_mocks
from ...services.learner import learner_of
from ..card_rows import sent_id
from ..login import login_required, person
from ..transactions import now, reading
from .blueprint import blueprint
from .history import day_of
from .report import minutes_words


@blueprint.get("/mocks/compare")
@login_required
def compare() -> ResponseReturnValue:
    learner = learner_of(person.account)
    chosen = [UUID(text) for text in map(request.args.get, "ab") if _is_id(text)]
    card_id = sent_id("card")
    if card_id is None and len(chosen) < 2:
        raise NotFound("Choose two different mocks to compare.")
    with reading() as session:
        found = compare_mocks(session, learner, now(), card_id=card_id, chosen=chosen)
    return render_template(
        "mocks/compare.html",
        found=found,
        labels=LABELS,
        day_of=lambda at: day_of(at, learner),
        minutes=minutes_words,
    )


def _is_id(text: str | None) -> bool:
    try:
        UUID(text or "")
    except ValueError:
        return False
    return True
