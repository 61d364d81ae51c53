"""The part of the site that the modules of this package add their pages to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("reminders", __name__)
