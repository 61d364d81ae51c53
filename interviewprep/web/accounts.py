"""Accounts."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from .login import login_required

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/account")
@login_required
def settings() -> ResponseReturnValue:
    return ""


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    return ""


@blueprint.post("/sign-out")
@login_required
def sign_out() -> ResponseReturnValue:
    return ""
