"""Is the program there, and does its database answer?"""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DatabaseError

from .transactions import database

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    try:
        database().answers()
    except DatabaseError:
        return jsonify(status="the database does not answer"), 503
    return jsonify(status="ok")
