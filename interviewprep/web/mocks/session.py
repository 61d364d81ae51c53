"""The page on which a round happens, and the address that leads to wherever a mock stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from ...services.interviews.rounds import PAUSED, RUNNING, WAITING
from ...services.interviews.standing import standing_of
from ...services.interviews.states import round_state
from ...services.learner import learner_of
from ...services.stories import KeptStory, list_stories
from ..api.session import account_key
from ..cards_json import script_json
from ..login import login_required, person
from ..transactions import now, reading
from .blueprint import blueprint
from .places import mock_path

PARTS = (
    ("Situation", "situation"),
    ("Task", "task"),
    ("Action", "action"),
    ("Result", "result"),
    ("Reflection", "reflection"),
    ("Numbers", "numbers"),
)


@blueprint.get("/mocks/<uuid:mock_id>")
@login_required
def session(mock_id: UUID) -> ResponseReturnValue:
    """Lead on to the round in hand, its scores, the end or the report.

    :raise 404: for a mock of somebody else's.
    """
    with reading() as held:
        standing = standing_of(held, person.account.id, mock_id)
    path = mock_path(mock_id)
    if standing.is_ended:
        return redirect(f"{path}/report", 303)
    if standing.position is None:
        return redirect(f"{path}/end", 303)
    ending = "" if standing.state in (RUNNING, PAUSED, WAITING) else "/score"
    return redirect(f"{path}/rounds/{standing.position}{ending}", 303)


@blueprint.get("/mocks/<uuid:mock_id>/rounds/<int:position>")
@login_required
def round_page(mock_id: UUID, position: int) -> ResponseReturnValue:
    """:raise 404: for a round that does not exist, or is somebody else's."""
    learner = learner_of(person.account)
    with reading() as held:
        is_ended = standing_of(held, learner.id, mock_id).is_ended
        state = round_state(held, learner, mock_id, position, now())
        told = list_stories(held.connection(), learner.id) if _tells_stories(state) else []
    if is_ended or state["round"]["state"] not in (RUNNING, PAUSED, WAITING):
        return redirect(mock_path(mock_id), 303)
    data = {
        "user": account_key(),
        "csrf": generate_csrf(),
        "state": state,
        "stories": [_story_json(one) for one in told],
        "urls": {
            "api": url_for("api.show_round", mock_id=mock_id, position=position),
            "mock": mock_path(mock_id),
            "score": f"{mock_path(mock_id)}/rounds/{position}/score",
            "sign_in": url_for("accounts.sign_in", next=f"{mock_path(mock_id)}/rounds/{position}"),
            "new_story": url_for("stories.write"),
            "stories": url_for("mocks.stories"),
        },
    }
    return render_template(
        "mocks/session.html", state=state, data=data, data_json=script_json(data)
    )


@blueprint.get("/mocks/stories")
@login_required
def stories() -> ResponseReturnValue:
    """Return the learner's own stories as JSON, for a round that was open while one was written."""
    with reading() as held:
        found = list_stories(held.connection(), person.account.id)
    return {"stories": [_story_json(one) for one in found]}


def _tells_stories(state: dict[str, Any]) -> bool:
    return any("stories" in stage["panels"] for stage in state["round"]["stages"])


def _story_json(story: KeptStory) -> dict[str, Any]:
    return {
        "id": str(story.id),
        "title": story.text.title,
        "parts": [{"label": label, "text": getattr(story.text, name)} for label, name in PARTS],
    }
