"""Where the pages of mock interviews are registered."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("mocks", __name__)
