"""Import of deck files."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .login import login_required

blueprint = Blueprint("imports", __name__)


@blueprint.get("/imports")
@login_required
def page() -> ResponseReturnValue:
    return ""
