"""The start page: what is due and one button to begin."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .login import login_required

blueprint = Blueprint("today", __name__)


@blueprint.get("/")
@login_required
def page() -> ResponseReturnValue:
    return ""
