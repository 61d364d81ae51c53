"""What this is, and whose work it carries."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def page() -> ResponseReturnValue:
    return ""
