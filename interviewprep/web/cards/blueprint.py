"""The blueprint that all pages about single cards register with."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("cards", __name__)
