"""The settings of one's own account: studying, the day, the theme, and the way to the rest."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from flask import flash, request
from flask.typing import ResponseReturnValue

from ...core.study_settings import StudySettings
from ...errors import Invalid
from ...services.account_changes import set_study_settings, set_theme, set_time
from ...services.tracks import known_tracks
from ..forms import form_page, go_to
from ..login import person
from ..own_browser import browser_required
from ..transactions import now, writing
from .blueprint import blueprint

SAVED = "The settings are saved."


@blueprint.get("/account")
@browser_required
def settings() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/study")
@browser_required
def do_study() -> ResponseReturnValue:
    try:
        chosen = StudySettings.parse_form(request.form)
        with writing() as db:
            set_study_settings(db, person.id, chosen)
    except Invalid as error:
        return _page(error)
    flash(SAVED, "success")
    return go_to("accounts.settings")


@blueprint.post("/account/time")
@browser_required
def do_time() -> ResponseReturnValue:
    try:
        with writing() as db:
            zone, hour = request.form.get("time_zone", ""), request.form.get("rollover_hour", "")
            set_time(db, person.id, zone, hour, now())
    except Invalid as error:
        return _page(error)
    flash(SAVED, "success")
    return go_to("accounts.settings")


@blueprint.post("/account/theme")
@browser_required
def do_theme() -> ResponseReturnValue:
    try:
        with writing() as db:
            set_theme(db, person.id, request.form.get("theme", ""))
    except Invalid as error:
        return _page(error)
    flash(SAVED, "success")
    return go_to("accounts.settings")


def _page(error: Invalid | None = None) -> ResponseReturnValue:
    account = person.account
    stored = StudySettings.from_mapping(account.settings)
    study = stored.as_dict()
    if request.endpoint == "accounts.do_study":  # what was typed, and switches left off
        study = {name: request.form.get(name, "") for name in study}
    return form_page(
        "accounts/settings.html",
        error=error,
        study=study,
        track=known_tracks().get(stored.track),
        zone=request.form.get("time_zone", account.time_zone),
        rollover_hour=request.form.get("rollover_hour", account.rollover_hour),
        theme=account.theme,
        zones=[(name, name) for name in sorted({*_zones(), account.time_zone})],
    )


@cache
def _zones() -> tuple[str, ...]:
    """Return the zones to choose from: places, and UTC; not the old names beside them."""
    places = (name for name in available_timezones() if "/" in name)
    return ("UTC", *(name for name in places if not name.startswith(("Etc/", "SystemV/"))))
