"""The administrator's page."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .login import login_required

blueprint = Blueprint("admin", __name__)


@blueprint.get("/admin")
@login_required
def page() -> ResponseReturnValue:
    return ""
