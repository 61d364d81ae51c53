"""Role tracks: chosen from the start page, changed here later."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from ..core.levels import DEPTH_NAMES
from ..errors import NotFound
from ..services.interviews.starting import label_of
from ..services.interviews.tracks import shares_of_kinds
from ..services.learner import learner_of
from ..services.taking_tracks import TrackChange, leave_track, preview_track, take_track
from ..services.tracks import known_packs, plan_tracks
from .forms import form_page, go_to
from .login import login_required, person
from .transactions import now, reading, writing

blueprint = Blueprint("tracks", __name__)


@blueprint.get("/tracks")
@login_required
def index() -> ResponseReturnValue:
    return _index()


@blueprint.post("/tracks")
@login_required
def take() -> ResponseReturnValue:
    """Follow a track, or with `leave` none any more."""
    if request.form.get("leave") == "1":
        return _left()
    code, only = request.form.get("track", ""), request.form.get("only") == "1"
    try:
        with writing() as session:
            change = take_track(session, person.id, code, now(), only=only)
    except NotFound as error:
        return _index(error)
    flash(_said(change, only=only), "success")
    return go_to("today.page")


@blueprint.get("/tracks/<code>")
@login_required
def page(code: str) -> ResponseReturnValue:
    settings = learner_of(person.account).settings
    with reading() as session:
        change = preview_track(session, person.id, code)
    shares = sorted(shares_of_kinds(code).items(), key=lambda one: -one[1])
    return form_page(
        "tracks/page.html",
        change=change,
        plan=change.plan,
        new_per_day=settings.new_per_day,
        followed=settings.track,
        in_parts=[deck for deck in change.plan.decks if deck.key in known_packs()],
        rows=[
            (deck.name, DEPTH_NAMES[deck.depth], deck.cards)
            for deck in change.plan.decks
            if deck.cards
        ],
        mock_rows=[(label_of(kind), f"{share:.0%}") for kind, share in shares if share],
    )


def _left() -> ResponseReturnValue:
    with writing() as session:
        leave_track(session, person.id)
    flash("You follow no track any more. Your decks stay as they are.", "success")
    return go_to("tracks.index")


def _index(error: NotFound | None = None) -> ResponseReturnValue:
    settings = learner_of(person.account).settings
    with reading() as session:
        plans = plan_tracks(session)
    return form_page(
        "tracks/index.html",
        error=error,
        plans=plans,
        followed=settings.track,
        new_per_day=settings.new_per_day,
    )


def _said(change: TrackChange, *, only: bool) -> str:
    name = change.plan.track.name
    added = len([deck for deck in change.added if deck.cards])
    rested = len(change.only_before) if only else 0
    if not change.added and not rested:
        return f"“{name}” is your track. Its decks were among yours already."
    said = [f"“{name}” is your track."]
    if added:
        said.append("One deck was added." if added == 1 else f"{added} decks were added.")
    if rested:
        said.append("One deck rests." if rested == 1 else f"{rested} decks rest.")
    return " ".join(said)
