"""Where the interviewer's pages are registered."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("interviewer", __name__)
