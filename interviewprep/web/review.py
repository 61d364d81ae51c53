"""The review page."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .login import login_required

blueprint = Blueprint("review", __name__)


@blueprint.get("/review")
@login_required
def page() -> ResponseReturnValue:
    return ""
