"""Search over cards."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .login import login_required

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@login_required
def page() -> ResponseReturnValue:
    return ""
