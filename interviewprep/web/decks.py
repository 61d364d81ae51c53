"""The library and the decks."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .login import login_required

blueprint = Blueprint("decks", __name__)


@blueprint.get("/decks")
@login_required
def library() -> ResponseReturnValue:
    return ""
